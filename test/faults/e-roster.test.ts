import { beforeAll, describe, expect, test } from '@jest/globals';
import { BatchSchema } from '../../lib/lifecycle/ledger.ts';
import { takeInbox, INBOX } from '../../lib/roster/inbox.ts';
import { tellToTheEnd } from '../../lib/roster/take.ts';
import { DAY } from '../../lib/time.ts';
import { bytesOf, PEOPLE, rosterDesk, rosterOf, rows } from '../support/rosters.ts';
import { WIDE_FUSE } from '../support/wide-fuse.ts';
import { armedWorld, type TestWorld } from '../support/world.ts';

const SOURCES = { sources: { people: PEOPLE }, authority: [], fuse: { creations: WIDE_FUSE.creations } };

/** So many people on the first roster, all with an account. */
async function staffed(count: number) {
  const world = await armedWorld({ config: SOURCES });
  const desk = rosterDesk(world);
  await desk.give(rosterOf(rows(count)));
  await world.drain();
  world.published.length = 0;
  world.clock.advance(DAY);
  return { world, desk };
}
const accounts = (world: TestWorld): number =>
  world.core.users().filter(({ email }) => email.startsWith('person.')).length;
const results = (world: TestWorld) =>
  Object.entries(Object.groupBy(world.published, ({ result, what, code }) => `${result} ${what ?? code}`)).map(
    ([what, outcomes]) => [what, outcomes?.length],
  );

const WHOLE = rosterOf(rows(60));
const lines = WHOLE.split('\n');
const BROKEN: [title: string, text: string, reason: string][] = [
  ['that is empty', '', 'The file is empty'],
  ['with a header alone', `${lines[0]}\n`, 'Nobody in it is employed'],
  ['that is cut in the middle of a line', WHOLE.slice(0, 1500), 'the file seems to be cut'],
  [
    'cut at the end of a line, against its own count',
    `${lines.slice(0, 50).join('\n')}\n# rows: 60,,,,,,,\n`,
    '49 people, but the file says that it has 60',
  ],
  ['that is 40 % smaller', rosterOf(rows(36)), '24 of 60 people (40 %) are gone'],
  [
    'with other numbers for everybody',
    rosterOf(rows(60).map(({ id }) => ({ id: `0${id}` }))),
    '60 of 60 people (100 %) are gone',
  ],
  [
    'without a column it had',
    lines
      .map((line) =>
        line
          .split(',')
          .filter((_, n) => n !== 4)
          .join(','),
      )
      .join('\n'),
    'had a column for department',
  ],
  [
    'without addresses',
    lines
      .map((line) =>
        line
          .split(',')
          .filter((_, n) => n !== 1)
          .join(','),
      )
      .join('\n'),
    'no column is called email',
  ],
  [
    'with an empty column',
    rosterOf(rows(60).map((row) => ({ ...row, department: '' }))),
    'Nobody in it has department any more',
  ],
  [
    'with days in an order that nobody stated',
    rosterOf(rows(60).map((row) => ({ ...row, start: '03/04/2026' }))),
    'day and month could be meant either way',
  ],
  ['with one number twice', rosterOf([...rows(60), { id: 7 }]), 'Line 9 and Line 62 have the same employee id'],
];

describe('a roster that is no complete statement changes nothing', () => {
  let world: TestWorld;
  let desk: Awaited<ReturnType<typeof staffed>>['desk'];
  let before: string;
  const everything = () =>
    JSON.stringify([[...world.table.values()].map((items) => [...items.values()]), world.queues, world.core.users()]);
  beforeAll(async () => {
    ({ world, desk } = await staffed(60));
    before = everything();
  });

  test.each(BROKEN)(
    'fault 57: a roster %s is refused with one reason, and nothing changes',
    async (_title, text, reason) => {
      const objects = [...desk.objects.keys()];
      await expect(desk.give(text)).rejects.toMatchObject({
        code: expect.stringMatching(/^ROSTER_/),
        message: expect.stringContaining(reason),
      });
      expect(everything()).toBe(before);
      expect([...desk.objects.keys()]).toEqual(objects);
    },
  );

  test.each(BROKEN)(
    'fault 57: by way of the inbox a roster %s is put aside with the reason, and an alarm',
    async (_title, text, reason) => {
      desk.objects.set(`${INBOX}people.csv`, { body: bytesOf(text), contentType: 'text/csv' });
      const alarms = world.telemetry.counts.get('RosterRefused') ?? 0;
      expect(await takeInbox(desk.deps)).toEqual({ taken: 0, refused: 1 });
      expect(world.telemetry.counts.get('RosterRefused')).toBe(alarms + 1);
      expect(everything()).toBe(before);
      const put = [...desk.objects.keys()].filter((key) => !key.startsWith('roster/taken/'));
      expect(put).toEqual([
        expect.stringMatching(/^roster\/refused\/.*people\.csv\.reason\.txt$/),
        expect.stringMatching(/^roster\/refused\/.*people\.csv$/),
      ]);
      expect(Buffer.from(desk.objects.get(put[0] ?? '')?.body ?? []).toString()).toContain(reason);
      for (const key of put) desk.objects.delete(key);
    },
  );

  test('a roster larger than the sweeper can read is put aside with the reason, and not tried each minute', async () => {
    desk.objects.set(`${INBOX}people.csv`, { body: new Uint8Array(32 * 1024 * 1024 + 1), contentType: 'text/csv' });
    expect(await takeInbox(desk.deps)).toEqual({ taken: 0, refused: 1 });
    const put = [...desk.objects].filter(([key]) => key.startsWith('roster/refused/'));
    expect(put.map(([, { body }]) => Buffer.from(body).toString('utf8', 0, 200))).toContainEqual(
      expect.stringContaining('larger than 32 MiB'),
    );
    for (const [key] of put) desk.objects.delete(key);
  });

  test('a roster older than the last one is refused: it would bring back who left since', async () => {
    const { desk: own } = await staffed(10);
    await own.give(rosterOf(rows(9)), { name: 'people-2026-11-24.csv' });
    await expect(own.give(rosterOf(rows(10)), { name: 'people-2026-11-23.csv' })).rejects.toThrow(
      'It speaks for 2026-11-23; a newer one, for 2026-11-24, was taken already.',
    );
    await expect(own.give(rosterOf(rows(10)), { name: 'people_20991231.csv' })).rejects.toThrow('which is not yet');
  });
});

