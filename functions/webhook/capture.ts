import { Readable } from 'node:stream';
import { webhookSources } from '../../lib/config/sources.ts';
import type { WebhookSource } from '../../lib/config/schema.ts';
import { isAppError } from '../../lib/errors.ts';
import type { Archive } from '../../lib/lifecycle/ports.ts';
import type { HttpAnswer } from '../../lib/runtime/http-answer.ts';
import { captureEnd, capturedAs } from '../../lib/sources/capture.ts';
import type { SignedRequest } from '../../lib/webhooks/index.ts';
import { HOUR } from '../../lib/time.ts';
import type { WebhookDeps } from './handler.ts';

/** Of one source in one hour, by one execution environment: enough to see what comes, too few to fill a bucket with. */
const MOST_AN_HOUR = 60;

export interface CaptureDeps extends Pick<WebhookDeps, 'config' | 'clock' | 'ids' | 'telemetry'> {
  /** Made when the first delivery is to be kept. */
  archive: () => Promise<Pick<Archive, 'put'>>;
}

/** Keeps what sources send while they are being set up, whatever it was answered. A failure is counted, never answered. */
export function createCapture({ config, clock, ids, telemetry, archive }: CaptureDeps) {
  const open = webhookSources(config.sources).flatMap(([source, settings]) => {
    const end = captureEnd(settings);
    return end === undefined ? [] : [{ source, settings, end, room: createRoom() }];
  });
  const keep = async (source: string, settings: WebhookSource, request: SignedRequest, status: number, at: number) => {
    try {
      const { key, text } = capturedAs([source, settings], request, { at, status, id: ids.next() });
      await (await archive()).put(key, Readable.from([Buffer.from(text)]), 'application/json');
    } catch {
      telemetry.count('CaptureFailed', 1, { source });
    }
  };
  return async (source: string, request: SignedRequest, wallNow: number, answering: Promise<HttpAnswer>) => {
    const found = open.find((one) => one.source === source);
    const status = await statusOf(answering);
    if (found !== undefined && clock.now() < found.end && found.room(wallNow))
      await keep(source, found.settings, request, status, wallNow);
    return answering;
  };
}
export type Capture = ReturnType<typeof createCapture>;

/** Whether there is room for one more in this hour. */
function createRoom(): (now: number) => boolean {
  let kept = { hour: 0, count: 0 };
  return (now) => {
    const hour = Math.floor(now / HOUR);
    kept = { hour, count: kept.hour === hour ? kept.count + 1 : 1 };
    return kept.count <= MOST_AN_HOUR;
  };
}

function statusOf(answering: Promise<HttpAnswer>): Promise<number> {
  return answering.then(
    ({ statusCode }) => statusCode,
    (error: unknown) => (isAppError(error) ? error.traits.http : 500),
  );
}
