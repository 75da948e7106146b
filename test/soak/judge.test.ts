import { expect, test } from '@jest/globals';
import type { Account } from '../../infra/local/bitsight-simulator/account.ts';
import { MINUTE } from '../../lib/time.ts';
import { judge } from './judge.ts';
import { play, type Run } from './play.ts';
import type { ClientCall } from './client-calls.ts';
import { checkOnTime } from './on-time.ts';
import { GUARDED } from './town.ts';
import { truthOf } from './truth.ts';

/** Of every source: nothing of theirs is over what was decided. */
const EVERYTHING = { hr: Infinity, contractors: Infinity, tickets: Infinity };

/** One blameless history, and one lie or crime in it: a judge who could not say no would be none. */
const CRIMES: [sentence: RegExp, crime: (run: Run) => unknown][] = [
  [
    /^I1: a second account for Twin@example.com/,
    async (run) => [await post(run, 'twin@example.com'), await post(run, 'Twin@example.com')],
  ],
  [/^I4: \w+ lost has no end/, ({ accepted }) => accepted.push({ ...first(accepted), received: 'lost' })],
  [
    /^I4: invented was never accepted/,
    ({ world }) => world.published.push({ ...first(world.published), received: 'invented' }),
  ],
  [/^I4: received-\d+ ended before its time/, ({ accepted }) => (first(accepted).from = Infinity)],
  [/^I5: POST for twice@example.com again after 0 ms/, ({ watch }) => watch.calls.push(unknownPost(1), unknownPost(2))],
  [
    /^I3: \d+ of \d+ people offboarded by \w+/,
    ({ world }) => Object.assign(world.config.fuse.offboardings.hour, { count: 0 }),
  ],
  [/^I3: the last Admin was taken away/, (run) => removeLastAdmin(run)],
  [/^Ledger: a receipt was written over/, (run) => forgeReceipt(run)],
  [/^I6: GET without a look at the gate/, ({ watch }) => watch.begin({ ...unknownPost(1), method: 'GET' })],
  [/^I7: .*@example/, ({ world }) => world.telemetry.log('info', 'outcome', { pid: 'ada1.qzorn1@example.com' })],
  [
    /^I6: POST in a freeze/,
    ({ watch }) => {
      watch.quiet.push({ why: 'freeze', kinds: ['joiners', 'movers'], from: 0, to: Infinity });
      watch.begin({ ...unknownPost(MINUTE), shift: first(watch.calls).shift });
    },
  ],
  [
    /^I3: human \d+ was changed although that was rejected/,
    ({ rejections, office, accepted }) => {
      accepted.length = 0; // nobody said anything new
      rejections.push(...office.humans.map((human) => ({ human, from: 0, until: Infinity })));
    },
  ],
  [
    /^End: human \d+ was to be ended, and that is no-op NO_RULE/,
    ({ office, world }) => {
      const told = { ...first(world.published), result: 'no-op', code: 'NO_RULE', what: undefined } as const;
      first(office.humans).decisions.push({
        what: 'end',
        received: told.received,
        at: told.at,
        until: Infinity,
        known: EVERYTHING,
      });
      world.published.unshift(told);
    },
  ],
  [
    /^On time: End: human \d+ \(gone\) (still )?has /,
    async (run) => {
      const human = first(run.office.humans.filter(({ touched }) => touched === 'no'));
      run.world.core.create({ email: human.addresses[0] ?? '' });
      human.decisions = [{ what: 'end', received: 'never', at: 0, until: Infinity, known: EVERYTHING }];
      checkOnTime(run, human, 0);
      await run.schedule.run(Infinity, () => undefined);
    },
  ],
  [/^I9: POST under 0 leases/, (run) => run.watch.begin({ ...unknownPost(1), shift: first(run.watch.calls).shift })],
  [
    /^I10: \S+ is done \(created\) without its receipt/,
    ({ world }) => world.published.push({ ...first(world.published), result: 'done', what: 'created', seq: 999 }),
  ],
  [/^I10: receipt \d+ of \S+ \(\w+\) was never so/, (run) => forgeReceipt(run)],
  [
    /^End: human \d+ \(account\) differs in role/,
    (run) => run.world.core.edit(worker(run).guid, { roles: ['vrm_admin'] }),
  ],
  [/^End: human \d+ \(account\) has no account/, (run) => run.world.core.edit(worker(run).guid, null)],
  [/^A protected account was changed/, (run) => post(run, GUARDED)],
  [/^Thrown: Error: unexpected/, ({ queues }) => queues.errors.push(new Error('unexpected'))],
  [/^I4: a message came back too often/, ({ queues }) => queues.dead.push('{}')],
];

test.each(CRIMES)('the judge finds %s', async (sentence, crime) => {
  const { run, broken } = await play(1, 6);
  expect(broken).toEqual([]);
  await crime(run);
  expect(await judge(run, true)).toEqual(expect.arrayContaining([expect.stringMatching(sentence)]));
});

function first<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error('there is none');
  return value;
}

/** An account that is as the books say. */
function worker({ world, office }: Run): Account {
  const known = office.humans.filter(
    (human) => human.touched === 'no' && truthOf(human, world.clock.now(), world.config).kind === 'account',
  );
  return first(known.flatMap(({ addresses }) => addresses.flatMap((address) => world.core.usersWith(address))));
}

async function post({ world }: Run, email: string): Promise<void> {
  world.core.setSwitches({ duplicateEmail: 'allow' });
  await ask(world.core, 'POST', '', JSON.stringify({ email, formal_name: 'Twin' }));
}

async function ask(core: Run['world']['core'], method: string, path: string, body = ''): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${first(core.tokens())}:`).toString('base64')}`;
  const url = new URL(`https://api.bitsighttech.com/ratings/v2/users${path}`);
  await core.handle({ method, url, authorization, body });
}

async function removeLastAdmin({ world: { core } }: Run): Promise<void> {
  for (const { guid } of core.users()) core.edit(guid, { roles: ['customer_user'] });
  const { guid } = core.create({ email: 'admin@example.com', roles: ['customer_admin'] });
  await ask(core, 'DELETE', `/${guid}`);
}

function unknownPost(at: number): ClientCall {
  const shift = { lane: 'normal', alive: true, ended: false, endsAt: at, kill: () => undefined } as const;
  const query = new URLSearchParams();
  return {
    shift,
    at,
    endAt: at,
    method: 'POST',
    path: '/',
    query,
    body: '',
    email: 'twice@example.com',
    answer: 'unknown',
  };
}

async function forgeReceipt({ world }: Run): Promise<void> {
  for (const { pid } of await world.people()) {
    const receipt = (await world.receipts(pid)).find(({ kind }) => kind === 'create' || kind === 'update');
    if (receipt === undefined) continue;
    const forged = { ...receipt, after: { ...receipt.after, roles: ['vrm_admin'] } };
    await world.store.put(forged, receipt.v ?? 1);
    return;
  }
}
