import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { LANES, LaneMessageSchema } from '../../../lib/lifecycle/event.ts';
import { AliasSchema, GateSchema, PersonSchema, ReceiptSchema, SeenSchema } from '../../../lib/lifecycle/ledger.ts';
import { DAY, HOUR } from '../../../lib/time.ts';
import { createWorld, virtualClock, type TestWorld } from '../../support/world.ts';

/**
 * What earlier releases left behind when they were replaced in the middle of work: their ledger, what Bitsight held, and
 * what lay in the lanes, written by the code of that release (test/fixtures/README.md).
 */
const FOLDER = new URL('../../fixtures/releases/', import.meta.url);
const KeySchema = z.looseObject({ pk: z.string(), sk: z.string() });
const AccountSchema = z.object({
  guid: z.string(),
  email: z.string(),
  formal_name: z.string(),
  friendly_name: z.string(),
  roles: z.array(z.string()),
  group: z.string(),
});
const LineSchema = z.object({
  at: z.int().optional(),
  item: KeySchema.extend({ v: z.int(), lane: z.string().optional(), wakeAt: z.int().optional() }).optional(),
  account: AccountSchema.optional(),
  message: z.unknown().optional(),
  lane: z.enum(LANES).optional(),
});
type Line = z.infer<typeof LineSchema>;

const RELEASES = readdirSync(FOLDER).map((file): [release: string, lines: Line[]] => {
  const text = readFileSync(new URL(file, FOLDER), 'utf8').trim();
  return [file.replace('.jsonl', ''), text.split('\n').map((line) => LineSchema.parse(JSON.parse(line)))];
});

/** Today's code where that release stopped. */
function takenOver(lines: Line[]): TestWorld {
  const world = createWorld({ clock: virtualClock(lines[0]?.at) });
  for (const { item, account, message, lane } of lines) {
    if (lane !== undefined) world.queues[lane].push(JSON.stringify(message));
    if (account !== undefined) standIn(world, account);
    if (item === undefined) continue;
    const rows = world.table.get(item.pk) ?? new Map();
    const { pk, sk, v, lane: waits, wakeAt } = item;
    world.table.set(pk, rows.set(sk, { pk, sk, v, lane: waits, wakeAt, text: JSON.stringify(item) }));
  }
  return world;
}

/** Guids are counted up: those of accounts that were gone are passed over. */
function standIn({ core }: TestWorld, { guid, ...fields }: z.infer<typeof AccountSchema>): void {
  let made = core.create(fields);
  for (; made.guid < guid; made = core.create(fields)) core.edit(made.guid, null);
  if (made.guid !== guid) throw new Error(`no account can be made under ${guid}`);
}

const SCHEMAS = { A: AliasSchema, G: GateSchema, R: ReceiptSchema, S: SeenSchema };

test.each(RELEASES)(
  'release %s: today reads every item and message it wrote, and drops nothing of them',
  (_, lines) => {
    for (const { item, message } of lines) {
      const schema =
        item?.sk === 'P' ? PersonSchema : Object.entries(SCHEMAS).find(([sk]) => item?.sk.split('#')[0] === sk)?.[1];
      if (item !== undefined) expect(schema?.parse(item)).toEqual(item);
      if (message !== undefined) expect(LaneMessageSchema.parse(message)).toEqual(message);
    }
  },
);

test.each(RELEASES)(
  'release %s: what it was in the middle of comes to its end, and nothing happens twice',
  async (_, lines) => {
    const world = takenOver(lines);
    const before = await world.people();
    await world.drain();
    await world.pass(4 * DAY + HOUR);
    const emails = world.core.users().map(({ email }) => email);
    // Ada's end lay in the lane, Ben was gone, Cem's last day came; Gil's change had been put off, Flo's outcome untold, Dee's POST unproven
    for (const gone of ['ada', 'ben', 'cem']) expect(emails).not.toContain(`${gone}@example.com`);
    for (const there of ['gil', 'flo', 'dee'])
      expect(emails.filter((email) => email === `${there}@example.com`)).toHaveLength(1);
    expect(world.account('gil@example.com')?.roles).toEqual(['customer_group_admin']);
    expect(world.writes().filter((method) => method === 'POST')).toEqual([]);
    const people = await world.people();
    expect(people).toHaveLength(before.length);
    expect(people.map(({ open, outbox, op }) => [open.length, outbox.length, op])).toEqual(
      people.map(() => [0, 0, undefined]),
    );
    expect(people.filter(({ held }) => held !== undefined).map(({ held }) => held?.code)).toEqual(['EMAIL_REUSED']);
  },
);
