import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { eventWith } from '../support/world.ts';
import type { StopAt, Worker } from './frozen-worker-process.ts';
import { startStage, type Stage } from './frozen-worker-stage.ts';
import type { Tapped } from './frozen-worker-tap.ts';
import { emailOf } from './local-config.ts';

type Told = 'joiner' | 'leaver' | { lastName: string };
interface Story {
  title: string;
  /** Whether the person has an account when it begins. */
  employed: boolean;
  frozen: Told;
  at: StopAt;
  hold?: true;
  meanwhile?: Told;
  /** What the worker that was stopped had sent to Bitsight to change something. */
  sent: string[];
  /** Kinds of receipts in order. */
  proven: string[];
  /** Last name on the account at the end. */
  end: string;
}

const to =
  (action: string): StopAt =>
  ({ service, action: asked }) =>
    service === 'bitsight' && asked === action;
const isClaim: StopAt = ({ action, body }) => action === 'PutItem' && body.includes('"op":{');
/** The gate, which is read between the claim and the call. */
const betweenClaimAndCall: StopAt = ({ action, body }, before) =>
  action === 'GetItem' && body.includes('"G"') && before.some((one) => isClaim(one, before));
const receipt: StopAt = ({ action, body }) => action === 'PutItem' && body.includes('"R#');

const STORIES: Story[] = [
  {
    title: 'a hire, stopped in the POST: proven by the other, made once',
    employed: false,
    frozen: 'joiner',
    at: to('POST'),
    sent: ['POST'],
    proven: ['create'],
    end: 'One',
  },
  {
    title: 'a hire, stopped between claim and POST: made by the other, and the POST never starts',
    employed: false,
    frozen: 'joiner',
    at: betweenClaimAndCall,
    sent: [],
    proven: ['create'],
    end: 'One',
  },
  {
    title: 'a hire, stopped with its receipt on the way: there is one receipt',
    employed: false,
    frozen: 'joiner',
    at: receipt,
    hold: true,
    sent: ['POST'],
    proven: ['create'],
    end: 'One',
  },
  {
    title: 'a change, stopped in the PATCH: what was said later stands',
    employed: true,
    frozen: { lastName: 'Two' },
    at: to('PATCH'),
    meanwhile: { lastName: 'Three' },
    sent: ['PATCH'],
    proven: ['create', 'update', 'update'],
    end: 'Three',
  },
  {
    title: 'a leave, stopped in the DELETE: who is hired again keeps the new account',
    employed: true,
    frozen: 'leaver',
    at: to('DELETE'),
    meanwhile: 'joiner',
    sent: ['DELETE'],
    proven: ['create', 'delete', 'create'],
    end: 'One',
  },
  {
    title: 'a leave, stopped between claim and DELETE: who is hired again keeps the account',
    employed: true,
    frozen: 'leaver',
    at: betweenClaimAndCall,
    meanwhile: 'joiner',
    sent: [],
    proven: ['create', 'none'],
    end: 'One',
  },
];

/** What is told of the n-th person. */
function told({ clock }: Stage, n: number, what: Told): LifecycleEvent {
  const now = clock.now();
  const about = { employeeId: `E${n}`, said: now, from: now, receivedAt: now };
  if (what === 'leaver') return eventWith({ kind: what, ...about });
  if (what !== 'joiner') return eventWith({ kind: 'mover', ...about, attributes: what });
  const attributes = { firstName: 'Person', lastName: 'One', email: emailOf(n), department: 'Risk' };
  return eventWith({ kind: what, ...about, attributes });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(50);
}

let stage: Stage;
const frozen: Worker[] = [];
/** Until when the lease ran of each worker that was stopped. */
const leases: number[] = [];
let wokenAt = 0;

/** All stories at once: each has a worker that is stopped, and all have the same other one. */
beforeAll(async () => {
  stage = await startStage();
  const [other, ...others] = await Promise.all(
    ['other', ...STORIES.keys()].map((name) => stage.newWorker(`worker-${name}`)),
  );
  if (other === undefined) throw new Error('no worker');
  frozen.push(...others);
  const accepted: string[] = [];
  const send = async (n: number, what: Told): Promise<void> => {
    const event = told(stage, n, what);
    accepted.push(event.received);
    await stage.send(event);
  };
  const settled = (): boolean => {
    const ended = new Set(stage.outcomes().map(({ received }) => received));
    return accepted.every((received) => ended.has(received));
  };

  const employed = [...STORIES.entries()].filter(([, story]) => story.employed);
  for (const [n] of employed) await send(n, 'joiner');
  await other.take(employed.length);
  await until(settled);

  const working: Promise<void>[] = [];
  for (const [n, { frozen: what, at, hold = false }] of STORIES.entries()) {
    const stopped = frozen[n]?.frozen(at, { hold });
    await send(n, what);
    working.push(frozen[n]?.take(1) ?? Promise.resolve());
    await stopped;
    leases.push((await personOf(n))?.op?.until ?? Infinity);
  }
  for (const [n, { meanwhile }] of STORIES.entries()) if (meanwhile !== undefined) await send(n, meanwhile);
  stage.startSweeper();
  other.takeAll();
  await until(settled);

  wokenAt = Date.now();
  for (const worker of frozen) worker.wake();
  await Promise.all(working);
}, 90_000);
afterAll(() => stage.stop());

const personOf = async (n: number) => (await stage.people()).find(({ emails }) => emails.includes(emailOf(n)));
const toBitsight = ({ service }: Tapped): boolean => service === 'bitsight';
const toLedger = ({ service }: Tapped): boolean => service === 'ledger';
/** The gate belongs to everybody: a pause or a count there is nobody's operation. */
const isWrite = ({ service, action, body }: Tapped): boolean =>
  service === 'bitsight' ? action !== 'GET' : action === 'PutItem' && !body.includes('"pk":{"S":"G"}');

test.each(STORIES.map((story, n) => ({ ...story, n })))('past its lease and woken, $title', async ({ n, ...story }) => {
  const [tapped, sinceFrozen] = [frozen[n]?.tapped ?? [], frozen[n]?.sinceFrozen() ?? []];
  expect(wokenAt).toBeGreaterThan(leases[n] ?? Infinity);
  expect(sinceFrozen.slice(1).filter(toBitsight)).toEqual([]);
  expect(
    sinceFrozen
      .filter(toLedger)
      .filter(isWrite)
      .filter(({ status }) => status === 200),
  ).toEqual([]);
  expect(
    tapped
      .filter(toBitsight)
      .filter(isWrite)
      .map(({ action }) => action),
  ).toEqual(story.sent);

  const person = await personOf(n);
  const receipts = await stage.receipts(person?.pid ?? '');
  expect(receipts.map(({ kind }) => kind)).toEqual(story.proven);
  expect(new Set(receipts.map(({ operation }) => operation)).size).toBe(receipts.length);
  expect(person).not.toHaveProperty('op');
  expect(stage.core.usersWith(emailOf(n))).toMatchObject([{ guid: person?.guid, formal_name: `Person ${story.end}` }]);
  expect(stage.core.record.coexisted()).toEqual([]);
});
