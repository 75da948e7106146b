import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { METRIC_NAMESPACE, type LogFields, type Telemetry } from '../lifecycle/ports.ts';

/** What the stacks need besides the port: the id of the invocation in every line. */
export interface RuntimeTelemetry extends Telemetry {
  begin?(context: Context): void;
}

/** One row a key, so that a key added to the port and forgotten here does not compile. `message` is the logger's own. */
const LOG_KEYS: Record<keyof LogFields, string> = {
  code: 'code',
  message: 'detail',
  source: 'source',
  event: 'event',
  received: 'received',
  pid: 'pid',
  batch: 'batch',
  lane: 'lane',
  result: 'result',
  what: 'what',
  seq: 'seq',
  status: 'status',
  method: 'method',
  path: 'path',
  count: 'count',
  ms: 'ms',
  runId: 'runId',
  requestId: 'requestId',
  reason: 'reason',
  attempt: 'attempt',
  wakeAt: 'wakeAt',
  secret: 'secret',
  configHash: 'configHash',
  key: 'key',
};

/**
 * Logs and metrics of one function. Only allowed keys come through, and what looks like an e-mail address is masked
 * even there. A metric is written at once, not at the end: an invocation that is killed loses none.
 */
export function createTelemetry(service: string): RuntimeTelemetry {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: service });
  const emit = (unit: 'Count' | 'Milliseconds', name: string, value: number, dimensions: Record<string, string>) => {
    if (!Number.isFinite(value)) return logger.warn('A metric without a value was left out.', { key: name });
    const named = Object.entries(dimensions).map(([key, text]) => [key, masked(text)] as const);
    // by function alone as well: an alarm takes no sum over values that nobody knows beforehand
    if (named.length > 0) metrics.addDimensions({}).addDimensions(Object.fromEntries(named));
    metrics.addMetric(name, MetricUnit[unit], value);
    metrics.publishStoredMetrics(); // not singleMetric: it makes a console of its own for each, a quarter of the door's time
  };
  return {
    begin: (context) => logger.addContext(context),
    log: (level, message, fields = {}) => logger[level](masked(message), allowed(fields)),
    count: (metric, value = 1, dimensions = {}) => emit('Count', metric, value, dimensions),
    time: (metric, ms, dimensions = {}) => emit('Milliseconds', metric, ms, dimensions),
  };
}

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(LOG_KEYS));

function allowed(fields: LogFields): Record<string, string | number | boolean> {
  const line: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(fields)) {
    const name = NAMES.get(key);
    if (name === undefined || value === undefined || typeof value === 'object') continue;
    line[name] = typeof value === 'string' ? masked(value) : value;
  }
  return line;
}

function masked(text: string): string {
  return text
    .slice(0, 2000)
    .replaceAll(/[^\s@/<>"'(),:;]+(?:@|%40)[^\s@/<>"'(),:;]+/gi, '[e-mail]')
    .slice(0, 1000);
}
