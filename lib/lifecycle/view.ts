import type { Config } from '../config/schema.ts';
import { isTicketing } from '../config/sources.ts';
import { DAY } from '../time.ts';
import { ATTRIBUTES, GrantSchema, type Employment, type Grant } from './event.ts';
import { changesAfter, heldAt, notReplaced } from './facts.ts';
import { FACT_NAMES, type FactName, type Facts, type Saying } from './ledger.ts';
import type { Attributes } from './policy.ts';

/**
 * What the facts of all sources say of a person at one instant.
 * `unknown`: no source with authority over employment said anything; `pending`: the first day lies ahead.
 */
export interface PersonView {
  employment: 'active' | 'suspended' | 'ended' | 'pending' | 'unknown';
  /** It is ended by nothing but an end that was said long after it. */
  doubtful: boolean;
  attributes: Attributes;
  /** What was decided for this person alone. */
  access?: Grant;
  /** The next instant at which the facts say something else. */
  nextAt?: number;
}

type Authority = Pick<Config, 'sources' | 'authority' | 'offboarding'>;

export function viewPerson(all: Facts, config: Authority, now: number): PersonView {
  const facts = withLivingDecisions(all, now);
  const attributes: Attributes = {};
  for (const name of ATTRIBUTES) {
    const held = firstHeld(facts, bySourceRank(facts, config), name, now);
    if (held !== undefined && held.withheld !== true) attributes[name] = held.value;
  }
  const next = Object.values(facts)
    .flatMap((known) => Object.entries(known))
    .flatMap(([name, sayings]) => changesAfter(sayings ?? [], name as FactName, now)); // -- keys are fact names by the schema
  const employment = employmentAt(facts, config, now);
  // a source takes back what it gave itself, not what another one gave
  const access = bySourceRank(facts, config)
    .map((source) => heldAt(facts[source]?.access ?? [], 'access', now)?.value)
    .find((value) => typeof value === 'string');
  return {
    employment,
    doubtful: employment === 'ended' && employmentAt(withoutLateEnds(facts, config), config, now) !== 'ended',
    attributes,
    ...(access && { access: GrantSchema.parse(JSON.parse(access)) }),
    ...(next.length > 0 && { nextAt: Math.min(...next) }),
  };
}

/** Without the decisions of a person that are over: a source whose word was overruled has said something else since. */
function withLivingDecisions(facts: Facts, now: number): Facts {
  const { operator = {}, ...others } = facts;
  const isOver = (name: FactName, overrules: Record<string, number>): boolean =>
    Object.entries(overrules).some(([source, known]) => {
      // what was decided before a source knew the person is over once it does
      if (known === 0 && heldAt(others[source]?.employment ?? [], 'employment', now) !== undefined) return true;
      // what was given by hand is taken back by hand: a source takes back only what it gave itself
      return name !== 'access' && saysElse(others[source]?.[name] ?? [], name, known, now);
    });
  const living = FACT_NAMES.flatMap((name) => {
    const sayings = operator[name]?.filter(({ overrules }) => overrules === undefined || !isOver(name, overrules));
    return sayings === undefined ? [] : [[name, sayings] as const];
  });
  return facts['operator'] === undefined ? facts : { ...facts, operator: Object.fromEntries(living) };
}

/** Whether something came into force that is not what was known for that very instant. */
function saysElse(sayings: readonly Saying[], name: FactName, known: number, now: number): boolean {
  const overruled = sayings.filter(({ said }) => said <= known);
  return notReplaced(sayings, name).some(
    ({ said, from, value }) =>
      said > known && from <= now && value !== heldAt(overruled, name, Math.max(said, from))?.value,
  );
}

/** The most authoritative source that says anything decides an attribute, a ticket last; `operator`, a person's decision, stands above all. */
function bySourceRank(facts: Facts, config: Authority): string[] {
  const rank = (source: string): number => {
    if (source === 'operator') return -1;
    const place = config.authority.indexOf(source);
    if (place !== -1) return place;
    const settings = config.sources[source];
    return config.authority.length + Number(settings !== undefined && isTicketing(settings));
  };
  return Object.keys(facts).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function firstHeld(facts: Facts, sources: readonly string[], name: FactName, now: number): Saying | undefined {
  for (const source of sources) {
    const held = heldAt(facts[source]?.[name] ?? [], name, now);
    if (held !== undefined) return held;
  }
  return undefined;
}

/**
 * Times of different senders are never compared. Employment ends when every authority that knows the person ended it;
 * an involuntary end from any ends it at once, and a leave counts where none has the person at work. What a source that
 * was taken out of the configuration said of an end or a leave stands as long as no other knows the person: nobody comes
 * back because a source went.
 */
function employmentAt(facts: Facts, { sources }: Authority, now: number): PersonView['employment'] {
  const known = Object.keys(facts).filter((source) => source !== 'operator');
  const authorities = known.filter((source) => sources[source]?.employment === true);
  const said = (source: string): Saying[] => facts[source]?.['employment'] ?? [];
  const heldOf = (from: string[]) => from.flatMap((source) => heldAt(said(source), 'employment', now)?.value ?? []);
  const decided = heldOf(['operator']);
  const held = decided.length > 0 ? decided : heldOf(authorities);
  const gone = heldOf(known.filter((source) => sources[source] === undefined));
  const strongest = held.length > 0 ? held : gone.filter((value) => !AT_WORK.includes(value));
  if (strongest.includes('ended-now')) return 'ended';
  if (strongest.some((value) => AT_WORK.includes(value))) return 'active';
  if (strongest.includes('suspended')) return 'suspended';
  if (strongest.length > 0) return 'ended';
  return authorities.flatMap(said).some(({ value }) => value === 'active') ? 'pending' : 'unknown';
}

const AT_WORK: readonly (string | null)[] = ['active', 'resumed'] satisfies Employment[];

/** Of somebody who came back HR often still says the day on which they once left. An involuntary end and a person's decision are meant. */
function withoutLateEnds(facts: Facts, { offboarding }: Authority): Facts {
  const oldest = (offboarding?.oldestEndDays ?? Infinity) * DAY;
  return Object.fromEntries(
    Object.entries(facts).map(([source, known]) => [
      source,
      source === 'operator'
        ? known
        : {
            ...known,
            employment: (known.employment ?? []).filter((s) => s.value !== 'ended' || s.said - s.from <= oldest),
          },
    ]),
  );
}
