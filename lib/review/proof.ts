import type { Row } from '../export/row.ts';
import { family } from '../lifecycle/account.ts';
import type { Person, Receipt, ReviewRow } from '../lifecycle/ledger.ts';
import { isToTell } from './verdicts.ts';

/** What is known of a row beside what was decided. */
export interface Evidence {
  person?: Person | undefined;
  /** Of that person, oldest first. */
  receipts: readonly Receipt[];
  /** The last night, where it began after the decision: what it says of the account; no row: it is gone. */
  later?: { date: string; at: number; row: Row | undefined } | undefined;
}

/** That a decision was carried out: as a receipt read it back, or as a later night shows it. */
export type Proof =
  | { by: 'receipt'; pid: string; seq: number; what: string; at: number }
  | { by: 'night'; date: string; what: string; at: number };

export const STATES = ['undecided', 'decided', 'told', 'held', 'proven', 'kept'] as const;
export interface RowState {
  state: (typeof STATES)[number];
  proof?: Proof;
  held?: Person['held'];
}

/** Where a row stands. Only `kept` and `proven` need nothing more. */
export function stateOf(decided: ReviewRow | undefined, evidence: Evidence): RowState {
  if (decided === undefined) return { state: 'undecided' };
  if (decided.verdict === 'keep') return { state: isToTell(decided) ? 'decided' : 'kept' };
  const proof = proofOf(decided, evidence);
  if (proof !== undefined) return { state: 'proven', proof };
  const { held } = evidence.person ?? {};
  if (isToTell(decided)) return { state: 'decided' };
  return held === undefined ? { state: 'told' } : { state: 'held', held };
}

function proofOf(decided: ReviewRow, evidence: Evidence): Proof | undefined {
  const { role } = decided;
  const told = isToTell(decided) ? undefined : decided.told;
  const since = Math.max(decided.at, told?.at ?? 0);
  const receipt = told && evidence.receipts.find((one) => one.provenAt >= told.at && shows(one, decided, evidence));
  if (receipt !== undefined) {
    const { pid, seq, what, provenAt } = receipt;
    return { by: 'receipt', pid, seq, what: receipt.kind === 'none' ? alreadySo(decided) : what, at: provenAt };
  }
  const { later } = evidence;
  if (later === undefined || later.at <= since) return undefined;
  if (later.row === undefined) return { by: 'night', date: later.date, what: 'no such account', at: later.at };
  return role !== undefined && hasOnly(role, later.row.role_slugs)
    ? { by: 'night', date: later.date, what: `role ${role}`, at: later.at }
    : undefined;
}

const alreadySo = ({ role }: ReviewRow): string => (role === undefined ? 'no access any more' : 'had the role already');

/** A receipt of this change; or one that nothing had to be done, where the last change before had done it. */
function shows(receipt: Receipt, { told, role }: ReviewRow, { receipts, person }: Evidence): boolean {
  if (receipt.kind !== 'none') return role === undefined ? takesAway(receipt) : hasOnly(role, rolesOf(receipt.after));
  if (told === undefined || !receipt.events.includes(told.event)) return false;
  if (role !== undefined)
    return person?.observed !== undefined && person.observed.at >= told.at && hasOnly(role, person.observed.roles);
  if (receipt.why === 'ALREADY_GONE') return true;
  const last = receipts.findLast(({ kind, seq }) => kind !== 'none' && seq < receipt.seq);
  return receipt.why === 'AS_IS' && last !== undefined && takesAway(last);
}

const takesAway = ({ kind, why }: Receipt): boolean => kind === 'delete' || (kind === 'restrict' && why !== 'ON_LEAVE');

/** Roles of another family stand beside it. */
function hasOnly(role: string, roles: readonly string[]): boolean {
  const same = roles.filter((one) => family(one) === family(role));
  return same.length === 1 && same[0] === role;
}

function rolesOf(after: Receipt['after']): string[] {
  const roles = after?.['roles'];
  return Array.isArray(roles) ? roles.filter((one) => typeof one === 'string') : [];
}
