import { describe, expect, test } from '@jest/globals';
import { laneOf, LifecycleEventSchema } from '../../../../lib/lifecycle/event.ts';
import { NOON, translated } from '../../../support/deliveries.ts';
import { fixture } from '../../../support/vectors.ts';

const read = (path: string) => JSON.parse(fixture(path).toString());
const hook = read('okta/event-hook.json');
const deactivated = read('okta/user.lifecycle.deactivate.json');
const APP = '0oa1gjh63g214q0Hq0g4';
const GRANT = { role: 'customer_user', features: {} };
const okta = { kind: 'okta', app: { id: APP, grant: GRANT } } as const;

const user = { id: '00u3m90rxKjGQ0G6L1d6', type: 'User', alternateId: 'kim@example.com', displayName: 'Kim Example' };
const app = (id = APP) => ({ id, type: 'AppInstance', alternateId: 'Bitsight', displayName: 'Bitsight' });
const event = (eventType: string, more = {}) => ({
  uuid: 'ab62c0bc-2837-11eb-9823-9fb8f750c5a9',
  published: '2026-11-22T10:00:00.000Z',
  eventType,
  outcome: { result: 'SUCCESS', reason: null },
  target: [{ id: '0ua1', type: 'AppUser', alternateId: 'kim', displayName: 'Kim' }, app(), user],
  ...more,
});
const of = (...events: unknown[]) => ({ ...hook, data: { events } });

describe('each type of event', () => {
  test.each([
    ['user.lifecycle.activate', { kind: 'joiner', employment: 'active' }],
    ['user.lifecycle.deactivate', { kind: 'leaver', employment: 'ended', access: null }],
    ['user.lifecycle.suspend', { kind: 'mover', employment: 'suspended' }],
    ['user.lifecycle.unsuspend', { kind: 'mover', employment: 'resumed' }],
    ['application.user_membership.add', { kind: 'mover', access: GRANT }],
    ['application.user_membership.remove', { kind: 'mover', access: null }],
  ])('%s', (type, meaning) => {
    const [told, ...more] = translated(okta, of(event(type)));
    expect(more).toEqual([]);
    const said = NOON - 7_200_000;
    expect(told).toEqual({
      schema: 1,
      id: 'hr:ab62c0bc-2837-11eb-9823-9fb8f750c5a9',
      idFrom: 'sender',
      received: 'received-1',
      receivedAt: NOON,
      bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: 'hr',
      employeeId: user.id,
      attributes: { email: 'kim@example.com', displayName: 'Kim Example' },
      said,
      from: said,
      ...meaning,
    });
    expect(LifecycleEventSchema.parse(told)).toEqual(told);
  });

  test.each([
    ['application.user_membership.add', 'normal'],
    ['application.user_membership.remove', 'urgent'],
    ['user.lifecycle.activate', 'normal'],
    ['user.lifecycle.deactivate', 'urgent'],
    ['user.lifecycle.suspend', 'urgent'],
    ['user.lifecycle.unsuspend', 'normal'],
  ])('whatever may take access away goes the urgent way: %s goes the %s one', (type, lane) => {
    expect(translated(okta, of(event(type))).map((one) => laneOf(LifecycleEventSchema.parse(one)))).toEqual([lane]);
  });

  test('being taken out of the app is no end of the employment, and being put into it no hire', () => {
    const told = translated(
      okta,
      of(event('application.user_membership.remove'), event('application.user_membership.add')),
    );
    for (const one of told) expect(one).not.toHaveProperty('employment');
  });

  test.each([
    ['another app', [event('application.user_membership.remove', { target: [app('0oa2'), user] })], okta],
    ['an app where none is named', [event('application.user_membership.remove')], { kind: 'okta' } as const],
    ['what failed', [event('user.lifecycle.deactivate', { outcome: { result: 'FAILURE' } })], okta],
    ['a deletion, which is housekeeping', [event('user.lifecycle.delete.initiated', { target: 'odd' })], okta],
    ['nothing', [], okta],
  ])('%s means nothing', (_, events, config) => {
    expect(translated(config, of(...events))).toEqual([]);
  });

  test('without a grant an assignment says who somebody is, and the rules say what they get', () => {
    const [added] = translated({ kind: 'okta', app: { id: APP } }, of(event('application.user_membership.add')));
    expect(added).toMatchObject({ kind: 'mover', attributes: { email: 'kim@example.com' } });
    expect(added).not.toHaveProperty('access');
  });

  test('a login that is no address is none, and with a fetcher nothing is taken from it', () => {
    const target = [{ ...user, alternateId: 'kim' }];
    const [plain] = translated(okta, of(event('user.lifecycle.deactivate', { target })));
    expect(plain?.attributes).toEqual({ displayName: 'Kim Example' });
    const fetch = { secret: 'okta-token', baseUrl: 'https://example.okta.com' };
    const [thin] = translated({ ...okta, fetch }, of(event('user.lifecycle.deactivate')));
    const [removed] = translated({ ...okta, fetch }, of(event('application.user_membership.remove')));
    expect(removed).toMatchObject({ access: null, attributes: {} });
    expect(removed).not.toHaveProperty('thin'); // it does not wait for an answer
    expect(thin).toMatchObject({
      thin: true,
      kind: 'leaver',
      employment: 'ended',
      employeeId: user.id,
      attributes: {},
    });
  });
});

