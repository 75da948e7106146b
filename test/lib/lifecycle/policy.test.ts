import { describe, expect, test } from '@jest/globals';
import { ConfigSchema, type ConfigInput } from '../../../lib/config/schema.ts';
import { decidePolicy, type Attributes, type PolicyDecision } from '../../../lib/lifecycle/policy.ts';

type RuleInput = NonNullable<NonNullable<ConfigInput['policy']>['rules']>[number];
const rule = (name: string, when: RuleInput['when'], role = 'customer_user'): RuleInput => ({
  name,
  when,
  grant: { role },
});
const decide = (rules: RuleInput[], attributes: Attributes): PolicyDecision =>
  decidePolicy(ConfigSchema.parse({ company: 'Example AG', policy: { rules } }).policy.rules, attributes);

describe('the access policy', () => {
  test.each<[string, RuleInput[], Attributes, Partial<PolicyDecision>]>([
    ['a rule matches', [rule('a', { department: 'Risk' })], { department: 'Risk' }, { kind: 'granted', rule: 'a' }],
    [
      'case and blanks do not count',
      [rule('a', { department: 'Vendor Risk' })],
      { department: '  vendor RISK ' },
      { kind: 'granted', rule: 'a' },
    ],
    [
      'one of several values is enough',
      [rule('a', { location: ['Berlin', 'Wien'] })],
      { location: 'Wien' },
      { kind: 'granted' },
    ],
    [
      'all attributes are needed',
      [rule('a', { department: 'Risk', location: 'Wien' })],
      { department: 'Risk', location: 'Oslo' },
      { kind: 'none' },
    ],
    [
      'an excluded value does not match',
      [rule('a', { employmentType: { not: ['Contractor'] } })],
      { employmentType: 'contractor' },
      { kind: 'none' },
    ],
    [
      'known to have none is not a value, but not an excluded one either',
      [rule('a', { employmentType: { not: ['Contractor'] } })],
      { employmentType: null },
      { kind: 'granted' },
    ],
    [
      'known to have none matches no value',
      [rule('a', { department: 'Risk' })],
      { department: null },
      { kind: 'none' },
    ],
    [
      'unknown is not absent',
      [rule('a', { department: 'Risk' })],
      {},
      { kind: 'undecided', rule: 'a', missing: ['department'] },
    ],
    [
      'unknown does not matter where another attribute says no',
      [rule('a', { department: 'Risk', location: 'Wien' })],
      { location: 'Oslo' },
      { kind: 'none' },
    ],
    [
      'the search stops at the first rule that cannot be decided',
      [rule('a', { location: 'Wien' }), rule('b', { department: 'Risk' })],
      { department: 'Risk' },
      { kind: 'undecided', rule: 'a', missing: ['location'] },
    ],
    [
      'an undecided rule after a match does not hold it up',
      [rule('b', { department: 'Risk' }), rule('a', { location: 'Wien' })],
      { department: 'Risk' },
      { kind: 'granted', rule: 'b' },
    ],
    [
      'two matching rules with one role are no conflict',
      [rule('a', { department: 'Risk' }), rule('b', { location: 'Wien' })],
      { department: 'Risk', location: 'Wien' },
      { kind: 'granted', rule: 'a' },
    ],
    [
      'two matching rules with two roles fail closed with both names',
      [rule('a', { department: 'Risk' }), rule('b', { location: 'Wien' }, 'customer_admin')],
      { department: 'Risk', location: 'Wien' },
      { kind: 'conflict', rules: ['a', 'b'] },
    ],
    ['no rules give nothing', [], { department: 'Risk' }, { kind: 'none' }],
  ])('%s', (_title, rules, attributes, expected) => {
    expect(decide(rules, attributes)).toMatchObject(expected);
  });
});
