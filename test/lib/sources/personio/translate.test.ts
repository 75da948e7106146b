import { expect, test } from '@jest/globals';
import { LifecycleEventSchema } from '../../../../lib/lifecycle/event.ts';
import { NOON, translated } from '../../../support/deliveries.ts';

const personio = { kind: 'personio', fetch: { secret: 'personio-client' } } as const;
const body = (name: string, payload: unknown = { person: { id: '5005' } }) => ({
  company_id: '44021',
  event_name: name,
  occurred_at: '2026-11-22T10:00:00Z',
  payload,
});

test.each([
  ['person.created', 'joiner'],
  ['employment.started', 'joiner'],
  ['person.updated', 'mover'],
  ['employment.created', 'mover'],
  ['employment.updated', 'mover'],
  // the end of one employment may be the beginning of another in the same group
  ['employment.terminated', 'mover'],
])('%s asks for the person', (name, kind) => {
  const said = NOON - 7_200_000;
  const told = translated(personio, body(name));
  expect(told).toEqual([
    expect.objectContaining({ kind, thin: true, employeeId: '5005', attributes: {}, said, from: said }),
  ]);
  expect(told[0]).not.toHaveProperty('employment');
  expect(LifecycleEventSchema.parse(told[0])).toEqual(told[0]);
});

test.each([
  ['an employment beside it', { employment: { id: 'e1' }, person: { id: '5005' } }],
  ['a number', { person: { id: 5005 } }],
  ['the other way to write it', { person_id: '5005', employment_id: 'e1' }],
])('the person is found with %s', (_, payload) => {
  expect(translated(personio, body('employment.updated', payload))).toMatchObject([{ employeeId: '5005' }]);
});

test.each(['person.deleted', 'employment.deleted', 'absence-period.created', 'document.signed'])(
  '%s means nothing',
  (name) => {
    expect(translated(personio, body(name, {}))).toEqual([]);
  },
);

test.each([
  ['payload.person.id', body('person.updated', {})],
  ['payload', body('person.updated', null)],
  ['event_name', { ...body('x'), event_name: 1 }],
  ['occurred_at', { ...body('person.updated'), occurred_at: 'today' }],
])('a wrong %s is named by its path', (path, delivery) => {
  const message = expect.stringMatching(new RegExp(`^${path}: `));
  expect(() => translated(personio, delivery)).toThrow(
    expect.objectContaining({ code: 'REQUEST_UNREADABLE', message }),
  );
});
