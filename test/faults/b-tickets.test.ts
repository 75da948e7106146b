import { expect, test } from '@jest/globals';
import { webhookSources } from '../../lib/config/sources.ts';
import { translate } from '../../lib/sources/index.ts';
import { DAY, MINUTE, toIso } from '../../lib/time.ts';
import { MARA } from '../support/world.ts';
import { ASKED, hire, request, ticketWorld } from '../support/tickets/world.ts';

type World = Awaited<ReturnType<typeof ticketWorld>>;
const roles = ({ account }: World) => account(MARA.email)?.roles;
const reopened = { states: ['In Progress'], comments: [], moved: [] };
const told = ({ published }: World) => published.filter(({ source }) => source === 'tickets').map(({ code }) => code);

test.each([
  ['reopened', ({ system }: World) => system.tickets.set('ACC-17', reopened)],
  ['deleted', ({ system }: World) => system.tickets.delete('ACC-17')],
])(
  'fault 35: a ticket that is withdrawn before anybody is at work on it gives nothing, and is told so: %s',
  async (_, withdraw) => {
    const world = await ticketWorld();
    await world.tell(hire());
    world.accept(request());
    withdraw(world);
    await world.drain();
    await world.pass(DAY);
    expect(told(world)).toEqual(['TICKET_NOT_APPROVED']);
    expect(roles(world)).toEqual(['customer_user']);
    expect(world.writes()).toEqual(['POST']);
  },
);

test('fault 35: an approval that is withdrawn while the change waits for its day gives nothing on that day', async () => {
  const world = await ticketWorld();
  const from = world.clock.now() + DAY;
  await world.tell(hire(), request({ from }));
  expect(told(world)).toEqual([]);
  world.system.tickets.set('ACC-17', reopened);
  await world.pass(2 * DAY);
  expect(told(world)).toEqual(['TICKET_NOT_APPROVED']);
  expect(roles(world)).toEqual(['customer_user']);
});

test('fault 35: where nobody can say whether it still is approved, the change waits', async () => {
  const world = await ticketWorld();
  world.system.faults = [503];
  await world.tell(hire(), request());
  expect(roles(world)).toEqual(['customer_user']);
  world.system.tickets.set('ACC-17', reopened);
  await world.pass(10 * MINUTE);
  expect(told(world)).toEqual(['TICKET_NOT_APPROVED']);
  expect(roles(world)).toEqual(['customer_user']);
});

/** What Jira's own webhook tells of an issue that we commented on and moved: each change of it, whoever made it. */
const change = (at: number, more: object) => ({
  timestamp: at,
  user: { accountId: 'the-account-of-the-answer' },
  issue: { key: 'ACC-17', fields: { status: { name: 'Done' } } },
  email: MARA.email,
  role: 'Manager',
  ...more,
});
const moved = (to: string) => ({
  webhookEvent: 'jira:issue_updated',
  changelog: { items: [{ field: 'status', fromString: 'Approved', toString: to }] },
});

test('fault 36: our own comment, and the ticket that we moved, ask for nothing', async () => {
  const world = await ticketWorld();
  await world.tell(hire(), request());
  const calls = world.system.asked.length;
  for (const more of [{ webhookEvent: 'comment_created', comment: { body: 'Bitsight: …' } }, moved('Done')])
    expect(await eventsOf(world, change(world.clock.now(), more))).toEqual([]);
  expect(await eventsOf(world, change(world.clock.now(), moved('Approved')))).toHaveLength(1); // the one that counts
  expect(world.system.asked).toHaveLength(calls);
});

test('fault 36: a rule that sends the approved ticket again for each comment of ours comes to an end', async () => {
  const world = await ticketWorld();
  await world.tell(hire(), request());
  let rounds = 0;
  for (let seen = 0; seen < (world.system.tickets.get('ACC-17')?.comments.length ?? 0); rounds++) {
    seen = world.system.tickets.get('ACC-17')?.comments.length ?? 0;
    expect(rounds).toBeLessThan(10);
    world.clock.advance(MINUTE);
    const sentAgain = { key: 'ACC-17', status: 'Approved', email: MARA.email, role: 'Manager' };
    await world.tell(...(await eventsOf(world, { ...sentAgain, at: toIso(world.clock.now()) })));
  }
  expect(roles(world)).toEqual([ASKED]);
  expect(world.writes()).toEqual(['POST', 'PATCH']);
  expect(world.system.tickets.get('ACC-17')?.moved).toEqual(['Done']);
});

/** As the door translates it. */
async function eventsOf(world: World, body: object) {
  const config = webhookSources(world.config.sources).find(([id]) => id === 'tickets')?.[1];
  if (config === undefined) throw new Error('no source');
  const raw = Buffer.from(JSON.stringify(body));
  return translate(
    { raw, headers: {}, receivedAt: world.clock.now(), source: 'tickets', config, signed: {} },
    world.ids,
  );
}
