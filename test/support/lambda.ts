import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { LogFields, Telemetry } from '../../lib/lifecycle/ports.ts';

export function contextWith(more: Partial<Context> = {}): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:test',
    memoryLimitInMB: '256',
    awsRequestId: 'request-1',
    logGroupName: '/aws/lambda/test',
    logStreamName: 'test',
    getRemainingTimeInMillis: () => 60_000,
    done: unused,
    fail: unused,
    succeed: unused,
    ...more,
  };
}

/** `POST /webhooks/{source}` as API Gateway hands it over. */
export function webhookRequest(
  source: string,
  body: Uint8Array | string,
  headers: Record<string, string | undefined>,
  { method = 'POST', base64 = false } = {},
): APIGatewayProxyEventV2 {
  const path = `/webhooks/${source}`;
  return {
    version: '2.0',
    routeKey: 'POST /webhooks/{source}',
    rawPath: path,
    rawQueryString: '',
    headers,
    pathParameters: { source },
    requestContext: {
      accountId: '111122223333',
      apiId: 'api',
      domainName: 'hooks.example.com',
      domainPrefix: 'hooks',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'gateway-1',
      routeKey: 'POST /webhooks/{source}',
      stage: '$default',
      time: '22/Nov/2026:12:00:00 +0000',
      timeEpoch: 1_795_348_800_000,
    },
    body: Buffer.from(body).toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  };
}

export interface Told {
  logs: { level: string; message: string; fields: LogFields }[];
  counts: { metric: string; value: number; dimensions: Record<string, string> }[];
}

/** Telemetry that keeps what it is told. */
export function keptTelemetry(): Telemetry & Told {
  const logs: Told['logs'] = [];
  const counts: Told['counts'] = [];
  return {
    logs,
    counts,
    log: (level, message, fields = {}) => void logs.push({ level, message, fields }),
    count: (metric, value = 1, dimensions = {}) => void counts.push({ metric, value, dimensions }),
    time: (metric, value, dimensions = {}) => void counts.push({ metric, value, dimensions }),
  };
}

function unused(): never {
  throw new Error('old style callbacks are not used');
}
