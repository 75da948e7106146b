import type { Config, Rule, WebhookSource } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import type { Attribute } from '../../lib/lifecycle/event.ts';
import { toIso } from '../../lib/time.ts';
import { hibob, okta, personio } from './sample-ids.ts';

/** What may happen, in the words that a person types; with the word of a mapping's samples. */
export const EVENTS = {
  hired: 'joiner',
  changed: 'mover',
  left: 'leaver',
  granted: 'grant',
  revoked: 'revoke',
} as const;
export type EventName = keyof typeof EVENTS;
export const isEvent = (name: string): name is EventName => Object.hasOwn(EVENTS, name);

/** A request as its sender makes it; what the dialect adds is left out. */
export interface Sample {
  body: unknown;
  headers?: Record<string, string>;
}
type Attributes = Partial<Record<Attribute, string>>;
export interface Occasion {
  /** What the rule matches that is to be tried. */
  attributes: Attributes;
  /** ISO 8601. */
  at: string;
}
/** What this kind of source sends when it happens; undefined: it never tells of it. */
type Sampler = (event: EventName, occasion: Occasion, source: WebhookSource) => Sample | undefined;

/** Sources without samples of their own in the configuration. */
const SAMPLERS: Partial<Record<WebhookSource['kind'], Sampler>> = {
  'standard-webhooks': standardWebhooks,
  bamboohr,
  okta,
  hibob,
  personio,
};

/**
 * What a source sends when this happens to an invented person. Whoever is hired matches the first rule of the policy,
 * whoever changes the second one where there is one. `at` in epoch milliseconds of domain time.
 *
 * @throws AppError ARGUMENT_INVALID
 */
export function sampleOf(source: WebhookSource, event: EventName, { policy }: Config, at: number): Sample {
  const [first, second = first] = policy.rules;
  const attributes = matching(event === 'changed' ? second : first);
  const sample =
    'samples' in source
      ? ownSample(source, event)
      : SAMPLERS[source.kind]?.(event, { attributes, at: toIso(at) }, source);
  if (sample !== undefined) return sample;
  const why = 'samples' in source ? `none of its samples says ${EVENTS[event]}` : `no ${source.kind} says it`;
  throw new AppError('ARGUMENT_INVALID', `Nothing is at hand for ${event}: ${why}. --payload <file> sends your own.`);
}

/** The first of its own samples that says it, as it stands in the configuration. */
function ownSample({ samples }: Extract<WebhookSource, { samples: unknown }>, event: EventName): Sample | undefined {
  const found = samples.find(({ means }) => means.some(({ says }) => says === EVENTS[event]));
  return found && { body: found.body };
}

function standardWebhooks(event: EventName, { attributes, at }: Occasion): Sample | undefined {
  if (event === 'granted' || event === 'revoked') return undefined;
  const type = { hired: 'employee.hired', changed: 'employee.changed', left: 'employee.terminated' }[event];
  const name = { firstName: 'Kim', lastName: 'Berg', workEmail: 'kim.berg@example.com' };
  const data = { hired: { ...name, ...attributes }, changed: attributes, left: {} }[event];
  return { body: { type, timestamp: at, data: { employeeId: '4712', ...data } } };
}

/** Under the names that BambooHR shows; an attribute without a usual name is sent under its own. */
const LABELS: Partial<Record<Attribute, string>> = { jobTitle: 'Job Title', employmentType: 'Employment Status' };

function bamboohr(event: EventName, { attributes, at }: Occasion): Sample | undefined {
  if (event === 'granted' || event === 'revoked') return undefined;
  const named = Object.fromEntries(
    // -- the keys are those of Attributes; Object.entries widens them
    Object.entries(attributes).map(([name, value]) => [LABELS[name as Attribute] ?? name, value]),
  );
  const name = { 'First Name': 'Mara', 'Last Name': 'Lind', 'Work Email': 'mara.lind@example.com' };
  const fields = {
    hired: { ...name, ...named, Status: 'Active' },
    changed: { ...name, ...named, Status: 'Active' },
    left: { ...name, Status: 'Inactive' },
  }[event];
  const changedFields = { hired: Object.keys(fields), changed: Object.keys(named), left: ['Status'] }[event];
  const action = event === 'hired' ? 'Created' : 'Updated';
  return { body: { employees: [{ id: '4711', action, timestamp: at, changedFields, fields }] } };
}

/** Attributes that the rule matches. */
function matching(rule: Rule | undefined): Attributes {
  const wanted = Object.entries(rule?.when ?? { department: 'Example' });
  return Object.fromEntries(
    wanted.map(([name, want]) => {
      if (typeof want === 'string') return [name, want];
      return [name, Array.isArray(want) ? (want[0] ?? '') : 'Example'];
    }),
  );
}
