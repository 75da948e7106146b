import { MAPPED_FIELDS, type MappedField, type Mapping, type Reading } from '../../config/mapping.ts';
import type { Config } from '../../config/schema.ts';
import { AppError } from '../../errors.ts';
import { readBody } from './body.ts';
import { named, syntaxProblem } from './expression.ts';
import { readingsOf } from './reading.ts';
import { type MappingConfig, statementsIn } from './translate.ts';

/**
 * What is wrong with the mappings of a configuration, as its own samples show it: `setting: what is wrong`, one a line.
 * Values of samples are shown: their people are invented.
 */
export async function mappingProblems({ sources }: Pick<Config, 'sources'>): Promise<string[]> {
  const problems: string[] = [];
  for (const [id, source] of Object.entries(sources))
    if (source.kind === 'mapping') problems.push(...(await problemsOf(source, `sources.${id}`)));
  return problems;
}

async function problemsOf(source: MappingConfig, at: string): Promise<string[]> {
  const wrong = expressionsOf(source).flatMap(([setting, expression]) => {
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

const QUOTES = 'a name with other signs than letters, digits and _ is written in double quotes';

function expressionsOf({ match, each, says, fields }: Mapping): [setting: string, expression: string][] {
  const whole = Object.entries({ match, each, 'says.from': typeof says === 'string' ? undefined : says.from });
  const found = MAPPED_FIELDS.map((name) => [`fields.${name}`, fields[name]?.from] as const);
  return [...whole, ...found].flatMap(([setting, expression]) =>
    expression === undefined ? [] : [[setting, expression]],
  );
}

type Sample = Mapping['samples'][number];

/** Reads it as the door would, and compares with what it must mean. Remembers which fields found anything. */
async function sampleProblems(
  { body, means }: Sample,
  source: MappingConfig,
  seen: Set<MappedField>,
): Promise<string[]> {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  try {
    const given = readingsOf(await readBody(raw, source.body), source);
    for (const reading of given) for (const name of MAPPED_FIELDS) if (reading[name] !== undefined) seen.add(name);
    const problems = differences(given, means, source);
    if (problems.length === 0) for (const reading of given) statementsIn(reading, deliveryOf(raw, source));
    return problems;
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    return [cause.message.replace(/\.$/, '')];
  }
}

function deliveryOf(raw: Uint8Array, config: MappingConfig) {
  return { raw, headers: {}, receivedAt: 0, source: 'sample', config, signed: {} };
}

function differences(given: Reading[], means: Reading[], source: MappingConfig): string[] {
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

function outcome(name: MappedField | 'says', value: Shown, { fields, says }: MappingConfig): string {
  const from = name === 'says' ? (typeof says === 'string' ? undefined : says.from) : fields[name]?.from;
  const setting = name === 'says' ? name : `fields.${name}`;
  if (from === undefined && name !== 'says') return `there is no ${setting}`;
  return `${setting}${from === undefined ? '' : ` (${from})`} ${value === undefined ? 'finds nothing' : `gives ${JSON.stringify(value)}`}`;
}

/** An expression that finds nothing in any sample is one that nobody has seen at work. */
function idleFields({ fields }: Mapping, seen: ReadonlySet<MappedField>): string[] {
  return MAPPED_FIELDS.filter((name) => fields[name] !== undefined && !seen.has(name)).map(
    (name) =>
      `fields.${name}: (${fields[name]?.from}) finds nothing in any sample; mend it, or add a sample that has it`,
  );
}