describe('what passes is under the fuse all the same', () => {
  test('fault 57: a quarter of the company gone is plausible, and then the fuse holds all but five', async () => {
    const { world, desk } = await staffed(60);
    await desk.give(rosterOf(rows(45)));
    await world.drain();
    expect(accounts(world)).toBe(55);
    expect(results(world)).toEqual([
      ['done removed', 5],
      ['held FUSE_BLOWN', 10],
    ]);
    const batches = [];
    for await (const item of world.store.scan()) if (item.sk === 'B') batches.push(BatchSchema.parse(item));
    expect(batches).toMatchObject([{ source: 'people', kind: 'offboardings', n: 10 }]);
  });

  test('so many gone as a person says are meant, and no other number', async () => {
    const { desk } = await staffed(60);
    await expect(desk.give(rosterOf(rows(30)), { gone: 29 })).rejects.toThrow(
      '30 people are gone since the last roster, not 29',
    );
    expect((await desk.give(rosterOf(rows(30)), { gone: 30 })).differences).toHaveLength(30);
  });

  test('two who leave a company of five are no broken file', async () => {
    const { world, desk } = await staffed(5);
    await desk.give(rosterOf(rows(3)));
    await world.drain();
    expect(accounts(world)).toBe(3);
  });

  test('the first roster makes nobody a leaver, also who is named as gone, unless a person asks for it', async () => {
    const world = await armedWorld({ config: SOURCES });
    const desk = rosterDesk(world);
    const text = rosterOf([...rows(3), { id: 3, status: 'Terminated' }]);
    expect(await desk.read(text)).toMatchObject({ isFirst: true, untold: 1 });
    const { differences } = await desk.give(text);
    expect(differences.map(({ kind }) => kind)).toEqual(['joiner', 'joiner', 'joiner']);
    const { differences: asked } = await desk.give(text, { namedLeavers: true });
    expect(asked.map(({ kind }) => kind)).toEqual(['leaver']);
  });
});

describe('whoever dies in the middle', () => {
  const next = rosterOf([...rows(6, 2), { id: 40 }, { id: 41 }]).replace('person.3@', 'new.name.3@');

  test('of telling: the next run tells the very same events, and each is answered once', async () => {
    const reference = await staffed(8);
    const roster = await reference.desk.read(next);
    const calls = 6; // archive put, get and put of the ledger, and the sending
    for (let at = 0; at < calls; at++) {
      const { world, desk } = await staffed(8);
      let left = at;
      const dying = rosterDesk(
        world,
        { after: () => (left-- === 0 ? Promise.reject(new Error('dead')) : undefined) },
        desk.objects,
      );
      await dying.give(next).catch((error: Error) => expect(error.message).toBe('dead'));
      await world.drain();
      await tellToTheEnd(desk.deps, 'people');
      if (world.published.length === 0) await desk.give(next);
      await world.drain();
      expect([at, accounts(world), world.account('new.name.3@example.com') !== undefined]).toEqual([at, 7, true]);
      expect(new Set(world.published.map(({ id }) => id)).size).toBe(roster.differences.length);
      const emails = world.core.users().map(({ email }) => email);
      expect(new Set(emails).size).toBe(emails.length);
    }
  });

  test('of the inbox: the file is still there, and taken again it says nothing new', async () => {
    const { world, desk } = await staffed(8);
    const put = () => desk.objects.set(`${INBOX}people.csv`, { body: bytesOf(next), contentType: 'text/csv' });
    put();
    await takeInbox(desk.deps);
    await world.drain();
    const told = world.published.length;
    put();
    world.clock.advance(60_000);
    expect(await takeInbox(desk.deps)).toEqual({ taken: 1, refused: 0 });
    await world.drain();
    expect(world.published).toHaveLength(told);
    expect([...desk.objects.keys()].filter((key) => key.startsWith('roster/done/'))).toHaveLength(2);
  });
});
