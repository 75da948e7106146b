import { normaliseEmail } from '../email.ts';
import { changePerson, readPerson, resolveSubject, takeAddress, type Identities } from './identity.ts';
import type { Account, Person } from './ledger.ts';
import type { Employee } from './match.ts';
import { learned } from './observed.ts';
import type { Lifecycle } from './reconcile.ts';
import { newPerson } from './record.ts';
import { writeReceipt } from './receipts.ts';

export type AdoptDeps = Identities & Pick<Lifecycle, 'store' | 'clock' | 'configHash'>;

/** `known`: the ledger had it already; `busy`: a worker is at it; `another`: an address, or the account, is somebody else's. */
export type Adopted = 'adopted' | 'known' | 'busy' | 'another';

/**
 * Makes an account known to the ledger as one that was there before us. Nothing is judged, nobody wakes, no event
 * comes of it; the receipt says what was granted at that moment.
 *
 * @param source whose number the employee's is; undefined: the number is of no source.
 */
export async function adoptAccount(
  deps: AdoptDeps,
  account: Account,
  employee: Employee,
  source: string | undefined,
): Promise<Adopted> {
  const address = normaliseEmail(account.email);
  const emails = [...new Set([address, ...employee.emails])];
  const pid = await personOf(deps, emails, employee, source);
  if (pid === undefined) return 'another';
  const person = await readPerson(deps.store, pid);
  const doubt = person && doubtOver(person, account);
  if (doubt !== undefined) return doubt;
  const seq = await writeReceipt(deps, person ?? newPerson(pid), {
    kind: 'none',
    answers: [],
    why: 'ADOPTED',
    after: account,
    once: { operation: `adopted:${account.guid}`, what: 'adopted' },
  });
  const adopt = <P extends Person>(latest: P): P => {
    const known = [...latest.emails, ...emails.filter((email) => !latest.emails.includes(email))];
    return { ...learned({ ...latest, emails: known }, account, deps.now), seq: Math.max(latest.seq, seq) };
  };
  if (person === undefined && (await deps.store.put(adopt(newPerson(pid)), 'absent')) !== undefined) return 'adopted';
  let result: Adopted = 'adopted';
  await changePerson(deps.store, pid, (latest) => {
    result = doubtOver(latest, account) ?? 'adopted';
    return result === 'adopted' ? adopt(latest) : undefined;
  });
  return result;
}

/** The person to whom every one of these addresses belongs by now; undefined: not all of them are theirs. */
async function personOf(
  deps: AdoptDeps,
  emails: readonly string[],
  { pid: known, employeeId, emails: [own] }: Employee,
  source: string | undefined,
): Promise<string | undefined> {
  const number = source !== undefined && employeeId !== undefined ? { source, employeeId } : { source: '' };
  const mention = { id: 'adoption', ...number, attributes: own === undefined ? {} : { email: own } };
  const pid = known ?? (await resolveSubject(deps, mention)).pid;
  for (const email of emails) if (!(await takeAddress(deps, pid, email))) return undefined;
  return pid;
}

function doubtOver({ guid, op, posted }: Person, account: Account): Exclude<Adopted, 'adopted'> | undefined {
  if (guid === account.guid) return 'known';
  if (guid !== undefined) return 'another';
  return op !== undefined || posted !== undefined ? 'busy' : undefined; // what a worker may just have made is ours
}
