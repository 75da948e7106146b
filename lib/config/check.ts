import type { decidePolicy } from '../lifecycle/policy.ts';
import { DAY, startOfDay, unevenDays } from '../time.ts';
import { tooManyCalls } from './calls-at-once.ts';
import { DEACTIVATING, isProven } from './capabilities.ts';
import { MAIL_HASH_KEY, type Config } from './schema.ts';
import { keySettings, webhookSources } from './sources.ts';

const PRODUCTION = 'api.bitsighttech.com';

export interface CheckContext {
  /** Years in which the nightly time must exist exactly once a day: this one and the next. */
  years: number[];
  /** Epoch milliseconds. */
  now: number;
  /** Executes the example people. */
  decide: typeof decidePolicy;
}

/** What no single setting shows: `setting: what is wrong and how to mend it`, one a line; empty when all is well. */
export function configProblems(config: Config, context: CheckContext): string[] {
  return [
    ...authority(config),
    ...ruleNames(config),
    ...examples(config, context.decide),
    ...offboarding(config),
    ...deactivating(config),
    ...baseUrls(config),
    ...approvers(config),
    ...secrets(config),
    ...numbers(config),
    ...lists(config),
    ...tooManyCalls(config),
    ...domain(config),
    ...nightlyTime(config, context.years),
    ...exceptions(config, context.now),
    ...captures(config, context.now),
  ];
}

function domain({ deployment, features }: Config): string[] {
  if (deployment.domain === undefined || features.webhooks) return [];
  return ['deployment.domain: is the name of the webhook address, and features.webhooks makes none; leave one away'];
}

/** What people are said to be shall not be kept because somebody forgot to take a line out. */
const LONGEST_CAPTURE = 31 * DAY;

function captures({ sources }: Config, now: number): string[] {
  return webhookSources(sources).flatMap(([id, { capture }]) =>
    capture !== undefined && (startOfDay(capture.until, 'UTC') ?? 0) > now + LONGEST_CAPTURE
      ? [`sources.${id}.capture.until: is more than a month ahead; set a day within a month`]
      : [],
  );
}

/** An exception is looked at again once a year. */
const LONGEST_EXCEPTION = 366 * DAY;

function exceptions({ exceptions: listed }: Config, now: number): string[] {
  return listed.flatMap(({ email, until }, index) => {
    const where = `exceptions[${index}]`;
    if (listed.findIndex((one) => one.email.toLowerCase() === email.toLowerCase()) !== index)
      return [`${where}.email: is on the list twice`];
    const isTooFar = (startOfDay(until, 'UTC') ?? 0) > now + LONGEST_EXCEPTION;
    return isTooFar ? [`${where}.until: is more than a year ahead; set a day within a year`] : [];
  });
}

function authority({ authority, sources }: Config): string[] {
  return authority.flatMap((name, index) => {
    if (authority.indexOf(name) !== index) return [`authority[${index}]: "${name}" is named twice`];
    return name in sources
      ? []
      : [`authority[${index}]: no source is called "${name}", ${oneOf(Object.keys(sources))}`];
  });
}

function ruleNames({ policy }: Config): string[] {
  const names = policy.rules.map((rule) => rule.name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [`policy.rules[${index}].name: "${name}" is taken, give it a name of its own`],
  );
}

function examples({ policy, examples }: Config, decide: CheckContext['decide']): string[] {
  return examples.flatMap(({ attributes, rule: expected }, index) => {
    const decision = decide(policy.rules, attributes);
    const where = `examples[${index}]`;
    if (decision.kind === 'undecided')
      return [`${where}: rule "${decision.rule}" cannot be decided without ${decision.missing.join(', ')}`];
    if (decision.kind === 'conflict')
      return [`${where}: the rules ${decision.rules.map(quoted).join(', ')} match and give different roles`];
    const actual = decision.kind === 'granted' ? decision.rule : null;
    return actual === expected ? [] : [`${where}: expected ${ruled(expected)}, but the policy says ${ruled(actual)}`];
  });
}

