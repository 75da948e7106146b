import { DAY, startOfDay, toIso } from '../time.ts';
import type { Roster } from './roster.ts';
import type { Yardstick } from './standing.ts';

/** What a review rests on; `old`: so old that a reader should know. */
export interface SourceLine {
  text: string;
  old: boolean;
}

/** A complete statement of HR should not be older. */
const FRESH = 2 * DAY;

/** On what the review rests, for an auditor: HR, groups, sign-in, what this software writes. */
export function sources(by: Yardstick, rosterName: string | undefined): SourceLine[] {
  const fresh = [
    ...(by.roster ? rosterLines(by.roster, rosterName) : []),
    ...(by.roster || by.ledger
      ? []
      : ['No HR roster was given: whether these people still work for you is not judged.']),
    ...(by.ledger && by.ledger.sources.length === 0
      ? ['No HR source has told of anybody yet: whether these people still work for you is not judged.']
      : []),
    ...(by.ledger && by.ledger.unreadable > 0
      ? [`${by.ledger.unreadable} items of the ledger could not be read: of whose they are nothing is known.`]
      : []),
    by.portfolioGroups
      ? 'Who sees the whole portfolio: by the access control groups.'
      : 'Who sees the whole portfolio: by the group name "All Companies", as the groups could not be read.',
    `Dormant: not used for ${by.dormantDays} days.`,
    ...(by.signIn === 'password'
      ? []
      : ["Sign-in is SAML: the second factor is the identity provider's and not judged."]),
    ...owned(by),
  ];
  return [...hrLines(by), ...fresh.map((text) => ({ text, old: false }))];
}

function hrLines({ ledger, now }: Yardstick): SourceLine[] {
  return (ledger?.sources ?? []).map(({ name, people, lastSaid, roster }) => {
    const told = `HR: ${name}, ${people} people, last news ${toIso(lastSaid).slice(0, 10)}`;
    if (roster === undefined) return { text: `${told}.`, old: false };
    const old = now - (startOfDay(roster, 'UTC') ?? now) > FRESH;
    return { text: `${told}, last complete roster of ${roster}${old ? ': older than 48 hours' : ''}.`, old };
  });
}

function rosterLines({ people, withoutEmail, unknownStatuses }: Roster, name: string | undefined): string[] {
  const without = withoutEmail > 0 ? `, ${withoutEmail} without.` : '.';
  return [
    `Roster: ${name ?? 'given'}, ${people.size} ${people.size === 1 ? 'person' : 'people'} with an address${without}`,
    ...(unknownStatuses.length > 0
      ? [`Words in the roster's status that are not known, taken as employed: ${unknownStatuses.join(', ')}.`]
      : []),
  ];
}

/** Fields that are not owned belong to the identity provider. */
function owned({ listed, ledger }: Yardstick): string[] {
  if (listed === undefined || ledger === undefined) return [];
  const fields = Object.entries(listed.config.owns);
  const names = (ours: boolean): string => fields.flatMap(([name, is]) => (is === ours ? [name] : [])).join(', ');
  return [
    `This software writes ${names(true) || 'none of role, group and features'}${names(false) && `; only reported: ${names(false)}`}.`,
  ];
}
