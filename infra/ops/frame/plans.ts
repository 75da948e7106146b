import { KIND_OF } from '../../../lib/lifecycle/armed.ts';
import type { ArmedKind } from '../../../lib/lifecycle/event.ts';
import { PersonSchema, PlannedSchema, type Person, type Planned } from '../../../lib/lifecycle/ledger.ts';
import { WHAT } from '../../../lib/lifecycle/receipts.ts';
import { toIso } from '../../../lib/time.ts';
import { fieldsOf } from './fields.ts';
import { namedAs, type Named } from './person.ts';
import { table } from './table.ts';
import type { Target } from './target.ts';

/** The newest plan of somebody whose change waits until its kind is armed. */
export type Waiting = Named & {
  kind: ArmedKind;
  planned: Planned;
  /** The batch with which a person rejected it. */
  rejected?: string | undefined;
};

/** Everybody whose change is only planned, by name; of plans that were overtaken nothing is shown. */
export async function waitingPlans(target: Target): Promise<Waiting[]> {
  const newest = new Map<string, Planned>();
  const people: Person[] = [];
  for await (const item of target.store.scan()) {
    if (!item.pk.startsWith('P#')) continue;
    if (item.sk === 'P') people.push(PersonSchema.parse(item));
    if (!item.sk.startsWith('L#')) continue;
    const planned = PlannedSchema.parse(item);
    if ((newest.get(planned.pid)?.at ?? 0) <= planned.at) newest.set(planned.pid, planned);
  }
  return people
    .filter(({ held }) => held?.code === 'NOT_ARMED')
    .flatMap((person) => {
      const planned = newest.get(person.pid);
      return planned === undefined ? [] : [{ ...namedAs(person, target), kind: KIND_OF[planned.plan.kind], planned }];
    })
    .sort((a, b) => (a.email < b.email ? -1 : 1));
}

export function plansTable({ config }: Pick<Target, 'config'>, waiting: readonly Waiting[]): string {
  return table(waiting, [
    { title: 'e-mail', of: ({ email }) => email },
    { title: 'kind', of: ({ kind }) => kind },
    { title: 'would be', of: ({ planned }) => WHAT[planned.plan.kind] },
    {
      title: 'field by field',
      of: ({ planned }) => [plannedFields(planned, config), ...takenAlong(planned)].filter(Boolean).join(', '),
      folds: true,
    },
    {
      title: 'why',
      of: ({ planned, rejected }) => (rejected === undefined ? planned.why : `rejected with ${rejected}`),
    },
    { title: 'since', of: ({ planned }) => toIso(planned.at).slice(0, 16) },
  ]);
}

/** Field by field, the group as the configuration calls it: plans hold guids. */
export const plannedFields = (planned: Planned, config: Target['config']): string =>
  fieldsOf(planned.plan, groupNameOf(planned, config));

function groupNameOf({ plan, why }: Planned, { policy, offboarding }: Target['config']): string | undefined {
  if (plan.kind === 'restrict') return offboarding?.parkingGroup;
  return policy.rules.find(({ name }) => name === why)?.grant.group;
}

/** What goes with an account that nobody would think of. */
function takenAlong({ plan: { kind, before } }: Planned): string[] {
  if (kind !== 'delete' && kind !== 'restrict') return [];
  return [
    ...(before?.contact === true ? ['is a contact: name another'] : []),
    ...(kind === 'delete' ? ['shared folders they made go too'] : []),
  ];
}
