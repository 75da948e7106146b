import * as z from 'zod';
import { isAppError, type ErrorCode } from '../errors.ts';
import { governedCalls } from './calls.ts';
import { LaneMessageSchema, type Lane, type LaneMessage } from './event.ts';
import type {
  Bitsight,
  Clock,
  Directory,
  Ids,
  Invocation,
  Lanes,
  Outcomes,
  Random,
  Secrets,
  Store,
  Telemetry,
  Tickets,
} from './ports.ts';
import { reconcile, type Lifecycle, type Wish } from './reconcile.ts';
import type { HeldCode } from './reasons.ts';
import { recordEvent } from './record.ts';
import type { Tenant } from './tenant.ts';
import { MAIL_HASH_KEY, type Config } from '../config/schema.ts';
import { jsonIn } from '../json.ts';

export interface WorkerDeps {
  lane: Lane;
  store: Store;
  bitsight: Bitsight;
  tenant: Tenant;
  directory: Directory;
  tickets: Tickets;
  lanes: Pick<Lanes, 'dead'>;
  secrets: Pick<Secrets, 'current'>;
  outcomes: Outcomes;
  telemetry: Telemetry;
  clock: Clock;
  ids: Ids;
  random: Random;
  config: Config;
  configHash: string;
}

/**
 * One message of a lane: record, then reconcile. Both lanes do the same; they differ in who waits behind whom.
 * Resolves when the message may be deleted: what it said is in the ledger, or it is kept among the dead with its reason.
 */
export function createWorker(deps: WorkerDeps): (body: string, invocation: Invocation) => Promise<void> {
  return async (body, invocation) => {
    const message = LaneMessageSchema.safeParse(jsonIn(body)).data;
    if (message === undefined) return bury(deps, body, 'MESSAGE_UNREADABLE');
    try {
      await handle(deps, message, invocation);
    } catch (error) {
      if (!isAppError(error, 'LEDGER_UNREADABLE')) throw error;
      await bury(deps, body, error.code);
    }
  };
}

async function handle(deps: WorkerDeps, message: LaneMessage, invocation: Invocation): Promise<void> {
  const { store, ids, clock, outcomes, telemetry } = deps;
  const mailKey = await deps.secrets.current(MAIL_HASH_KEY);
  const recorded =
    message.type === 'wake'
      ? message
      : await recordEvent({ store, ids, mailKey, now: clock.now() }, message.event, deps.config.sources);
  if ('pid' in recorded)
    return reconcile(lifecycleOf(deps, invocation, mailKey, recorded.pid), recorded.pid, wishOf(message));
  await outcomes.publish([recorded.outcome]);
  const { result, code, received, source } = recorded.outcome;
  // no retry changes a body: somebody forges or repeats ids
  if (code === ('SAME_ID_OTHER_BODY' satisfies HeldCode)) telemetry.count('SameIdOtherBody', 1, { source });
  telemetry.log('info', 'outcome', { result, code, received });
  telemetry.count('Outcome', 1, { result });
}

function wishOf(message: LaneMessage): Wish {
  if (message.type === 'event') return 'none';
  return message.due === true ? 'if-due' : 'look';
}

function lifecycleOf(deps: WorkerDeps, invocation: Invocation, mailKey: string, pid: string): Lifecycle {
  const calls = governedCalls({ ...deps, pid, invocation, callTimeoutMs: deps.config.bitsight.timeoutMs });
  return { ...deps, calls, invocation, mailKey };
}

const NamedSchema = z.object({ event: z.object({ id: z.string(), received: z.string(), source: z.string() }) });

/** Kept with its reason at first sight: repeating a message that cannot be read only burns receives. */
async function bury(
  { lanes, lane, outcomes, telemetry, clock }: WorkerDeps,
  body: string,
  code: ErrorCode,
): Promise<void> {
  await lanes.dead(lane, body, code);
  telemetry.log('error', 'message kept among the dead', { code, lane });
  telemetry.count('Dead', 1, { lane });
  const named = NamedSchema.safeParse(jsonIn(body)).data;
  if (named === undefined) return;
  const { id: event, received, source } = named.event;
  await outcomes.publish([{ id: received, result: 'dead', code, source, event, received, at: clock.now() }]);
}
