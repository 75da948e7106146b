import { describe, expect, test } from '@jest/globals';
import { callsAtOnce } from '../../../lib/config/calls-at-once.ts';
import { type ConfigInput, configProblems, parseConfig } from '../../../lib/config/index.ts';
import { decidePolicy } from '../../../lib/lifecycle/policy.ts';
import { unevenDays } from '../../../lib/time.ts';

const sources: ConfigInput['sources'] = { hr: { kind: 'standard-webhooks', secret: 'hr-secret' } };
const rule = (name: string, department: string, role = 'customer_user') => ({
  name,
  when: { department },
  grant: { role },
});
const rules = [rule('Security', 'Security'), rule('Audit', 'Audit')];

const CONTEXT = { years: [2026, 2027], now: Date.UTC(2026, 10, 23), decide: decidePolicy };
function problemsWith(input: Partial<ConfigInput>): string[] {
  const config = parseConfig({ company: 'A', offboarding: { mode: 'delete' }, ...input }, 'test');
  return configProblems(config, CONTEXT);
}
const withExample = (attributes: Record<string, string | null>, expected: string | null, policy = rules): string[] =>
  problemsWith({ policy: { rules: policy }, examples: [{ attributes, rule: expected }] });

const withUrl = (baseUrl: string): string[] => problemsWith({ bitsight: { baseUrl } });
const nightly = (at: string, timeZone: string): string[] => problemsWith({ night: { at, timeZone } });

test('a configuration in which everything fits has no problems', () => {
  expect(problemsWith({ sources, authority: ['hr'], policy: { rules } })).toEqual([]);
  expect(withExample({ department: 'audit' }, 'Audit')).toEqual([]);
  expect(withExample({ department: null }, null)).toEqual([]);
});

test('calls to Bitsight at one time are 6 where nothing else is asked for, and never more than half of what it takes', () => {
  const config = parseConfig({ company: 'A', offboarding: { mode: 'delete' } }, 'test');
  const asking = (requests: number) => ({ ...config, night: { ...config.night, requests } });
  expect([callsAtOnce(config), callsAtOnce(asking(3))]).toEqual([6, 8]);
  expect(callsAtOnce({ ...config, features: { webhooks: false } })).toBe(2);
  expect(configProblems(asking(5), CONTEXT)).toEqual([]);
  expect(configProblems(asking(6), CONTEXT)).toEqual([
    'night.requests: makes 11 calls to Bitsight at once with everything beside it, at most 10 may be',
  ]);
});

test('a name for the webhook address needs one: it would be there, and nobody behind it', () => {
  const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-4000-8000-000000000001';
  const deployment = { domain: { name: 'hooks.example.com', certificateArn } };
  expect(problemsWith({ deployment })).toEqual([]);
  expect(problemsWith({ deployment, features: { webhooks: false } })).toEqual([
    'deployment.domain: is the name of the webhook address, and features.webhooks makes none; leave one away',
  ]);
});

test('authority names sources that exist, each once, since a typing error would silently demote a source', () => {
  expect(problemsWith({ sources, authority: ['hr', 'bamboohr', 'hr'] })).toEqual([
    'authority[1]: no source is called "bamboohr", name one of hr',
    'authority[2]: "hr" is named twice',
  ]);
  expect(problemsWith({ authority: ['hr'] })).toEqual(['authority[0]: no source is called "hr", there is none']);
});

test('two rules of one name are refused, since plans and receipts name the rule', () => {
  expect(problemsWith({ policy: { rules: [...rules, rule('Audit', 'X')] } })).toEqual([
    'policy.rules[2].name: "Audit" is taken, give it a name of its own',
  ]);
});

test.each([
  [
    'another rule matches',
    { department: 'Security' },
    'Audit',
    'expected rule "Audit", but the policy says rule "Security"',
  ],
  ['no rule matches', { department: 'Sales' }, 'Audit', 'expected rule "Audit", but the policy says no rule'],
  ['a rule matches unexpectedly', { department: 'Audit' }, null, 'expected no rule, but the policy says rule "Audit"'],
  ['it cannot be decided', { location: 'Berlin' }, null, 'rule "Security" cannot be decided without department'],
])('an example person is refused when %s', (_, attributes, expected, problem) => {
  expect(withExample(attributes, expected)).toEqual([`examples[0]: ${problem}`]);
});

test('an example person for whom two roles would be right is refused', () => {
  const rivals = [...rules, rule('Lead', 'Audit', 'customer_admin')];
  expect(withExample({ department: 'Audit' }, 'Audit', rivals)).toEqual([
    'examples[0]: the rules "Audit", "Lead" match and give different roles',
  ]);
});

