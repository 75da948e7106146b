import { pick, type Random } from '../../../infra/local/bitsight-simulator/random.ts';
import { DEPARTMENTS, HEAD, NO_RULE, PROTECTED } from './policy.ts';

export type Source = 'bamboohr' | 'hr';
/** What is told of a person; what is left out is not said, null says that there is none. */
export interface Told {
  email?: string;
  firstName?: string;
  lastName?: string;
  department?: string | null;
  jobTitle?: string;
}
/** One statement of one source about one person. */
export interface Saying {
  person: number;
  source: Source;
  kind: 'hired' | 'changed' | 'left';
  /** Epoch milliseconds; later than whatever was said of this person before. */
  said: number;
  told: Told;
  involuntary?: true;
}
export type Step = Omit<Saying, 'said' | 'person'>;

/** All that happens to one person, in order. */
export interface Life {
  person: number;
  kind: string;
  /** Every address the person ever has. */
  emails: string[];
  /** The account that was there before, made by hand. */
  before?: string;
  steps: Step[];
}

interface Person {
  random: Random;
  email: string;
  renamed: string;
  names: { firstName: string; lastName: string };
  /** Who tells of them, where one source alone does. */
  source: Source;
}

const RELATIVES = ['', 'anna.', 'jo.', 'lee.', 'maria.'];

/** The first address of each five stands whole in the other four: a search by a part finds all of them. */
function addressOf(n: number): string {
  const relative = n % RELATIVES.length;
  return `${RELATIVES[relative] ?? ''}person-${n - relative}@example.com`;
}

export function lifeOf(person: number, random: Random): Life {
  const email = addressOf(person);
  const names = { firstName: `First${person}`, lastName: `Last${person}` };
  const source = random() < 0.5 ? 'bamboohr' : 'hr';
  const kind = kindAt(random());
  const whole = LIVES[kind]({ random, email, renamed: `new.${email}`, names, source });
  return { person, kind, emails: [email, `new.${email}`], ...whole };
}

/** People of their own kind, one for each protected account. */
export function protectedLives(from: number): Life[] {
  return PROTECTED.map((email, n) => ({
    person: from + n,
    kind: 'protected',
    emails: [email],
    before: email,
    steps: [{ source: 'hr', kind: 'left', told: { email } }],
  }));
}

type Tale = Pick<Life, 'steps'> & Partial<Pick<Life, 'before'>>;
type Teller = (person: Person) => Tale;

const LIVES = {
  stays: (p) => ({ steps: [hired(p), ...moves(p, 3)] }),
  leaves: (p) => ({ steps: [hired(p), ...moves(p, 2), left(p)] }),
  returns: (p) => ({ steps: [hired(p), left(p), hired(p), ...moves(p, 1)] }),
  marries: (p) => ({
    steps: [
      hired(p),
      { source: p.source, kind: 'changed', told: { email: p.renamed, lastName: 'Married' } },
      ...moves(p, 1),
      ...(p.random() < 0.3 ? [left({ ...p, email: p.renamed })] : []),
    ],
  }),
  'known to two': (p) => ({ steps: ofTwo(p) }),
  'gone to another department': (p) => ({ steps: [hired(p), moved(p, NO_RULE), ...moves(p, 1, 0.5)] }),
  'without a rule': (p) => ({ steps: [hired(p, { department: NO_RULE })] }),
  'without an address': ({ email, ...p }) => {
    const { email: _email, ...told } = hired({ ...p, email }).told;
    const late: Step[] = p.random() < 0.5 ? [{ source: p.source, kind: 'changed', told: { email } }] : [];
    return { steps: [{ source: p.source, kind: 'hired', told }, ...late] };
  },
  'without a department': (p) => {
    const { department: _department, ...told } = hired(p).told;
    return { steps: [{ source: p.source, kind: 'hired', told }, ...moves(p, 1, 0.5)] };
  },
  'never hired': (p) => ({ steps: [moved(p, 'Security')] }),
  'two rules': (p) => ({ steps: [hired(p, { jobTitle: HEAD })] }),
  'there before': (p) => ({ before: p.email, steps: [hired(p), ...moves(p, 1)] }),
  'there before and leaves': (p) => ({ before: p.email, steps: [left(p)] }),
} as const satisfies Record<string, Teller>;

const WEIGHTS: Record<keyof typeof LIVES, number> = {
  stays: 24,
  leaves: 22,
  returns: 10,
  marries: 8,
  'known to two': 12,
  'gone to another department': 4,
  'without a rule': 3,
  'without an address': 4,
  'without a department': 3,
  'never hired': 2,
  'two rules': 2,
  'there before': 3,
  'there before and leaves': 3,
};

function kindAt(chance: number): keyof typeof LIVES {
  let left = chance * 100;
  for (const [kind, weight] of Object.entries(WEIGHTS)) {
    left -= weight;
    if (left < 0) return kind as keyof typeof LIVES; // -- keys of a Record<keyof typeof LIVES, …>
  }
  return 'stays';
}

function hired({ random, email, names, source }: Person, more: Told = {}): Step {
  const spelling = random() < 0.1 ? email.replace('person', 'Person').replace('example', 'Example') : email;
  const told = { email: spelling, ...names, department: pick(random, DEPARTMENTS), jobTitle: 'Analyst', ...more };
  return { source, kind: 'hired', told };
}

function left({ random, email, source }: Person): Step {
  const involuntary = source === 'hr' && random() < 0.2;
  return { source, kind: 'left', told: { email }, ...(involuntary && { involuntary }) };
}

function moved({ random, source, names }: Person, department: string): Step {
  const renamed = random() < 0.2 ? { ...names, lastName: `${names.lastName}-${Math.floor(random() * 100)}` } : {};
  return { source, kind: 'changed', told: { department, ...renamed } };
}

/** Up to so many moves between departments that have access. */
function moves(person: Person, most: number, chance = 0.7): Step[] {
  const count = Array.from({ length: most }).filter(() => person.random() < chance).length;
  return Array.from({ length: count }, () => moved(person, pick(person.random, DEPARTMENTS)));
}

/** Both sources tell of the hire, and each goes its own way; what BambooHR says of an attribute is believed. */
function ofTwo(person: Person): Step[] {
  const { random } = person;
  const sides = (['bamboohr', 'hr'] as const).map((source) => ({ ...person, source }));
  return sides
    .flatMap((side) => [
      { at: random(), step: hired(side) },
      ...moves(side, 1).map((step) => ({ at: 1 + random(), step: { ...step, told: withAddress(step.told, side) } })),
      ...(random() < 0.4 ? [{ at: 2 + random(), step: left(side) }] : []),
    ])
    .sort((a, b) => a.at - b.at)
    .map(({ step }) => step);
}

const withAddress = (told: Told, { email }: Person): Told => ({ ...told, email });