function offboarding({ bitsight, features, leaveOfAbsence, offboarding, policy }: Config): string[] {
  const restricting = [
    ...(policy.noMatch === 'restrict' ? ['policy.noMatch'] : []),
    ...(leaveOfAbsence === 'restrict' ? ['leaveOfAbsence'] : []),
  ];
  if (restricting.length > 0 && offboarding?.parkingGroup === undefined)
    return restricting.map(
      (setting) => `offboarding.parkingGroup: ${setting} "restrict" needs a group that sees no company`,
    );
  const modes = 'choose { mode: "restrict" | "delete" | "restrict-then-delete" }';
  if (offboarding !== undefined) return [];
  if (policy.noMatch === 'offboard') return [`offboarding: policy.noMatch "offboard" needs a mode, ${modes}`];
  const mustChoose = features.webhooks && new URL(bitsight.baseUrl).hostname === PRODUCTION;
  return mustChoose ? [`offboarding: there is no default for what becomes of a leaver at ${PRODUCTION}, ${modes}`] : [];
}

function deactivating(config: Config): string[] {
  if (config.offboarding?.mode !== 'deactivate' || isProven(config, DEACTIVATING)) return [];
  return [
    'offboarding.mode: "deactivate" is not proven for this tenant at this address, choose another mode, run npm run ops -- probe --write --email <address>, and where it proves it choose this one',
  ];
}

function baseUrls({ bitsight, sources }: Config): string[] {
  const hosts = keySettings(sources).filter(([, { baseUrl }]) => !hidesKeys(new URL(baseUrl)));
  return [
    ...(hidesKeys(new URL(bitsight.baseUrl))
      ? []
      : ['bitsight.baseUrl: the API token would travel in clear, use https']),
    ...hosts.map(([setting]) => `${setting}.baseUrl: the key would travel in clear, use https`),
  ];
}

/** Whether a key that is sent there travels encrypted, or does not leave this machine. */
export function hidesKeys({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}

/** The door may read what senders sign with and must never be able to read more. */
function secrets({ bitsight, sources }: Config): string[] {
  const ours = [bitsight.tokenSecret, MAIL_HASH_KEY];
  const senders = webhookSources(sources);
  const shared = senders.filter(([, source]) => ours.includes(source.secret));
  const signing = [...ours, ...senders.map(([, source]) => source.secret)];
  const keys = keySettings(sources).filter(([, { secret }]) => signing.includes(secret));
  return [
    ...(bitsight.tokenSecret === MAIL_HASH_KEY
      ? [`bitsight.tokenSecret: "${MAIL_HASH_KEY}" is generated, name another`]
      : []),
    ...shared.map(([id]) => `sources.${id}.secret: is not the sender's alone, name another`),
    ...keys.map(([setting]) => `${setting}.secret: is not the key of that system alone, name another`),
  ];
}

/** Whoever may triage a repository may label its issues. */
function approvers({ sources }: Config): string[] {
  return Object.entries(sources).flatMap(([id, source]) =>
    source.kind === 'github' && source.approvers === undefined
      ? [`sources.${id}.approvers: name the log-ins of those whose label counts as an approval`]
      : [],
  );
}

/** One person must not have two numbers of one source. */
function numbers({ sources }: Config): string[] {
  return Object.entries(sources).flatMap(([id, source]) =>
    source.kind === 'bamboohr' && source.fetch !== undefined && source.fields.employeeId !== undefined
      ? [`sources.${id}.fields.employeeId: people are asked for by the id of BambooHR itself, leave it out`]
      : [],
  );
}

/** A list is compared with what being on it gives. */
function lists({ sources }: Config): string[] {
  return Object.entries(sources).flatMap(([id, source]) =>
    source.kind === 'okta' && source.app?.nightly === true && !(source.app.grant && source.fetch)
      ? [`sources.${id}.app.nightly: needs app.grant and fetch`]
      : [],
  );
}

function nightlyTime({ night }: Config, years: number[]): string[] {
  const [day] = years.flatMap((year) => unevenDays(night.at, night.timeZone, year));
  if (day === undefined) return [];
  return [
    `night.at: ${night.at} does not occur exactly once on ${day} in ${night.timeZone}, choose a time when no clock is changed`,
  ];
}

const quoted = (name: string): string => `"${name}"`;
const ruled = (name: string | null): string => (name === null ? 'no rule' : `rule "${name}"`);
const oneOf = (names: string[]): string => (names.length === 0 ? 'there is none' : `name one of ${names.join(', ')}`);
