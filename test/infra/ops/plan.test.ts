import { describe, expect, test } from '@jest/globals';
import { command as arm } from '../../../infra/ops/arm.ts';
import { command as disarm } from '../../../infra/ops/disarm.ts';
import { command as held } from '../../../infra/ops/held.ts';
import { command as plan } from '../../../infra/ops/plan.ts';
import { command as reject } from '../../../infra/ops/reject.ts';
import { command as release } from '../../../infra/ops/release.ts';
import { command as resume } from '../../../infra/ops/resume.ts';
import { command as stop } from '../../../infra/ops/stop.ts';
import { DecisionSchema, type Decision } from '../../../lib/lifecycle/ledger.ts';
import { MINUTE } from '../../../lib/time.ts';
import { armedWorld, createWorld, eventWith, MARA, START, type TestWorld } from '../../support/world.ts';
import { given, targetOf } from '../../support/target.ts';

const hire = (n: number) =>
  eventWith({ kind: 'joiner', employeeId: `E${n}`, attributes: { ...MARA, email: `person.${n}@example.com` } });
const leave = (n: number) => eventWith({ kind: 'leaver', employeeId: `E${n}`, said: START, from: START });
const accounts = ({ core }: TestWorld) => core.users().filter(({ email }) => email.startsWith('person.')).length;
async function decisions({ store }: TestWorld): Promise<Decision[]> {
  return (await store.query('D')).map((item) => DecisionSchema.parse(item));
}

test('--all says of how many the rules of today may give something to, whose names are not kept', async () => {
  const sources = { hr: { kind: 'hibob' as const, secret: 'hr-webhook', fetch: { secret: 'hr-api' } } };
  const world = createWorld({ config: { sources } });
  await world.tell(eventWith({ kind: 'joiner', attributes: { ...MARA, department: 'Warehouse' } }));
  const all = async () => (await plan.run(targetOf(world), given([], { all: true }))).text;
  expect(await all()).toBe('Nothing would change.');
  const grant = { role: 'customer_user', features: {} };
  world.config.policy.rules.push({ name: 'warehouse', when: { department: 'Warehouse' }, grant });
  expect(await all()).toMatch(/^Nothing would change\.\n1 whose names are not kept would be asked about/);
});

describe('a new deployment', () => {
  test('plans, shows field by field what it would do, and does it once its kind is armed', async () => {
    const world = createWorld();
    await world.tell(hire(1), hire(2));
    const target = targetOf(world);
    const shown = await plan.run(target, given([]));
    expect(shown.attention).toBe(true);
    expect(shown.text).toContain('joiners: 2. npm run ops -- arm <kind>');
    expect(shown.text).toMatch(
      /person\.1@example\.com +joiners +created .*\n +name Mara Lindt, role customer_user, group Vendor Risk/,
    );
    const decided = given(['joiners']);
    await arm.run(target, decided);
    expect(decided.asked[0]).toContain('person.2@example.com');
    await world.drain();
    expect(accounts(world)).toBe(2);
    expect((await plan.run(target, given([]))).text).toBe('No plan waits.');
    expect(await decisions(world)).toMatchObject([{ what: 'arm joiners', about: { plans: 2 }, who: 'test:operator' }]);
  });

  test('is not armed by somebody who did not type the word', async () => {
    const world = createWorld();
    await world.tell(hire(1));
    const refuses = { ...given(['joiners']), confirm: async () => Promise.reject(new Error('no')) };
    await expect(arm.run(targetOf(world), refuses)).rejects.toThrow('no');
    await world.drain();
    expect(accounts(world)).toBe(0);
    expect(await decisions(world)).toEqual([]);
  });
});

test('what would change if everybody were looked at now is read from Bitsight and the policy of today', async () => {
  const world = await armedWorld();
  await world.tell(hire(1), hire(2));
  world.core.edit(world.account('person.2@example.com')?.guid ?? '', { roles: ['customer_admin'] });
  const calls = world.core.record.calls.length;
  const { text, data } = await plan.run(targetOf(world), given([], { all: true }));
  expect(data).toHaveLength(1);
  expect(text).toContain('role customer_admin → customer_user');
  expect(world.core.record.calls.slice(calls).map(({ method }) => method)).not.toContain('POST');
  expect(world.core.record.calls.slice(calls).every(({ method }) => method === 'GET')).toBe(true);
});

test('who was rejected with a batch is listed as rejected, and not as pending', async () => {
  const world = await armedWorld({ config: { fuse: { offboardings: { hour: { count: 0 } } } } });
  await world.tell(hire(1), hire(2));
  await world.tell(leave(1));
  const [batch = ''] = world.published.at(-1)?.names ?? [];
  await reject.run(targetOf(world), given([batch]));
  const all = await plan.run(targetOf(world), given([], { all: true }));
  expect(all.text).toContain(`rejected with ${batch}`);
  expect(all.text).toContain('1 were rejected with their batch');
  expect(all.text).not.toContain('leavers: ');
  expect(all.attention).toBe(false);
});

test('a kind that is disarmed is only planned again', async () => {
  const world = await armedWorld();
  await disarm.run(targetOf(world), given(['joiners']));
  await world.tell(hire(1));
  expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'NOT_ARMED' });
  const planned = await held.run(targetOf(world), given([]));
  expect(planned).toMatchObject({ attention: false, text: expect.stringContaining('1 wait only until') });
  await world.tell(eventWith({ kind: 'joiner', employeeId: 'nameless', attributes: { department: 'Security' } }));
  const asked = await held.run(targetOf(world), given([]));
  expect(asked).toMatchObject({ attention: true, text: expect.stringContaining('MISSING') });
});

test('stop and resume: of one kind, of everything', async () => {
  const world = await armedWorld();
  const target = targetOf(world);
  await world.tell(hire(1));
  await stop.run(target, given([], { only: 'leavers' }));
  await world.tell(leave(1), hire(2));
  expect(accounts(world)).toBe(2);
  await stop.run(target, given([]));
  await world.tell(hire(3));
  expect(accounts(world)).toBe(2);
  await resume.run(target, given([]));
  await world.pass(30 * MINUTE);
  expect(accounts(world)).toBe(2);
  expect(world.account('person.1@example.com')).toBeUndefined();
  expect((await decisions(world)).map(({ what }) => what)).toEqual(['stop leavers', 'stop', 'resume']);
});

test.each([
  [['everybody'], 'joiners, movers, leavers'],
  [[], 'joiners, movers, leavers'],
])('a kind that is none changes nothing: %j', async (args, names) => {
  const world = createWorld();
  await expect(arm.run(targetOf(world), given(args))).rejects.toThrow(names);
});

test('a batch that nobody knows is named as such', async () => {
  const world = createWorld();
  await expect(release.run(targetOf(world), given(['nix']))).rejects.toMatchObject({ code: 'BATCH_UNKNOWN' });
});
