import { afterEach, describe, expect, test } from '@jest/globals';
import type { TicketAnswer } from '../../../../lib/lifecycle/ledger.ts';
import { createTickets } from '../../../../lib/sources/tickets/index.ts';
import { wordsOf } from '../../../../lib/sources/tickets/words.ts';
import { MINUTE } from '../../../../lib/time.ts';
import { NOON, sourcesWith } from '../../../support/deliveries.ts';
import { type Answer, startScriptedServer } from '../../../support/scripted-server.ts';
import { freshservice } from '../../../support/tickets/freshservice.ts';
import { github } from '../../../support/tickets/github.ts';
import { jira } from '../../../support/tickets/jira.ts';
import { servicenow } from '../../../support/tickets/servicenow.ts';
import type { TicketSystem } from '../../../support/tickets/stand-in.ts';
import { zendesk } from '../../../support/tickets/zendesk.ts';
import { recordingTelemetry } from '../../../support/world.ts';

const KEY = 'bot@example.com:key';
const SYS_ID = '0f5c1a2b3c4d5e6f708192a3b4c5d6e7';
const SYSTEMS = {
  jira: { standIn: jira, ticket: 'ACC-17', approved: 'Approved', done: 'Done' },
  servicenow: { standIn: servicenow, ticket: SYS_ID, approved: 'approved', done: '3' },
  zendesk: { standIn: zendesk, ticket: '35436', approved: 'bitsight_approved', done: 'solved' },
  freshservice: { standIn: freshservice, ticket: 'SR-17', approved: 'approved', done: '4' },
  github: { standIn: github, ticket: 'example/access#7', approved: 'approved', done: 'closed' },
} as const;
type Kind = keyof typeof SYSTEMS;
const KINDS = Object.keys(SYSTEMS) as Kind[]; // -- its own keys

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** The stand-in behind a real server, and the port as the workers have it. */
interface More {
  states?: string[];
  credential?: string;
  public?: boolean;
  /** In place of the system. */
  serve?: Answer;
}
async function answering(kind: Kind, more: More = {}) {
  const { standIn, ticket, approved, done } = SYSTEMS[kind];
  const system: TicketSystem = standIn(KEY, [ticket, more.states ?? ['vip', approved]]);
  if (kind !== 'zendesk' && kind !== 'github')
    system.tickets.set(ticket, { states: more.states ?? [approved], comments: [], moved: [] });
  const server = await startScriptedServer(more.serve ?? system.answer);
  stops.push(server.stop);
  const telemetry = recordingTelemetry();
  let now = NOON;
  const tickets = createTickets({
    sources: sourcesWith({
      it: {
        kind,
        secret: 's',
        approved,
        ...(kind === 'github' && { approvers: ['lead'] }),
        fields: {},
        samples: [{ name: 'none', body: {}, means: [] }],
        answer: { baseUrl: server.url, secret: 'it-answer', done, public: more.public ?? false },
      },
    }),
    secrets: { current: () => Promise.resolve(more.credential ?? KEY) },
    fetch,
    clock: { now: () => now },
    telemetry,
  });
  const call = { timeoutMs: 2000 };
  return {
    system,
    server,
    telemetry,
    pass: (ms: number) => void (now += ms),
    stands: () => tickets.stands('it', ticket, call),
    answer: (answer: TicketAnswer, how = call) => tickets.answer('it', ticket, answer, how),
    shown: () => system.tickets.get(ticket),
  };
}

const DONE: TicketAnswer = {
  id: 'r-1',
  result: 'done',
  code: 'DECIDED',
  what: 'created',
  at: NOON,
  next: NOON,
  tries: 0,
};
const HELD: TicketAnswer = { ...DONE, id: 'r-2', result: 'held', code: 'MISSING', names: ['employment'] };