test('production has no default for what becomes of a leaver', () => {
  const problem = expect.stringContaining('offboarding: there is no default');
  expect(problemsWith({ offboarding: undefined })).toEqual([problem]);
  expect(problemsWith({ offboarding: undefined, bitsight: { baseUrl: 'https://API.bitsighttech.com/' } })).toEqual([
    problem,
  ]);
  expect(problemsWith({ offboarding: undefined, bitsight: { baseUrl: 'http://127.0.0.1:8080' } })).toEqual([]);
});

const withMode = (capabilities?: Record<string, 'as assumed' | 'otherwise' | 'unknown'>): string[] => {
  const config = parseConfig(
    { company: 'A', offboarding: { mode: 'deactivate' }, ...(capabilities && { capabilities }) },
    'test',
  );
  return configProblems(config, { years: [2026], now: Date.UTC(2026, 10, 23), decide: decidePolicy });
};

test('deactivating is a mode only where the probe proved it, since PATCH documents no status', () => {
  const refused = [
    expect.stringMatching(/^offboarding.mode: "deactivate" is not proven .* npm run ops -- probe --write/),
  ];
  expect(withMode()).toEqual(refused);
  expect(withMode({ 'patch-status-deactivated': 'otherwise' })).toEqual(refused);
  expect(withMode({ 'patch-status-activated': 'as assumed' })).toEqual(refused);
  expect(withMode({ 'patch-status-deactivated': 'as assumed' })).toEqual([]);
});

test('the night alone changes no account and needs no mode', () => {
  expect(problemsWith({ offboarding: undefined, features: { webhooks: false } })).toEqual([]);
});

test('who is to be restricted while on leave needs a group to be put into', () => {
  const offboarding = { mode: 'delete' } as const;
  const wrong = [expect.stringContaining('offboarding.parkingGroup: leaveOfAbsence "restrict" needs a group')];
  expect(problemsWith({ leaveOfAbsence: 'restrict', offboarding })).toEqual(wrong);
  expect(problemsWith({ leaveOfAbsence: 'keep', offboarding })).toEqual([]);
  expect(problemsWith({ leaveOfAbsence: 'restrict', offboarding: { ...offboarding, parkingGroup: 'None' } })).toEqual(
    [],
  );
});

test('what noMatch asks for must be possible', () => {
  const without = { offboarding: undefined, bitsight: { baseUrl: 'http://localhost:1' } };
  expect(problemsWith({ ...without, policy: { noMatch: 'offboard' } })).toEqual([
    expect.stringContaining('offboarding: policy.noMatch "offboard" needs a mode'),
  ]);
  expect(problemsWith({ policy: { noMatch: 'restrict' } })).toEqual([
    expect.stringContaining('offboarding.parkingGroup: policy.noMatch "restrict" needs a group'),
  ]);
});

test('the token never travels in clear, except on this machine', () => {
  expect(withUrl('http://bitsight.example.com')).toEqual([
    'bitsight.baseUrl: the API token would travel in clear, use https',
  ]);
  expect(withUrl('http://localhost.example.com')).toHaveLength(1);
  expect([
    ...withUrl('http://[::1]:80'),
    ...withUrl('http://localhost'),
    ...withUrl('https://bitsight.example.com'),
  ]).toEqual([]);
});

test('a source cannot name a secret of ours, since the door may read the secrets of sources', () => {
  const named = (secret: string): string[] => problemsWith({ sources: { hr: { kind: 'standard-webhooks', secret } } });
  const problem = "sources.hr.secret: is not the sender's alone, name another";
  expect(named('bitsight-api-token')).toEqual([problem]);
  expect(named('mail-hash-key')).toEqual([problem]);
  expect(problemsWith({ bitsight: { tokenSecret: 'mail-hash-key' } })).toEqual([
    'bitsight.tokenSecret: "mail-hash-key" is generated, name another',
  ]);
});

const askingHr = (fetch: object, fields = {}): string[] =>
  problemsWith({
    sources: {
      hr: {
        kind: 'bamboohr',
        secret: 'hr-webhook',
        fields,
        fetch: { secret: 'hr-api', baseUrl: 'https://example.bamboohr.com', ...fetch },
      },
    },
  });

describe('the key of an HR system', () => {
  test('is its own, or the door could read it, or it would be what a sender knows', () => {
    expect(askingHr({})).toEqual([]);
    for (const secret of ['hr-webhook', 'bitsight-api-token', 'mail-hash-key'])
      expect(askingHr({ secret })).toEqual([
        'sources.hr.fetch.secret: is not the key of that system alone, name another',
      ]);
  });

  test('never travels in clear, except on this machine', () => {
    expect(askingHr({ baseUrl: 'http://example.bamboohr.com' })).toEqual([
      'sources.hr.fetch.baseUrl: the key would travel in clear, use https',
    ]);
    expect(askingHr({ baseUrl: 'http://127.0.0.1:8080' })).toEqual([]);
  });

  test('reads a list by night only where it knows what being on it gives, and by which key', () => {
    const okta = { kind: 'okta' as const, secret: 'okta-webhook', app: { id: '0oa1', nightly: true } };
    expect(problemsWith({ sources: { okta } })).toEqual(['sources.okta.app.nightly: needs app.grant and fetch']);
  });

  test('asks by the id of BambooHR itself, so a person has no other number there', () => {
    expect(askingHr({}, { employeeId: 'Employee #' })).toEqual([
      expect.stringContaining('sources.hr.fields.employeeId'),
    ]);
  });
});

