import type { Config, SourceConfig } from '../../config/schema.ts';
import { AppError } from '../../errors.ts';
import type { Grant } from '../../lifecycle/event.ts';
import { heldAt } from '../../lifecycle/facts.ts';
import { everybody, type Identities } from '../../lifecycle/identity.ts';
import { getItem } from '../../lifecycle/item.ts';
import { AliasSchema, keys } from '../../lifecycle/ledger.ts';
import type { Clock, Invocation, Secrets, Store, Telemetry } from '../../lifecycle/ports.ts';
import { recordEvent } from '../../lifecycle/record.ts';
import { MINUTE } from '../../time.ts';
import { eventsOf, type Statement } from '../delivery.ts';
import { createJsonCall } from '../json-call.ts';
import { assignedTo } from './assigned.ts';

/** Somebody of whom list and ledger say different things. */
export interface Difference {
  employeeId: string;
  email: string;
  access: Grant | null;
}

/** A source whose app has a list of people that can be read, and what being on it gives. */
export function listOf(config: SourceConfig | undefined) {
  if (config?.kind !== 'okta' || config.app?.grant === undefined || config.fetch === undefined) return undefined;
  return { config, app: { ...config.app, grant: config.app.grant }, api: config.fetch };
}
export type AssignmentList = NonNullable<ReturnType<typeof listOf>>;

export interface ListDeps {
  fetch: typeof globalThis.fetch;
  clock: Pick<Clock, 'now'>;
}

/** Everybody on the list, or an error: never a part of it. */
export function readList(
  { fetch, clock }: ListDeps,
  { app, api }: AssignmentList,
  token: string,
  timeoutMs: number,
): Promise<Set<string>> {
  const signal = AbortSignal.timeout(timeoutMs);
  return assignedTo(app.id, token, createJsonCall({ baseUrl: api.baseUrl, fetch, clock, signal, who: 'Okta' }));
}

/** Who should have what the app gives and was not told of, and who was and is not assigned any more. */
export async function unheardOf(
  store: Pick<Store, 'get' | 'scan'>,
  source: string,
  assigned: ReadonlySet<string>,
  grant: Grant,
  now: number,
): Promise<Difference[]> {
  const open = new Set(assigned);
  const gone: Difference[] = [];
  for await (const { pid, facts, emails } of everybody(store)) {
    const { access = [], employeeId = [] } = facts[source] ?? {};
    const given = heldAt(access, 'access', now)?.value;
    const id = employeeId.at(-1)?.value;
    if (typeof given !== 'string' || typeof id !== 'string') continue;
    if ((await getItem(store, keys.employee(source, id), AliasSchema))?.pid !== pid) continue; // the number is somebody else's by now
    if (!assigned.has(id)) gone.push({ employeeId: id, email: emails.at(-1) ?? '', access: null });
    else if (given === JSON.stringify(grant)) open.delete(id);
  }
  return [...gone, ...[...open].map((employeeId) => ({ employeeId, email: '', access: grant }))];
}

export function statementOf({ employeeId, access }: Difference, said: number): Statement {
  const own = { id: `list-${said}-${employeeId}`, content: JSON.stringify(access) };
  const thin = access !== null && ({ thin: true } as const);
  return { own, kind: 'mover', ...thin, employeeId, access, said, from: said, attributes: {} };
}

export interface UnheardDeps extends ListDeps {
  config: Pick<Config, 'sources'>;
  store: Pick<Store, 'get' | 'put' | 'scan'>;
  ids: Identities['ids'];
  mailKey: () => Promise<string>;
  secrets: Pick<Secrets, 'current'>;
  telemetry: Telemetry;
}

/** Longest time for one list, milliseconds. */
const TIMEOUT = 5 * MINUTE;

/**
 * What events missed, of each list that is read by night: written into the ledger as a worker would, and carried out by
 * whoever the sweeper wakes: policy, fuse, what is armed.
 */
export async function recordUnheard(deps: UnheardDeps, invocation: Invocation): Promise<void> {
  for (const [source, settings] of Object.entries(deps.config.sources)) {
    const list = listOf(settings);
    if (list?.app.nightly === true) await recordOf(deps, source, list, invocation);
  }
}

async function recordOf(
  deps: UnheardDeps,
  source: string,
  list: AssignmentList,
  invocation: Invocation,
): Promise<void> {
  const { store, ids, secrets, clock, telemetry } = deps;
  const said = clock.now();
  const token = await secrets.current(list.api.secret);
  const assigned = await readList(deps, list, token, Math.max(1, Math.min(TIMEOUT, invocation.remainingMs() - MINUTE)));
  const differences = await unheardOf(store, source, assigned, list.app.grant, said);
  // an app that nobody may be seen in looks like one that nobody is in
  if (assigned.size === 0 && differences.length > 0)
    throw new AppError(
      'DIRECTORY_UNREADABLE',
      `Okta names nobody in the app of ${source}; nothing is concluded from that.`,
    );
  const delivery = { raw: Buffer.of(), headers: {}, receivedAt: said, source, config: list.config, signed: {} };
  const statements = differences.map((one) => statementOf(one, said));
  const mailKey = await deps.mailKey();
  for (const event of eventsOf(delivery, statements, ids))
    await recordEvent({ store, ids, mailKey, now: clock.now() }, event, deps.config.sources);
  telemetry.log('info', 'What events missed was told by the list of assignments.', {
    source,
    count: differences.length,
  });
}
