import type { Context } from 'aws-lambda';
import { METRIC_NAMESPACE, type LogFields, type Telemetry } from '../lifecycle/ports.ts';
import { toIso } from '../time.ts';

/** What the stacks need besides the port: the id of the invocation in every line. */
export interface RuntimeTelemetry extends Telemetry {
  begin?(context: Context): void;
}

/** One row a key, so that a key added to the port and forgotten here does not compile. `message` is the line's own. */
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
 * Logs and metrics of one function, each a line of JSON on standard output; a metric in CloudWatch's embedded format.
 * Only allowed keys come through, and what looks like an e-mail address is masked even there. A metric is written at
 * once, not at the end: an invocation that is killed loses none.
 */
export function createTelemetry(service: string): RuntimeTelemetry {
  let invocation: { function_request_id?: string } = {};
  const log: Telemetry['log'] = (level, message, fields = {}) => {
    const timestamp = toIso(Date.now());
    const line = { level: level.toUpperCase(), message: masked(message), timestamp, service };
    write({ ...line, ...invocation, ...allowed(fields) });
  };
  const emit = (Unit: 'Count' | 'Milliseconds', Name: string, value: number, dimensions: Record<string, string>) => {
    if (!Number.isFinite(value)) return log('warn', 'A metric without a value was left out.', { key: Name });
    const named = Object.fromEntries(Object.entries(dimensions).map(([key, text]) => [key, masked(text)]));
    const all = ['service', ...Object.keys(named)];
    // by function alone as well: an alarm takes no sum over values that nobody knows beforehand
    const Dimensions = all.length > 1 ? [['service'], all] : [all];
    const metric = { Namespace: METRIC_NAMESPACE, Dimensions, Metrics: [{ Name, Unit }] };
    write({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [metric] }, service, ...named, [Name]: value });
  };
  return {
    begin: ({ awsRequestId }) => void (invocation = { function_request_id: awsRequestId }),
    log,
    count: (metric, value = 1, dimensions = {}) => emit('Count', metric, value, dimensions),
    time: (metric, ms, dimensions = {}) => emit('Milliseconds', metric, ms, dimensions),
  };
}

/** Not by the console, whose lines Lambda begins with words of its own. */
const write = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

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
