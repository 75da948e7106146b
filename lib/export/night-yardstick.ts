import type { AccessGroupList, BitsightClient, CallOptions } from '../bitsight/index.ts';
import type { Config } from '../config/schema.ts';
import { changePerson } from '../lifecycle/identity.ts';
import { groupLookup } from '../lifecycle/tenant.ts';
import type { Lane } from '../lifecycle/event.ts';
import type { Clock, Store, Telemetry } from '../lifecycle/ports.ts';
import { readKnowledge } from './known.ts';
import type { Row } from './row.ts';
import { listedIn, type Yardstick } from './standing.ts';
import type { Survey } from './survey.ts';
import { readIfPossible, seeingAll, tokensIn } from './tenant-facts.ts';

interface YardstickDeps {
  bitsight: Pick<BitsightClient, 'groups' | 'tokens'>;
  store: Pick<Store, 'scan'>;
  telemetry: Telemetry;
  config: Config;
  mailKey: () => Promise<string>;
}

/**
 * By what a night judges: the configuration, what the tenant says of groups and tokens, and what the ledger knows of the
 * accounts of this night and the last one.
 */
export async function nightYardstick(
  { bitsight, store, telemetry, config, mailKey }: YardstickDeps,
  now: number,
  nights: readonly { rows(): AsyncIterable<Row> }[],
  call: CallOptions,
): Promise<Yardstick> {
  const groups = await readIfPossible(bitsight.groups, 'access control groups', telemetry, call);
  const tokens = tokensIn(await readIfPossible(bitsight.tokens, 'company API tokens', telemetry, call));
  const inUse = new Map<string, AccessGroupList['groups'][number]>();
  async function* accounts(): AsyncGenerator<Pick<Row, 'guid' | 'email'>> {
    for (const night of nights)
      for await (const row of night.rows()) {
        if (row.group_guid && row.group_name) inUse.set(row.group_guid, { guid: row.group_guid, name: row.group_name });
        yield row;
      }
    for (const email of tokens.makers?.values() ?? []) yield { guid: email, email };
  }
  // without the list of groups those that somebody is in are still known
  const group = (name: string): string | undefined => groupLookup(groups?.groups ?? [...inUse.values()])(name);
  const ledger = await readKnowledge({ store, config, now, group, mailKey: await mailKey() }, accounts());
  const { dormantDays } = config.night;
  const listed = listedIn(config);
  return { now, dormantDays, signIn: config.signIn, listed, portfolioGroups: seeingAll(groups), ...tokens, ledger };
}

/**
 * Has the sweeper wake whoever was found to have left and still be there, and those who differ where so configured.
 * Nothing is decided here: the worker looks itself, under the fuse.
 */
export async function haveLookedAt(
  {
    store,
    clock,
    config,
    telemetry,
  }: Pick<YardstickDeps, 'config' | 'telemetry'> & {
    store: Pick<Store, 'get' | 'put'>;
    clock: Pick<Clock, 'now'>;
  },
  { leavers, drifted }: Survey['lookAgain'],
): Promise<void> {
  const now = clock.now();
  const wake = (pid: string, lane: Lane): Promise<void> =>
    changePerson(store, pid, (person) =>
      person.op !== undefined || (person.wakeAt ?? Infinity) <= now ? undefined : { ...person, lane, wakeAt: now },
    );
  for (const pid of leavers) await wake(pid, 'urgent');
  for (const pid of config.night.correctDrift ? drifted : []) await wake(pid, 'normal');
  telemetry.log('info', 'Looked at again because the night found them.', { count: leavers.length });
  telemetry.count('LeaversFound', leavers.length);
  telemetry.count('DriftFound', drifted.length);
}
