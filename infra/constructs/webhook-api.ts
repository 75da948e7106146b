import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../../lib/config/index.ts';
import { RETENTION } from '../../lib/retention.ts';
import type { AlarmTopic } from './alarm-topic.ts';
import { keyOf } from './customer-key.ts';
import type { LifecycleFunction } from './lifecycle-function.ts';

// No address and no path: who sent, and for whom, is not for a log.
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  responseBytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
};

export interface WebhookApiProps {
  readonly door: LifecycleFunction;
  readonly alarms: AlarmTopic;
  /** A name of the customer's own: the one that AWS gives answers nobody then. */
  readonly domain: Config['deployment']['domain'];
}

/** The only way in. Requests are authenticated by the door itself, over the raw bytes. */
export class WebhookApi extends Construct {
  /** Without a slash at its end. */
  readonly url: string;
  /** Where the customer's own name has to lead. */
  readonly target: string | undefined;

  constructor(scope: Construct, id: string, { door, alarms, domain }: WebhookApiProps) {
    super(scope, id);
    const named = domain && this.addDomain(domain);
    const api = new HttpApi(this, 'Api', {
      createDefaultStage: false,
      disableExecuteApiEndpoint: named !== undefined,
    });
    api.addRoutes({
      path: '/webhooks/{source}',
      methods: [HttpMethod.POST, HttpMethod.GET, HttpMethod.OPTIONS],
      integration: new HttpLambdaIntegration('Door', door.fn),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason:
        'Senders sign the raw body, which no authorizer of an HTTP API sees; the door verifies it before anything else.',
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      encryptionKey: keyOf(this),
      retention: RETENTION.log.days,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      ...(named && { domainMapping: { domainName: named } }),
      autoDeploy: true,
      // Far above a mass change: several senders never repeat what was answered by 429.
      throttle: { rateLimit: 1000, burstLimit: 2000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    alarms.addAlarm(this, 'webhook-unavailable', {
      impact: 'Deliveries are answered by a server error; senders that do not repeat them lose them.',
      metric: stage.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
    });
    this.url = domain === undefined ? api.apiEndpoint : `https://${domain.name}`;
    this.target = named?.regionalDomainName;
  }

  private addDomain({ name, certificateArn }: NonNullable<WebhookApiProps['domain']>): DomainName {
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    return new DomainName(this, 'Domain', { domainName: name, certificate, securityPolicy: SecurityPolicy.TLS_1_2 });
  }
}
