import { readMembers } from '../../lib/lifecycle/batch.ts';
import { BatchSchema, PersonSchema, type Batch, type Held } from '../../lib/lifecycle/ledger.ts';
import { HELD } from '../../lib/lifecycle/reasons.ts';
import { toIso } from '../../lib/time.ts';
import type { Command, Report } from './frame/command.ts';
import { named, namedAs, type Named } from './frame/person.ts';
import { table } from './frame/table.ts';
import type { Target } from './frame/target.ts';

/** Members of a batch as they are shown, and the number of the last of them: what a decision covers. */
export async function membersOf(target: Target, id: string): Promise<{ people: Named[]; upTo: number }> {
  const members = await readMembers(target.store, id);
  const people: Named[] = [];
  for (const { pid } of members) people.push(await named(target, pid));
  return { people, upTo: members.at(-1)?.n ?? 0 };
}

export const PEOPLE = [
  { title: 'name', of: (row: Named) => row.name },
  { title: 'e-mail', of: (row: Named) => row.email },
  { title: 'person', of: (row: Named) => row.pid },
];

type HeldPerson = Named & Held;

export async function waiting({ store, ...target }: Target): Promise<{ batches: Batch[]; people: HeldPerson[] }> {
  const batches: Batch[] = [];
  const people: HeldPerson[] = [];
  for await (const item of store.scan()) {
    if (item.pk.startsWith('B#') && item.sk === 'B') batches.push(BatchSchema.parse(item));
    const person = item.pk.startsWith('P#') && item.sk === 'P' ? PersonSchema.parse(item) : undefined;
    if (person?.held !== undefined) people.push({ ...namedAs(person, { store, ...target }), ...person.held });
  }
  return { batches: batches.filter(({ status }) => status === 'open'), people };
}

export const command: Command = {
  summary: 'who waits for a decision, and why; with a batch: its members',
  usage: '[batch]',
  async run(target, { args: [id] }) {
    if (id !== undefined) {
      const { people } = await membersOf(target, id);
      return { text: table(people, PEOPLE), data: people };
    }
    return report(await waiting(target));
  },
};

/** Who has no address of their own yet is named by pid. */
const isNamedByPid = ({ email, code }: HeldPerson): boolean => email === '' || code === 'EMAIL_REUSED';

function report({ batches, people }: Awaited<ReturnType<typeof waiting>>): Report {
  const planned = people.filter(({ code }) => code === 'NOT_ARMED').length;
  const alone = people.filter(({ code }) => code !== 'FUSE_BLOWN' && code !== 'NOT_ARMED');
  const text = [
    batches.length === 0
      ? 'No batch waits.'
      : table(batches, [
          { title: 'batch', of: ({ id }) => id },
          { title: 'people', of: ({ id }) => people.filter(({ batch }) => batch === id).length, right: true },
          { title: 'since', of: ({ at }) => toIso(at) },
        ]),
    ...(batches.length === 0 ? [] : ['npm run ops -- release <batch>, or reject <batch>, shows who it is and asks.']),
    ...(alone.length === 0 ? [planned === 0 ? 'Nobody else is held.' : 'Nobody is held alone.'] : aloneText(alone)),
    ...(planned === 0 ? [] : [`${planned} wait only until their kind of change is armed: npm run ops -- plan.`]),
  ];
  return { text: text.join('\n\n'), data: { batches, people }, attention: batches.length + alone.length > 0 };
}

function aloneText(alone: readonly HeldPerson[]): string[] {
  const codes = [...new Set(alone.map(({ code }) => code))].sort();
  const pid = { title: 'person', of: (row: HeldPerson) => (isNamedByPid(row) ? row.pid : '') };
  return [
    table(alone, [
      { title: 'name', of: ({ name }) => name },
      { title: 'e-mail', of: ({ email }) => email },
      ...(alone.some(isNamedByPid) ? [pid] : []),
      { title: 'held', of: ({ code }) => code },
      { title: 'names', of: ({ names }) => names.join(', ') },
      { title: 'since', of: ({ at }) => toIso(at).slice(0, 16) },
    ]),
    codes.map((code) => `${code}: ${Object.entries(HELD).find(([known]) => known === code)?.[1] ?? ''}`).join('\n'),
  ];
}
