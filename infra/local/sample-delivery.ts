import type { Config, Rule, WebhookSource } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import type { Attribute } from '../../lib/lifecycle/event.ts';
import { toIso } from '../../lib/time.ts';

export const SAMPLES = ['hire', 'change', 'leave'] as const;
export type Sample = (typeof SAMPLES)[number];
type Attributes = Partial<Record<Attribute, string>>;

/**
 * What a source says when an invented person is hired, changes or leaves. The hire matches the first rule
 * of the policy, the change the second one where there is one. `at` in epoch milliseconds of domain time.
 */
export function sampleDelivery(source: WebhookSource, sample: Sample, { policy }: Config, at: number): unknown {
  if (source.kind === 'mapping') return ownSample(source, sample);
  const [first, second = first] = policy.rules;
  const attributes = matching(sample === 'change' ? second : first);
  return { bamboohr: bamboohrBody, 'standard-webhooks': standardBody }[source.kind](sample, attributes, toIso(at));
}

/** The first of the mapping's own samples that says it, as it stands there. */
function ownSample({ samples }: Extract<WebhookSource, { kind: 'mapping' }>, sample: Sample): unknown {
  const word = { hire: 'joiner', change: 'mover', leave: 'leaver' }[sample];
  const found = samples.find(({ means }) => means.some(({ says }) => says === word));
  if (found !== undefined) return found.body;
  throw new AppError('ARGUMENT_INVALID', `None of the samples of this source says ${word}.`);
}

function standardBody(sample: Sample, attributes: Attributes, timestamp: string): unknown {
  const type = { hire: 'employee.hired', change: 'employee.changed', leave: 'employee.terminated' }[sample];
  const name = { firstName: 'Kim', lastName: 'Berg', workEmail: 'kim.berg@example.com' };
  const data = { hire: { ...name, ...attributes }, change: attributes, leave: {} }[sample];
  return { type, timestamp, data: { employeeId: '4712', ...data } };
}

/** Under the names that BambooHR shows; an attribute without a usual name is sent under its own. */
const LABELS: Partial<Record<Attribute, string>> = { jobTitle: 'Job Title', employmentType: 'Employment Status' };

function bamboohrBody(sample: Sample, attributes: Attributes, timestamp: string): unknown {
  const named = Object.fromEntries(
    // -- the keys are those of Attributes; Object.entries widens them
    Object.entries(attributes).map(([name, value]) => [LABELS[name as Attribute] ?? name, value]),
  );
  const name = { 'First Name': 'Mara', 'Last Name': 'Lind', 'Work Email': 'mara.lind@example.com' };
  const fields = {
    hire: { ...name, ...named, Status: 'Active' },
    change: { ...name, ...named, Status: 'Active' },
    leave: { ...name, Status: 'Inactive' },
  }[sample];
  const changedFields = { hire: Object.keys(fields), change: Object.keys(named), leave: ['Status'] }[sample];
  const action = sample === 'hire' ? 'Created' : 'Updated';
  return { employees: [{ id: '4711', action, timestamp, changedFields, fields }] };
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
