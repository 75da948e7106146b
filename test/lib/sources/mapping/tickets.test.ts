import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import type { ConfigInput } from '../../../../lib/config/index.ts';
import { translate } from '../../../../lib/sources/index.ts';
import { countingIds, NOON, sourcesWith } from '../../../support/deliveries.ts';

type Written = NonNullable<ConfigInput['sources']>[string];

const samples = [{ name: 'none', body: '{}', means: [] }];
const role = { table: { Viewer: 'customer_user', Admin: 'customer_admin' } };
const SOURCES = sourcesWith({
  jira: {
    kind: 'jira',
    secret: 's',
    approved: ['Approved', 'Granted'],
    fields: {
      role: { from: 'issue.fields.customfield_1.value || role', ...role },
      email: 'issue.fields.email || email',
    },
    samples,
  },
  ...Object.fromEntries(
    (['servicenow', 'zendesk'] as const).map((kind): [string, Written] => [
      kind,
      { kind, secret: 's', approved: 'approved', fields: { role: { from: 'role', ...role } }, samples },
    ]),
  ),
  github: {
    kind: 'github',
    secret: 's',
    approved: 'approved',
    approvers: ['Octo-Lead'],
    fields: { role: { from: 'form.Role', ...role } },
    samples,
  },
});

function asked(source: string, body: unknown) {
  const config = SOURCES[source];
  if (config === undefined) throw new Error(`no source ${source}`);
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return translate({ raw, headers: {}, receivedAt: NOON, source, config, signed: {} }, countingIds());
}

const item = (field: string, toString: string) => ({ field, fieldId: field, fromString: 'Waiting', toString });
const jira = (more: object = {}) => ({
  timestamp: NOON - 60_000,
  webhookEvent: 'jira:issue_updated',
  user: { accountId: '557058:0001' },
  issue: {
    key: 'ACC-17',
    fields: { status: { name: 'Approved' }, email: 'kim@example.com', customfield_1: { value: 'Viewer' } },
  },
  changelog: { items: [item('summary', 'Approved'), item('status', 'Approved')] },
  ...more,
});
const SYS_ID = '0f5c1a2b3c4d5e6f708192a3b4c5d6e7';
const ours = (more: object = {}) => ({
  ticket: SYS_ID,
  status: 'approved',
  email: 'kim@example.com',
  role: 'Viewer',
  at: '2026-11-22T11:59:00Z',
  ...more,
});
const form = (...parts: [heading: string, answer: string][]) =>
  parts.map(([heading, answer]) => `### ${heading}\r\n\r\n${answer}`).join('\r\n\r\n');
const FORM = form(['Request', 'grant'], ['E-mail', 'kim@example.com'], ['Role', 'Viewer'], ['Until', '_No response_']);
const github = (more: object = {}, issue: object = {}) => ({
  action: 'labeled',
  issue: { number: 7, updated_at: '2026-11-22T11:59:00Z', body: FORM, ...issue },
  label: { name: 'Approved' },
  repository: { full_name: 'example/access' },
  sender: { login: 'octo-lead' },
  ...more,
});

const GRANT = { role: 'customer_user', features: {} };

describe('an approval is a request', () => {
  test.each<[what: string, source: string, body: unknown, ticket: string]>([
    ['an issue of Jira that came into the status', 'jira', jira(), 'ACC-17'],
    ['a second status that counts', 'jira', jira({ changelog: { items: [item('status', 'granted')] } }), 'ACC-17'],
    ['a body that a rule of Automation was given', 'jira', ours({ ticket: 'ACC-18' }), 'ACC-18'],
    ['what Automation sends of an issue', 'jira', { issue: jira().issue, timestamp: NOON - 60_000 }, 'ACC-17'],
    ['an item of ServiceNow', 'servicenow', ours(), SYS_ID],
    ['a tag among others in Zendesk', 'zendesk', ours({ ticket: '35436', status: 'vip approved sent' }), '35436'],
    ['a list of tags', 'zendesk', ours({ ticket: 35436, status: ['vip', 'approved'] }), '35436'],
    ['a label in GitHub', 'github', github(), 'example/access#7'],
  ])('%s', async (_, source, body, ticket) => {
    const events = await asked(source, body);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'mover', access: GRANT, ticket, attributes: { email: 'kim@example.com' } });
    expect(events[0]).not.toHaveProperty('employment');
  });

  test('when it was said is when it was approved, where the system tells', async () => {
    for (const [source, body] of [
      ['jira', jira()],
      ['servicenow', ours()],
      ['github', github()],
    ] as const)
      expect((await asked(source, body))[0]?.said).toBe(NOON - 60_000);
  });

  test('an end that was asked for bounds what was asked for, and not who the person is', async () => {
    const [who, what] = await asked('servicenow', ours({ until: '2027-03-31' }));
    expect(who).toMatchObject({ attributes: { email: 'kim@example.com' } });
    expect(who).not.toHaveProperty('ticket');
    expect(what).toMatchObject({ access: GRANT, ticket: SYS_ID, until: Date.parse('2027-04-01T00:00:00Z') });
  });

  test('what was given is asked back, with its ticket', async () => {
    const [event] = await asked('servicenow', ours({ request: 'revoke', role: '' }));
    expect(event).toMatchObject({ access: null, ticket: SYS_ID });
  });
});

