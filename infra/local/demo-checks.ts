import { sha256 } from '../../lib/export/digest.ts';
import { groupName } from './bitsight-simulator/population.ts';
import type { Effect } from './bitsight-simulator/record.ts';
import type { Day } from './demo-day.ts';
import { MARA, OLE, TOM } from './demo-story.ts';
import type { System } from './system.ts';

export interface Check {
  says: string;
  holds: boolean;
}

/** What the demo says, held against the simulator's own record and the ledger; nothing here trusts what was printed. */
export function checkDay(system: System, day: Day): Check[] {
  const { core } = system.simulator;
  const { record } = core;
  const accepted = day.steps.filter(({ answer }) => answer === 200);
  const refused = day.steps.filter(({ answer }) => answer === 401);
  const ended = (result: string): number => accepted.filter(({ outcome }) => outcome?.result === result).length;
  const tally = ['done', 'no-op', 'held', 'dead'].map((result) => `${ended(result)} ${result}`).join(' + ');
  const byUs = record.effects.filter(({ actor }) => actor === 'api');
  const mara = core.usersWith(MARA)[0];
  const writes = (method: string): number => record.calls.filter((call) => call.method === method).length;
  const isAllTold = accepted.length === 5 && refused.length === 1 && system.outcomes().length === 5;
  const touched = byUs.map(kindOf).join();
  return [
    check(
      `${accepted.length} accepted = ${tally}; ${refused.length} refused`,
      isAllTold && ended('done') === 3 && ended('no-op') === 2,
    ),
    check(
      'never two accounts for one e-mail',
      record.coexisted().length === 0 && [...record.createdPerEmail().values()].every((n) => n === 1),
    ),
    check(
      'Mara has one account, of role User in group Security',
      mara?.roles.join() === 'customer_user' && groupName(mara.group) === 'Security' && writes('POST') === 1,
    ),
    check(
      'the change was sent once although its answer was lost',
      writes('PATCH') === 1 && record.fired()['reset'] === 1,
    ),
    check('Ole has none', core.usersWith(OLE).length === 0 && record.createdPerEmail().get(OLE) === undefined),
    check("Tom's account is gone, by one DELETE", core.usersWith(TOM).length === 0 && writes('DELETE') === 1),
    check('nobody else was touched', touched === `created ${MARA},changed ${MARA},deleted ${TOM}`),
    check('the night is complete and its files are those of the manifest', isWhole(day, core.users().length)),
  ];
}

const check = (says: string, holds: boolean): Check => ({ says, holds });

function kindOf({ change: { before, after } }: Effect): string {
  if (before === null) return `created ${after?.email}`;
  return `${after === null ? 'deleted' : 'changed'} ${before.email}`;
}

function isWhole({ manifest, files }: Day, population: number): boolean {
  const { counts, changes } = manifest;
  const intact = manifest.files.every(({ name, sha256: expected }) => sha256(files[name] ?? '') === expected);
  return (
    intact &&
    counts.people + counts.tokens === population &&
    changes.joined === 1 &&
    changes.left === 1 &&
    !changes.baseline
  );
}