describe('the payloads that Okta prints', () => {
  test('the sample delivery is of a log-in and means nothing', () => {
    expect(translated(okta, hook)).toEqual([]);
  });

  test('the sample event is a deactivation', () => {
    expect(translated(okta, of(deactivated))).toMatchObject([
      {
        id: 'hr:ab62c0bc-2837-11eb-9823-9fb8f750c5a9',
        kind: 'leaver',
        employment: 'ended',
        employeeId: '00u3m90rxKjGQ0G6L1d6',
        said: Date.parse('2020-11-16T18:15:12.862Z'),
        attributes: { email: 'john.doe@example.com', displayName: 'John Doe' },
      },
    ]);
  });
});

describe('several events in a delivery', () => {
  const other = event('application.user_membership.add', { uuid: 'second' });

  test('each has its own id, which is the same however Okta puts them together', () => {
    const [, later] = translated(okta, of(event('user.lifecycle.activate'), other));
    const [alone] = translated(okta, of(other));
    expect([later?.id, later?.bodyHash]).toEqual([alone?.id, alone?.bodyHash]);
    expect(later?.id).toBe('hr:second');
  });

  test('another content under the same id shows', () => {
    const [added] = translated(okta, of(other));
    const [removed] = translated(okta, of({ ...other, eventType: 'application.user_membership.remove' }));
    expect(removed?.id).toBe(added?.id);
    expect(removed?.bodyHash).not.toBe(added?.bodyHash);
  });
});

test.each([
  ['data', {}],
  ['data.events', { data: { events: {} } }],
  ['data.events[0].eventType', of({ eventType: 1 })],
  ['data.events[0].uuid', of(event('user.lifecycle.suspend', { uuid: '' }))],
  ['data.events[0].uuid', of(event('user.lifecycle.suspend', { uuid: 'x'.repeat(201) }))],
  ['data.events[0].published', of(event('user.lifecycle.suspend', { published: 'kim@example.com' }))],
  ['data.events[1].target', of(hook.data.events[0], event('user.lifecycle.suspend', { target: null }))],
  ['data.events[0].target', of(event('user.lifecycle.suspend', { target: [app()] }))],
  ['data.events', of(...Array.from({ length: 1001 }, () => event('x')))],
])('a wrong %s is named by its path and not quoted', (path, body) => {
  const message = expect.stringMatching(new RegExp(`^${path.replaceAll(/[[\]]/g, String.raw`\$&`)}: `));
  expect(() => translated(okta, body)).toThrow(expect.objectContaining({ code: 'REQUEST_UNREADABLE', message }));
  expect(() => translated(okta, body)).not.toThrow(/kim@/);
});