describe('nothing else counts, our own comments least of all', () => {
  test.each<[what: string, source: string, body: unknown]>([
    ['another status', 'jira', jira({ changelog: { items: [item('status', 'Done')] } })],
    ['another field that reads so', 'jira', jira({ changelog: { items: [item('resolution', 'Approved')] } })],
    ['a status that has the word in it', 'jira', jira({ changelog: { items: [item('status', 'Not Approved')] } })],
    [
      'a field of their own that somebody called status',
      'jira',
      jira({
        changelog: { items: [{ ...item('status', 'Approved'), fieldId: 'customfield_7', fieldtype: 'custom' }] },
      }),
    ],
    ['an approval that has the word in it', 'servicenow', ours({ status: 'not approved' })],
    ['a label that has the word in it', 'github', github({ label: { name: 'not approved' } })],
    ['a change of an approved issue without a change of status', 'jira', jira({ changelog: undefined })],
    ['a comment on an approved issue', 'jira', jira({ webhookEvent: 'comment_created', changelog: undefined })],
    ['an issue that is made', 'jira', jira({ webhookEvent: 'jira:issue_created' })],
    ['a rejection', 'servicenow', ours({ status: 'rejected' })],
    ['no status', 'servicenow', ours({ status: undefined })],
    ['a word that begins so', 'zendesk', ours({ status: 'approved_by_nobody' })],
    ['another label', 'github', github({ label: { name: 'bug' } })],
    ['a label that is taken away', 'github', github({ action: 'unlabeled' })],
    ['a label by somebody who may not approve', 'github', github({ sender: { login: 'octo-lea' } })],
    ['a label by nobody', 'github', github({ sender: null })],
    ['a comment', 'github', { ...github({ action: 'created' }), comment: { body: 'done' } }],
    [
      'the delivery that Octokit publishes',
      'github',
      readFileSync(new URL('../../../fixtures/github/issues.labeled.payload.json', import.meta.url), 'utf8'),
    ],
    ['an empty object', 'jira', {}],
    ['a list', 'servicenow', [ours()]],
    ['a number', 'github', 7],
    ['a text', 'zendesk', '"approved"'],
  ])('%s', async (_, source, body) => {
    expect(await asked(source, body)).toEqual([]);
  });
});

describe('hostile or half: refused, and nothing of it is quoted', () => {
  const twice = form(['E-mail', 'kim@example.com'], ['Role', 'Viewer'], ['Role', 'Admin']);
  test.each<[what: string, source: string, body: unknown, says: RegExp]>([
    ['a ticket that would lead elsewhere', 'servicenow', ours({ ticket: '../../sys_user' }), /id of a ticket/],
    ['a ticket of another shape', 'jira', ours({ ticket: 'ACC-17/transitions' }), /id of a ticket/],
    ['a repository that would lead elsewhere', 'github', github({ repository: { full_name: 'a/..%2Fb/c' } }), /ticket/],
    ['no ticket', 'zendesk', ours({ ticket: null }), /id of a ticket/],
    ['no person', 'servicenow', ours({ email: '' }), /nobody is meant/],
    ['a role that is not offered', 'servicenow', ours({ role: 'customer_owner' }), /not in the table/],
    ['no role', 'servicenow', ours({ role: '' }), /finds no role/],
    ['another word than those asked for', 'servicenow', ours({ request: 'delete' }), /not in the table/],
    ['a heading that is there twice', 'github', github({}, { body: twice }), /heading is there twice/],
    ['an end in another order', 'servicenow', ours({ until: '31/03/2027' }), /not a date/],
    ['an object for an address', 'servicenow', ours({ email: { a: 'kim@example.com' } }), /an object/],
    ['half of it', 'jira', JSON.stringify(jira()).slice(0, -9), /not JSON/],
  ])('%s', async (_, source, body, says) => {
    const failed = await asked(source, body).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'REQUEST_UNREADABLE', message: expect.stringMatching(says) });
    expect(String(failed)).not.toContain('kim@');
  });

  /** What is there, with anything in place of one of its values. */
  const WHOLE = { jira: jira(), servicenow: ours(), zendesk: ours({ ticket: '1' }), github: github() };
  test.each(Object.keys(WHOLE) as (keyof typeof WHOLE)[])(
    'anything in any place of a delivery of %s',
    async (source) => {
      const property = fc.asyncProperty(fc.nat(), fc.jsonValue({ maxDepth: 3 }), async (place, value) => {
        const paths = pathsOf(WHOLE[source]);
        const body = structuredClone<object>(WHOLE[source]);
        const path = paths[place % paths.length] ?? [];
        const holder = path.slice(0, -1).reduce<object>((inner, key) => Reflect.get(inner, key), body);
        Reflect.set(holder, path.at(-1) ?? '', value);
        const failed = await asked(source, body).catch((error: unknown) => error);
        if (!Array.isArray(failed)) expect(failed).toMatchObject({ code: 'REQUEST_UNREADABLE' });
        else for (const { access } of failed) expect([undefined, 'customer_user']).toContain(access?.role);
      });
      await fc.assert(property, { numRuns: 150, seed: 20261123 });
    },
  );

  test('a heading called like what every object has is only a heading', async () => {
    const body = form(['__proto__', 'x'], ['constructor', 'y'], ['E-mail', 'kim@example.com'], ['Role', 'Viewer']);
    expect(await asked('github', github({}, { body }))).toMatchObject([{ access: GRANT }]);
  });
});

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsOf(inner).map((path) => [key, ...path])]);
}
