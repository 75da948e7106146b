import { knownPeople } from '../../lib/lifecycle/population.ts';
import { keys, WindowsSchema } from '../../lib/lifecycle/ledger.ts';
import { getItem } from '../../lib/lifecycle/item.ts';
import { toIso } from '../../lib/time.ts';
import { askedOnce, CHECKS, look } from './checks.ts';
import type { Command } from './frame/command.ts';
import { table } from './frame/table.ts';
import type { Target } from './frame/target.ts';
import { waiting } from './held.ts';

/** What can be told without a call to Bitsight. */
const CHECKED = ['gate', 'lanes', 'dead letters', 'last night', 'alarms', 'configuration'] as const;

async function counted(target: Target): Promise<[what: string, says: string][]> {
  const { batches, people } = await waiting(target);
  const planned = people.filter(({ code }) => code === 'NOT_ARMED').length;
  const month = (await getItem(target.store, keys.creations(), WindowsSchema))?.periods.month;
  const isNow = month?.of === toIso(target.clock.now()).slice(0, 7);
  const limit = target.config.bitsight.monthlyCreations;
  return [
    ['held', `${people.length - planned} people, ${batches.length} batches`],
    ...(planned === 0 ? [] : [['planned', `${planned} people, until their kind is armed`] satisfies [string, string]]),
    ['accounts', `${(await knownPeople(target.store)) ?? 'not counted yet'}`],
    ['made this month', `${isNow ? month.members.length : 0}${limit === null ? '' : ` of ${limit}`}`],
  ];
}

export const command: Command = {
  summary: 'whether all is well, in ten lines; asks Bitsight nothing',
  usage: '',
  async run(target) {
    const rows: [what: string, says: string][] = [['system', `${target.config.company}, ${target.name}`]];
    const wrong = new Set<string>();
    const asked = askedOnce(target);
    for (const what of CHECKED) {
      const { state, says } = await look(asked, CHECKS[what]);
      if (state === 'wrong') wrong.add(what);
      rows.push([what, says]);
    }
    rows.push(...(await counted(target)));
    const text = table(rows, [
      { title: 'what', of: ([what]) => (wrong.has(what) ? `✖ ${what}` : `  ${what}`) },
      { title: 'is', of: ([, says]) => says },
    ]);
    return { text, data: { ...Object.fromEntries(rows), wrong: [...wrong] }, attention: wrong.size > 0 };
  },
};
