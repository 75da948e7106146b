import type { Rule } from '../config/schema.ts';
import type { Attribute } from './event.ts';

/** What is known of a person: absent means unknown, null means known to have none. */
export type Attributes = Partial<Record<Attribute, string | null>>;

export type PolicyDecision =
  | { kind: 'granted'; rule: string; grant: Rule['grant'] }
  | { kind: 'none' }
  | { kind: 'undecided'; rule: string; missing: Attribute[] }
  | { kind: 'conflict'; rules: string[] };

type Condition = NonNullable<Rule['when'][Attribute]>;
type Verdict = 'yes' | 'no' | Attribute[];

/**
 * The first rule that matches grants. A rule that cannot be decided stops the search, since it might have been the one;
 * a later match that would give another role is a conflict: nobody's role may depend on the order of a file by accident.
 */
export function decidePolicy(rules: readonly Rule[], attributes: Attributes): PolicyDecision {
  for (const [index, rule] of rules.entries()) {
    const verdict = matches(rule, attributes);
    if (verdict === 'no') continue;
    if (verdict !== 'yes') return { kind: 'undecided', rule: rule.name, missing: verdict };
    const rivals = rules
      .slice(index + 1)
      .filter((other) => other.grant.role !== rule.grant.role && matches(other, attributes) === 'yes');
    if (rivals.length > 0) return { kind: 'conflict', rules: [rule, ...rivals].map((r) => r.name) };
    return { kind: 'granted', rule: rule.name, grant: rule.grant };
  }
  return { kind: 'none' };
}

function matches(rule: Rule, attributes: Attributes): Verdict {
  const missing: Attribute[] = [];
  for (const name of Object.keys(rule.when) as Attribute[]) {
    // -- keys of `when` are attributes by its schema
    const condition = rule.when[name];
    const value = attributes[name];
    if (condition === undefined) continue;
    if (value === undefined) missing.push(name);
    else if (!holds(condition, value)) return 'no';
  }
  return missing.length === 0 ? 'yes' : missing;
}

function holds(condition: Condition, value: string | null): boolean {
  if (typeof condition === 'object' && 'not' in condition) return !isOneOf(condition.not, value);
  return isOneOf(typeof condition === 'string' ? [condition] : condition, value);
}

function isOneOf(wanted: readonly string[], value: string | null): boolean {
  return value !== null && wanted.some((one) => fold(one) === fold(value));
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
