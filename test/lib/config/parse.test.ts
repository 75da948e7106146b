import { expect, test } from '@jest/globals';
import { parseConfig } from '../../../lib/config/index.ts';

const rule = { name: 'a', when: {}, grant: { role: 'customer_user' } };

test.each([
  ['a missing setting', {}, 'company: is missing, expected string'],
  ['a wrong type', { company: 7 }, 'company: expected string, received number'],
  ['no object at all', null, 'the configuration: expected object, received null'],
  ['a misspelt setting', { company: 'A', offbording: {} }, 'offbording: no such setting, see docs/configuration.md'],
  [
    'a misspelt inner setting',
    { company: 'A', night: { on: '1' } },
    'night.on: no such setting, see docs/configuration.md',
  ],
  [
    'a source id that breaks URLs',
    { company: 'A', sources: { 'B c': {} } },
    'sources.B c: use lower-case letters, digits and hyphens, at most 40',
  ],
  [
    'a reserved source id',
    { company: 'A', sources: { operator: { kind: 'bamboohr', secret: 's' } } },
    'sources.operator: this name is taken by the software itself',
  ],
  [
    'an unknown system',
    { company: 'A', sources: { x: { kind: 'fax' } } },
    "sources.x.kind: Invalid discriminator value. Expected 'standard-webhooks' | 'bamboohr' | ",
  ],
  [
    'a misspelt attribute',
    { company: 'A', policy: { rules: [{ ...rule, when: { dept: 'x' } }] } },
    'policy.rules[0].when.dept: no such setting, see docs/configuration.md',
  ],
  [
    'a condition of the wrong shape',
    { company: 'A', policy: { rules: [{ ...rule, when: { department: 7 } }] } },
    'policy.rules[0].when.department: write a value, a list of values, or { not: [...] }',
  ],
  [
    'an empty list, which nobody could match',
    { company: 'A', policy: { rules: [{ ...rule, when: { department: [] } }] } },
    'policy.rules[0].when.department: ',
  ],
  [
    'a role that is no slug',
    { company: 'A', policy: { rules: [{ ...rule, grant: { role: 'Admin User' } }] } },
    'policy.rules[0].grant.role: a role slug such as customer_user',
  ],
  [
    'several roles',
    { company: 'A', policy: { rules: [{ ...rule, grant: { role: ['customer_user', 'customer_admin'] } }] } },
    'policy.rules[0].grant.role: name one role, the API takes no more',
  ],
  [
    'restricting without a parking group',
    { company: 'A', offboarding: { mode: 'restrict' } },
    'offboarding.parkingGroup: name a group that sees no company',
  ],
  ['an impossible time', { company: 'A', night: { at: '24:00' } }, 'night.at: a time such as 04:30'],
  ['an offset for a zone', { company: 'A', night: { timeZone: '+02:00' } }, 'night.timeZone: not an IANA time zone'],
  ['an unknown zone', { company: 'A', night: { timeZone: 'Mars/Olympus' } }, 'night.timeZone: not an IANA time zone'],
])('%s is named by its path with what is wrong', (_, input, problem) => {
  expect(() => parseConfig(input, 'my.config.ts')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`: ${problem}`) }),
  );
});

test('one line names the file and all that is wrong, so that mending takes one round', () => {
  const input = { company: 7, night: { at: 'noon' }, extra: true };
  const error = thrownBy(() => parseConfig(input, 'my.config.ts'));
  expect(error.message).toBe(
    'my.config.ts: company: expected string, received number; night.at: a time such as 04:30; extra: no such setting, see docs/configuration.md.',
  );
});

test('the line holds no values, since a value may be the address of a person', () => {
  const error = thrownBy(() => parseConfig({ company: 'A', protected: ['mara@example'] }, 'my.config.ts'));
  expect(error.message).toContain('protected[0]: ');
  expect(error.message).not.toContain('mara');
});

function thrownBy(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
