import { MAPPED_FIELDS, type MappedField, type Mapping, type Reading } from '../../config/mapping.ts';
import type { Config, TicketSource } from '../../config/schema.ts';
import { isTicketing } from '../../config/sources.ts';
import { AppError } from '../../errors.ts';
import { readBody } from './body.ts';
import { named, syntaxProblem } from './expression.ts';
import { readingsOf } from './reading.ts';
import { mappingOf, requestsIn } from './tickets.ts';
import { type MappingConfig, statementsIn } from './translate.ts';

type Sampled = MappingConfig | TicketSource;
/** What finds the readings: the expressions of the system where a ticketing source has none of its own. */
type Finders = Partial<Pick<Mapping, 'match' | 'each'>> & Pick<Mapping, 'says' | 'fields'>;

/**
 * What is wrong with the mappings of a configuration, as its own samples show it: `setting: what is wrong`, one a line.
 * Values of samples are shown: their people are invented.
 */
export async function mappingProblems({ sources }: Pick<Config, 'sources'>): Promise<string[]> {
  const problems: string[] = [];
  for (const [id, source] of Object.entries(sources))
    if (source.kind === 'mapping' || isTicketing(source)) problems.push(...(await problemsOf(source, `sources.${id}`)));
  return problems;
}

async function problemsOf(source: Sampled, at: string): Promise<string[]> {
  const wrong = expressionsOf(findersOf(source)).flatMap(([setting, expression]) => {
    const why = syntaxProblem(expression);
    return why === undefined ? [] : [`${at}.${named(setting, expression)}: ${why}; ${QUOTES}`];
  });
  if (wrong.length > 0) return wrong;
  const seen = new Set<MappedField>();
  const problems: string[] = [];
  for (const [index, sample] of source.samples.entries())
    problems.push(...(await sampleProblems(sample, source, seen)).map((what) => `${at}.samples[${index}]: ${what}`));
  return problems.length > 0 ? problems : [...idleFields(source, seen)].map((what) => `${at}.${what}`);
}

const findersOf = (source: Sampled): Finders => (source.kind === 'mapping' ? source : mappingOf(source));

const QUOTES = 'a name with other signs than letters, digits and _ is written in double quotes';

function expressionsOf({ match, each, says, fields }: Finders): [setting: string, expression: string][] {
  const whole = Object.entries({ match, each, 'says.from': typeof says === 'string' ? undefined : says.from });
  const found = MAPPED_FIELDS.map((name) => [`fields.${name}`, fields[name]?.from] as const);
  return [...whole, ...found].flatMap(([setting, expression]) =>
    expression === undefined ? [] : [[setting, expression]],
  );
}

type Sample = Mapping['samples'][number];

/** Reads it as the door would, and compares with what it must mean. Remembers which fields found anything. */
async function sampleProblems({ body, means }: Sample, source: Sampled, seen: Set<MappedField>): Promise<string[]> {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  try {
    const given =
      source.kind === 'mapping' ? readingsOf(await readBody(raw, source.body), source) : await requestsIn(raw, source);
    for (const reading of given) for (const name of MAPPED_FIELDS) if (reading[name] !== undefined) seen.add(name);
    const problems = differences(given, means, findersOf(source));
    if (problems.length === 0) for (const reading of given) statementsIn(reading, deliveryOf(raw, source));
    return problems;
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    return [cause.message.replace(/\.$/, '')];
  }
}

function deliveryOf<C extends Sampled>(raw: Uint8Array, config: C) {
  return { raw, headers: {}, receivedAt: 0, source: 'sample', config, signed: {} };
}

function differences(given: Reading[], means: Reading[], source: Finders): string[] {
  if (given.length !== means.length)
    return [`means has ${means.length} entries, but what is read is ${JSON.stringify(given)}`];
  return given.flatMap((reading, index) => {
    const expected: Partial<Reading> = means[index] ?? {};
    const who = given.length === 1 ? '' : `person ${index + 1}: `;
    return ([...MAPPED_FIELDS, 'says'] as const)
      .filter((name) => reading[name] !== expected[name])
      .map((name) => `${who}${name} ${expectation(expected[name])}, but ${outcome(name, reading[name], source)}`);
  });
}

type Shown = Reading[MappedField];
const expectation = (value: Shown): string =>
  value === undefined ? 'is not expected' : `should be ${JSON.stringify(value)}`;

function outcome(name: MappedField | 'says', value: Shown, { fields, says }: Finders): string {
  const from = name === 'says' ? (typeof says === 'string' ? undefined : says.from) : fields[name]?.from;
  const setting = name === 'says' ? name : `fields.${name}`;
  if (from === undefined && name !== 'says') return `there is no ${setting}`;
  return `${setting}${from === undefined ? '' : ` (${from})`} ${value === undefined ? 'finds nothing' : `gives ${JSON.stringify(value)}`}`;
}

/** An expression that finds nothing in any sample is one that nobody has seen at work. */
function idleFields({ fields }: Sampled, seen: ReadonlySet<MappedField>): string[] {
  return MAPPED_FIELDS.filter((name) => fields[name] !== undefined && !seen.has(name)).map(
    (name) =>
      `fields.${name}: (${fields[name]?.from}) finds nothing in any sample; mend it, or add a sample that has it`,
  );
}