describe.each(KINDS)('%s, as its pages document it', (kind) => {
  test('a comment, once, and the ticket is moved; nothing was sent that the vendor does not know', async () => {
    const it = await answering(kind);
    await it.answer(DONE);
    await it.answer(DONE);
    expect(it.shown()).toMatchObject({ comments: [`${wordsOf(DONE)} (reference r-1)`], moved: [SYSTEMS[kind].done] });
    expect(it.system.wrong).toEqual([]);
  });

  test('a comment for the requester is one as well', async () => {
    const it = await answering(kind, { public: true });
    await it.answer(HELD);
    expect(it.shown()?.comments).toHaveLength(1);
    expect(it.system.wrong).toEqual([]);
  });

  test('where somebody has to act the ticket stays', async () => {
    const it = await answering(kind);
    await it.answer(HELD);
    expect(it.shown()).toMatchObject({ comments: [expect.stringContaining('(employment)')], moved: [] });
  });

  test('whether the approval stands is read in the ticket; one that is gone has none', async () => {
    expect(await (await answering(kind)).stands()).toBe(true);
    expect(await (await answering(kind, { states: ['rejected'] })).stands()).toBe(false);
    const gone = await answering(kind);
    gone.system.tickets.clear();
    expect(await gone.stands()).toBe(false);
    await expect(gone.answer(HELD)).rejects.toMatchObject({ code: 'TICKETS_UNAVAILABLE' });
  });

  test.each([['lost after'], ['lost'], [429], [500], [503]] as const)(
    '%s at any request: said once in the end',
    async (fault) => {
      for (let nth = 0; nth < 4; nth++) {
        const it = await answering(kind);
        it.system.faults = [...Array.from({ length: nth }, () => undefined), fault];
        for (let attempt = 0; attempt < 4; attempt++) {
          await it.answer(DONE).catch(() => undefined);
          it.pass(2 * MINUTE);
        }
        expect(it.shown()).toMatchObject({
          comments: [expect.anything()],
          moved: expect.arrayContaining([SYSTEMS[kind].done]),
        });
      }
    },
  );

  test('a wrong key is an error that names neither key nor ticket', async () => {
    const it = await answering(kind, { credential: 'somebody:else' });
    const failed = await it.answer(DONE).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 'TICKETS_UNAVAILABLE',
      message: expect.stringMatching(/^it: The ticket system answered 401/),
    });
    expect(it.shown()?.comments).toEqual([]);
  });
});

test('of several who approve in Freshservice one who says no is enough; what is no number is no status', async () => {
  const it = await answering('freshservice', { states: ['approved', 'rejected'] });
  expect(await it.stands()).toBe(false);
  const tickets = await answering('freshservice');
  tickets.system.tickets.set('SR-17', { states: [], comments: [], moved: [] });
  await tickets.answer(DONE);
  expect(tickets.shown()?.moved).toEqual(['4']);
});

test('a move that is refused costs nobody the comment, and is counted', async () => {
  const it = await answering('zendesk', { states: ['unassigned', 'bitsight_approved'] });
  await it.answer(DONE);
  expect(it.shown()).toMatchObject({ comments: [expect.anything()], moved: [] });
  expect(it.telemetry.counts.get('TicketNotMoved')).toBe(1);
});

test('a transition that is not offered is no error', async () => {
  const it = await answering('jira');
  it.system.tickets.set('ACC-17', { states: ['Approved'], comments: [], moved: ['Elsewhere'] });
  await it.answer(DONE);
  expect(it.shown()).toMatchObject({ comments: [expect.anything()], moved: ['Elsewhere'] });
  expect(it.telemetry.counts.get('TicketNotMoved')).toBe(1);
});

test('the key goes to one host: a redirect is an error', async () => {
  const elsewhere = await startScriptedServer(() => ({ status: 200, body: '{}' }));
  stops.push(elsewhere.stop);
  const it = await answering('jira', {
    serve: () => ({ status: 302, headers: { location: elsewhere.url }, body: '' }),
  });
  await expect(it.answer(DONE)).rejects.toMatchObject({ code: 'TICKETS_UNAVAILABLE' });
  expect(elsewhere.calls).toEqual([]);
});

test('a system that says nothing has its deadline', async () => {
  const it = await answering('jira', { serve: () => 'silence' });
  await expect(it.answer(DONE, { timeoutMs: 50 })).rejects.toMatchObject({
    message: expect.stringContaining('timeout'),
  });
});

test('a system that does not answer is left alone for a minute: nobody waits behind it', async () => {
  const it = await answering('jira', { serve: () => 'lost' });
  const tried = () => it.answer(DONE).catch((error: unknown) => error);
  await tried();
  expect(await tried()).toMatchObject({ message: expect.stringContaining('failed a moment ago') });
  expect(it.server.calls).toHaveLength(1);
  it.pass(2 * MINUTE);
  await tried();
  expect(it.server.calls).toHaveLength(2);
});

test('an answer of another shape is an error that names the place and not the value', async () => {
  const it = await answering('jira');
  it.system.tickets.set('ACC-17', { states: [], comments: [], moved: [] });
  await expect(it.stands()).rejects.toMatchObject({
    code: 'TICKETS_UNAVAILABLE',
    message: 'it: Its answer is not as documented at fields.status.name.',
  });
});
