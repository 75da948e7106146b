import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../../infra/ops/roster.ts';
import type { Given } from '../../../infra/ops/frame/command.ts';
import { DAY } from '../../../lib/time.ts';
import { PEOPLE, rosterOf, rows } from '../../support/rosters.ts';
import { given, targetOf } from '../../support/target.ts';
import { createWorld, type TestWorld } from '../../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'roster-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(text: string, name = 'people.csv'): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** A tenant with one roster of twenty, in plan; commands share one bucket. */
async function desk() {
  const world = createWorld({ config: { sources: { people: PEOPLE }, authority: [] } });
  const target = targetOf(world);
  const run = async (text: string, options: Given['options'] = {}, name?: string) => {
    const asking = given([file(text, name)], options);
    return { ...(await command.run(target, asking)), asked: asking.asked };
  };
  const refuse = async (text: string) => {
    const asked: string[] = [];
    const no = {
      ...given([file(text)]),
      confirm: async (what: string) => {
        asked.push(what);
        throw new Error('not typed');
      },
    };
    await expect(command.run(target, no)).rejects.toThrow('not typed');
    return asked[0] ?? '';
  };
  const first = await run(rosterOf(rows(20)));
  await world.drain();
  world.clock.advance(DAY);
  return { world, target, run, refuse, first };
}
const everything = (world: TestWorld): string =>
  JSON.stringify([[...world.table.values()].map((items) => [...items.values()]), world.queues]);

test('the first roster is shown as one, and everybody becomes a plan, nobody an account', async () => {
  const { world, first } = await desk();
  expect(first.asked[0]).toContain('people.csv for 2026-11-23: 20 people are employed, on test.');
  expect(first.asked[0]).toContain('whoever is on it counts as hired, and nobody as gone');
  expect(first.asked[0]).toContain('joiners are only planned, movers are only planned, leavers are only planned');
  expect(first.data).toMatchObject({ source: 'people', joiners: 20, movers: 0, leavers: 0 });
  expect([world.writes(), world.core.users().filter(({ email }) => email.startsWith('person.'))]).toEqual([[], []]);
  expect(world.published.map(({ code }) => code)).toEqual(Array(20).fill('NOT_ARMED'));
});

describe('what a roster says otherwise is shown by name, and nothing changes before the word is typed', () => {
  test.each([
    [
      'a missing row is one who left',
      rosterOf(rows(20).filter(({ id }) => id !== 7)),
      /1 left, 0 changed, 0 joined[^]*left +Kim Number 7 +person\.7@example\.com +7/,
    ],
    [
      'a further row is one who joined',
      rosterOf([...rows(20), { id: 21, start: '2026-12-01' }]),
      /joined +Kim Number 21 .*from 2026-12-01T00:00/,
    ],
    [
      'another department',
      rosterOf(rows(20)).replace('Number 3,Vendor Risk', 'Number 3,Security'),
      /changed +Kim Number 3 .* department Vendor Risk → Security/,
    ],
    [
      'a last day',
      rosterOf(rows(20)).replace('Number 3,Vendor Risk,Active,,', 'Number 3,Vendor Risk,Active,,2026-12-31'),
      /endDate none → 2027-01-01T00:00/,
    ],
  ])('%s', async (_title, text, shown) => {
    const { world, refuse } = await desk();
    const before = everything(world);
    expect(await refuse(text)).toMatch(shown);
    expect(everything(world)).toBe(before);
  });
});

test.each([
  ['a byte-order mark', `\uFEFF${rosterOf(rows(20))}`],
  ['semicolons', rosterOf(rows(20), ';')],
  ['another order of lines', rosterOf(rows(20).toReversed())],
])('the same people with %s are nothing new, and nobody is asked', async (_title, text) => {
  const { world, run } = await desk();
  const told = world.published.length;
  const { asked, text: answer } = await run(text);
  await world.drain();
  expect([asked, world.published.length]).toEqual([[], told]);
  expect(answer).toContain('Nothing new; it is the last roster of people from now on.');
});

test('what was decided is written down without names, and the file is kept', async () => {
  const { world, target, run } = await desk();
  await run(rosterOf(rows(18)), { by: 'HR-7' }, 'people-2026-11-24.csv');
  const decisions = await world.store.query('D', { descending: true, limit: 1 });
  expect(decisions).toMatchObject([{ what: 'roster', comment: 'HR-7', about: { day: '2026-11-24', leavers: 2 } }]);
  expect(JSON.stringify(decisions)).not.toMatch(/@|Kim/);
  expect(await target.archive.list('roster/done/')).toEqual([
    expect.stringMatching(/people\.csv$/),
    expect.stringMatching(/people-2026-11-24\.csv$/),
  ]);
});

test('a refusal names the file, and where it may be no mistake how to go on', async () => {
  const { world, run } = await desk();
  const before = everything(world);
  await expect(run(rosterOf(rows(12)))).rejects.toThrow(
    'people.csv: 8 of 20 people (40 %) are gone since the last roster, which is not plausible; if they are: npm run ops -- roster <file> --gone 8.',
  );
  await expect(run(rosterOf(rows(19)), { expect: '20' })).rejects.toThrow(
    '19 people, but there should be 20: it seems to be cut.',
  );
  await expect(run(rosterOf(rows(19)), { 'as-of': '2026-11-01' })).rejects.toThrow(
    'It speaks for 2026-11-01; a newer one, for 2026-11-23',
  );
  await expect(run(rosterOf(rows(19)), { gone: 'some' })).rejects.toThrow('--gone: a number of people.');
  expect(everything(world)).toBe(before);
  expect((await run(rosterOf(rows(12)), { gone: '8' })).data).toMatchObject({ leavers: 8 });
});

test('who is named as gone in a first roster is told only when asked for', async () => {
  const { run } = await desk();
  const text = rosterOf([...rows(20), { id: 30, status: 'Terminated' }]);
  expect((await run(text)).text).toContain('1 are named as gone who were not employed on the last roster');
  expect((await run(text, { 'named-leavers': true })).data).toMatchObject({ leavers: 1, joiners: 0 });
});

test('dropped, it lies in the inbox of its source and nobody is asked', async () => {
  const { target, run } = await desk();
  const { asked, text } = await run(rosterOf(rows(19)), { drop: true });
  expect(asked).toEqual([]);
  expect(text).toContain('roster-inbox/people/people.csv: taken in within a minute');
  expect(await target.archive.list('roster-inbox/')).toEqual(['roster-inbox/people/people.csv']);
});

test('without a roster in the configuration, and with two, it says what to do', async () => {
  const none = targetOf(createWorld());
  await expect(command.run(none, given([file('')]))).rejects.toThrow('The configuration has no source of kind roster');
  const two = targetOf(createWorld({ config: { sources: { a: PEOPLE, b: PEOPLE }, authority: [] } }));
  await expect(command.run(two, given([file('')]))).rejects.toThrow('--source: name one of a, b.');
  await expect(command.run(two, given([]))).rejects.toThrow('Name the file.');
});