const askingTickets = (kind: 'jira' | 'github', answer: object, more: object = {}): string[] =>
  problemsWith({
    sources: {
      it: {
        kind,
        secret: 'it-webhook',
        approved: 'approved',
        fields: {},
        samples: [{ name: 'none', body: {}, means: [] }],
        answer: { secret: 'it-answer', baseUrl: 'https://it.example.com', ...answer },
        ...more,
      },
    },
  });

describe('a ticketing source', () => {
  test('has a key of its own for the answer, which never travels in clear', () => {
    expect(askingTickets('jira', {})).toEqual([]);
    for (const secret of ['it-webhook', 'bitsight-api-token', 'mail-hash-key'])
      expect(askingTickets('jira', { secret })).toEqual([
        'sources.it.answer.secret: is not the key of that system alone, name another',
      ]);
    expect(askingTickets('jira', { baseUrl: 'http://it.example.com' })).toEqual([
      'sources.it.answer.baseUrl: the key would travel in clear, use https',
    ]);
  });

  test('of GitHub names who may approve: whoever may triage may label', () => {
    expect(askingTickets('github', {})).toEqual([expect.stringContaining('sources.it.approvers: name the log-ins')]);
    expect(askingTickets('github', {}, { approvers: ['lead'] })).toEqual([]);
  });
});

test('a nightly time that a change of the clock skips or doubles is refused with the day', () => {
  expect(nightly('02:30', 'Europe/Berlin')).toEqual([
    'night.at: 02:30 does not occur exactly once on 2026-03-29 in Europe/Berlin, choose a time when no clock is changed',
  ]);
  expect(nightly('02:30', 'UTC')).toEqual([]);
  expect(nightly('04:30', 'Europe/Berlin')).toEqual([]);
});

test('every change of the clock is found, on whichever day of the year it falls', () => {
  for (let year = 2024; year < 2036; year += 1)
    expect(unevenDays('02:30', 'Europe/Berlin', year)).toEqual([
      expect.stringMatching(`^${year}-03-(2[5-9]|3[01])$`),
      expect.stringMatching(`^${year}-10-(2[5-9]|3[01])$`),
    ]);
});

test.each([
  ['02:00', 'Europe/Berlin', ['2026-03-29', '2026-10-25']],
  ['02:59', 'Europe/Berlin', ['2026-03-29', '2026-10-25']],
  ['03:00', 'Europe/Berlin', []],
  ['01:59', 'Europe/Berlin', []],
  ['01:30', 'America/New_York', ['2026-11-01']],
  ['02:30', 'America/New_York', ['2026-03-08']],
  ['01:45', 'Australia/Lord_Howe', ['2026-04-05']],
  ['02:15', 'Australia/Lord_Howe', ['2026-10-04']],
  ['00:30', 'Africa/Cairo', ['2026-04-24']],
  ['02:30', 'Africa/Casablanca', ['2026-02-15', '2026-03-22']],
  ['02:30', 'UTC', []],
])('%s in %s is skipped or doubled in 2026 on %j', (at, zone, days) => {
  expect(unevenDays(at, zone, 2026)).toEqual(days);
});

const exception = (email: string, until: string) => ({ email, until, why: 'audit', owner: 'ciso@example.com' });

test('an exception is for a year at most, and for one person once', () => {
  const [year, longer] = [exception('a@example.com', '2027-11-23'), exception('b@example.com', '2027-11-26')];
  expect(problemsWith({ exceptions: [year] })).toEqual([]);
  expect(problemsWith({ exceptions: [longer] })).toEqual([expect.stringContaining('exceptions[0].until')]);
  expect(problemsWith({ exceptions: [year, exception('A@example.com', '2027-01-01')] })).toEqual([
    'exceptions[1].email: is on the list twice',
  ]);
});

const captured = (until: string) => ({
  sources: { hr: { kind: 'standard-webhooks' as const, secret: 'hr', capture: { until } } },
});

test('raw deliveries are captured for a month at most: nobody looks at a line that was forgotten', () => {
  expect(problemsWith(captured('2026-12-20'))).toEqual([]);
  expect(problemsWith(captured('2026-12-28'))).toEqual([expect.stringContaining('sources.hr.capture.until')]);
});
