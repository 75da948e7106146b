import { createHash } from 'node:crypto';
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
  return [
    {
      says: `${accepted.length} accepted = ${tally}; ${refused.length} refused`,
      holds:
        ended('done') === 3 &&
        ended('no-op') === 2 &&
        accepted.length === 5 &&
        refused.length === 1 &&
        system.outcomes().length === 5,
    },
    {
      says: 'never two accounts for one e-mail',
      holds: record.coexisted().length === 0 && [...record.createdPerEmail().values()].every((n) => n === 1),
    },
    {
      says: 'Mara has one account, of role User in group Security',
      holds: mara?.roles.join() === 'customer_user' && groupName(mara.group) === 'Security' && writes('POST') === 1,
    },
    {
      says: 'the change was sent once although its answer was lost',
      holds: writes('PATCH') === 1 && record.fired()['reset'] === 1,
    },
    {
      says: 'Ole has none',
      holds: core.usersWith(OLE).length === 0 && record.createdPerEmail().get(OLE) === undefined,
    },
    { says: "Tom's account is gone, by one DELETE", holds: core.usersWith(TOM).length === 0 && writes('DELETE') === 1 },
    {
      says: 'nobody else was touched',
      holds: byUs.map(kindOf).join() === `created ${MARA},changed ${MARA},deleted ${TOM}`,
    },
    { says: 'the night is complete and its files are those of the manifest', holds: isWhole(day, core.users().length) },
  ];
}

function kindOf({ change: { before, after } }: Effect): string {
  if (before === null) return `created ${after?.email}`;
  return `${after === null ? 'deleted' : 'changed'} ${before.email}`;
}

function isWhole({ manifest, files }: Day, population: number): boolean {
  const { counts, changes } = manifest;
  const intact = manifest.files.every(
    ({ name, sha256 }) =>
      createHash('sha256')
        .update(files[name] ?? '')
        .digest('hex') === sha256,
  );
  return (
    intact &&
    counts.people + counts.tokens === population &&
    changes.joined === 1 &&
    changes.left === 1 &&
    !changes.baseline
  );
}
