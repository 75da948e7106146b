import { expect, test } from '@jest/globals';
import { LifecycleEventSchema } from '../../../../lib/lifecycle/event.ts';
import { NOON, translated } from '../../../support/deliveries.ts';
import { fixture } from '../../../support/vectors.ts';

const hibob = { kind: 'hibob', fetch: { secret: 'hibob-service-user' }, timeZone: 'Europe/Berlin' } as const;
const printed = JSON.parse(fixture('hibob/table.entry.created.json').toString());
const body = (type: string, data = {}) => ({
  ...printed,
  type,
  triggeredAt: '2026-11-22T11:30:00.915906',
  data: { employeeId: '3332883854254932743', ...data },
});

test.each([
  ['employee.joined', { kind: 'joiner', employment: 'active' }],
  ['employee.left', { kind: 'leaver', employment: 'ended' }],
  ['employee.created', { kind: 'joiner' }],
  ['employee.updated', { kind: 'mover' }],
  ['employee.inactivated', { kind: 'mover' }],
  ['employee.somethingNew', { kind: 'mover' }],
])('%s asks for the person, and says no more than is beyond doubt', (type, meaning) => {
  const told = translated(hibob, body(type, { fieldUpdates: [{ id: 'root.surname' }] }));
  const said = NOON - 5_400_000 + 915; // 11:30 in Berlin
  expect(told).toEqual([
    expect.objectContaining({
      ...meaning,
      thin: true,
      askFrom: NOON + 20_000, // until then Bob may still show what was before
      employeeId: '3332883854254932743',
      attributes: {},
      said,
      from: said,
    }),
  ]);
  expect('employment' in (told[0] ?? {})).toBe('employment' in meaning);
  expect(LifecycleEventSchema.parse(told[0])).toEqual(told[0]);
});

test.each([
  ['lifecycle', 1],
  ['work', 1],
  ['employment', 1],
  ['bankAccounts', 0],
  [undefined, 0],
])('an entry of the table %s is looked at %i times', (tableId, times) => {
  expect(translated(hibob, body('table.entry.updated', { tableId }))).toHaveLength(times);
});

test('the payload that HiBob prints, whose numbers are texts, asks for its person', () => {
  const said = Date.parse('2025-01-08T12:06:26.915Z');
  expect(translated(hibob, printed)).toMatchObject([{ employeeId: '3332883854254932743', said, thin: true }]);
});

test.each([
  ['a deletion, which is housekeeping', body('employee.deleted', { email: 'kim@example.com' })],
  ['time off', { ...body('timeoff.request.approved'), data: { timeoffRequestId: 1 } }],
])('%s means nothing', (_, delivery) => {
  expect(translated(hibob, delivery)).toEqual([]);
});

test.each([
  ['body', '"Ping test"'],
  ['type', { ...printed, type: undefined }],
  ['triggeredAt', { ...printed, triggeredAt: '08/01/2025' }],
  ['data.employeeId', body('employee.updated', { employeeId: undefined })],
  ['data.employeeId', JSON.stringify(body('employee.updated')).replace('"3332883854254932743"', '3332883854254932743')],
])('a wrong %s is named by its path', (path, delivery) => {
  const message = expect.stringMatching(new RegExp(`^${path}: `));
  expect(() => translated(hibob, delivery)).toThrow(expect.objectContaining({ code: 'REQUEST_UNREADABLE', message }));
});
