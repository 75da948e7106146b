import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { BodySchema } from '../../../../lib/sources/standard-webhooks/body.ts';
import { parseInstant } from '../../../../lib/time.ts';
import { NOON, translated } from '../../../support/deliveries.ts';

const timestamp = '2026-11-22T11:00:00Z';
const said = NOON - 3_600_000;
const translate = (type: string, data: Record<string, unknown>, more = {}) =>
  translated(
    { kind: 'standard-webhooks', timeZone: 'Europe/Berlin' },
    { type, timestamp, data: { employeeId: '7', ...data } },
    more,
  );
const berlin = (date: string) => parseInstant(date, 'Europe/Berlin');

test('an event carries everything its way through the system needs', () => {
  const [event] = translate('employee.changed', { department: 'Risk' }, { signed: { id: 'msg_1', at: NOON } });
  expect(event).toEqual({
    schema: 1,
    id: 'hr:msg_1:0',
    idFrom: 'sender',
    received: 'received-1',
    receivedAt: NOON,
    source: 'hr',
    bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    kind: 'mover',
    employeeId: '7',
    said,
    from: said,
    attributes: { department: 'Risk' },
  });
});

test('without an id of the sender the body is the id, so that the same body is known again', () => {
  const [event] = translate('employee.changed', {});
  expect(event).toMatchObject({ idFrom: 'body', id: `hr:${event?.bodyHash}:0` });
});

test.each([
  [
    'a hire holds from the start day in the source’s zone',
    'employee.hired',
    { startDate: '2026-12-01' },
    'joiner',
    'active',
    berlin('2026-12-01'),
  ],
  ['a hire without a day holds since it was said', 'employee.hired', {}, 'joiner', 'active', said],
  [
    'a leave holds from the end of the last day',
    'employee.terminated',
    { terminationDate: '2026-11-30' },
    'leaver',
    'ended',
    berlin('2026-12-01'),
  ],
  [
    'a leave without a day holds since it was said',
    'employee.terminated',
    { terminationDate: null },
    'leaver',
    'ended',
    said,
  ],
  [
    'an involuntary leave does not wait for its day',
    'employee.terminated',
    { terminationDate: '2026-11-30', involuntary: true },
    'leaver',
    'ended-now',
    said,
  ],
  [
    'a change says nothing of the employment',
    'employee.changed',
    { startDate: '2020-01-01' },
    'mover',
    undefined,
    said,
  ],
  [
    'a change may lie ahead',
    'employee.changed',
    { effectiveDate: '2027-01-01' },
    'mover',
    undefined,
    berlin('2027-01-01'),
  ],
  ['a taken back end calls it off', 'employee.changed', { terminationDate: null }, 'mover', 'stays', said],
  [
    'an end in a change is an end',
    'employee.changed',
    { terminationDate: '2026-12-31' },
    'leaver',
    'ended',
    berlin('2027-01-01'),
  ],
  ['a leave of absence', 'employee.changed', { onLeave: true }, 'mover', 'suspended', said],
  [
    'a return from leave is no hire',
    'employee.changed',
    { onLeave: false, effectiveDate: '2027-01-01' },
    'mover',
    'resumed',
    berlin('2027-01-01'),
  ],
  ['nothing said of a leave', 'employee.changed', { onLeave: null }, 'mover', undefined, said],
  ['a hire says nothing of a leave', 'employee.hired', { onLeave: true }, 'joiner', 'active', said],
  ['a day that means "never" is no day', 'employee.changed', { terminationDate: '9999-12-31' }, 'mover', 'stays', said],
])('%s', (_, type, data, kind, employment, from) => {
  const events = translate(type, { ...data, department: 'Risk' });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ kind, said, from, attributes: { department: 'Risk' } });
  expect(events[0]?.employment).toBe(employment);
});

test('a contract with an end is two events: one instant cannot hold both', () => {
  const data = {
    workEmail: 'kim@example.com',
    lastName: 'Kim',
    startDate: '2026-12-01',
    terminationDate: '2027-03-31',
  };
  expect(translate('employee.hired', data)).toMatchObject([
    { id: expect.stringMatching(/:0$/), kind: 'joiner', from: berlin('2026-12-01'), attributes: { lastName: 'Kim' } },
    {
      id: expect.stringMatching(/:1$/),
      kind: 'leaver',
      from: berlin('2027-04-01'),
      attributes: { email: 'kim@example.com' },
    },
  ]);
});

test('a change and an end with days of their own are two events', () => {
  const data = { department: 'Risk', effectiveDate: '2027-01-01', terminationDate: null };
  const [change, stays] = translate('employee.changed', data);
  expect(change).toMatchObject({ kind: 'mover', from: berlin('2027-01-01'), attributes: { department: 'Risk' } });
  expect(change).not.toHaveProperty('employment');
  expect(stays).toMatchObject({ kind: 'mover', from: said, employment: 'stays', attributes: {} });
});

test('a leave and an end are two events', () => {
  const data = { department: 'Risk', onLeave: true, terminationDate: '2026-12-31' };
  expect(translate('employee.changed', data)).toMatchObject([
    { kind: 'mover', employment: 'suspended', from: said, attributes: { department: 'Risk' } },
    { kind: 'leaver', employment: 'ended', from: berlin('2027-01-01'), attributes: {} },
  ]);
});

describe('attributes', () => {
  test('only what is present is said; null and nothing but blanks say that there is none', () => {
    const data = { workEmail: ' Kim@Example.com ', firstName: 'Kim', department: null, division: '  ', shoeSize: 40 };
    expect(translate('employee.changed', data)[0]?.attributes).toEqual({
      email: 'Kim@Example.com',
      firstName: 'Kim',
      department: null,
      division: null,
    });
  });

  test('a number is an employee id too', () => {
    expect(translate('employee.changed', { employeeId: 42 })[0]?.employeeId).toBe('42');
  });

  test('an address alone names a person', () => {
    const [event] = translate('employee.changed', { employeeId: undefined, workEmail: 'kim@example.com' });
    expect(event).not.toHaveProperty('employeeId');
  });
});

describe('time', () => {
  test('a time without a zone is in the source’s', () => {
    const body = { type: 'employee.changed', timestamp: '2026-11-22 10:00:00', data: { employeeId: '7' } };
    expect(translated({ kind: 'standard-webhooks', timeZone: 'Europe/Berlin' }, body)[0]?.said).toBe(
      NOON - 3 * 3_600_000,
    );
  });

  test('a time after receipt counts as receipt, else it would outrank whatever is said later', () => {
    const body = { type: 'employee.changed', timestamp: '2062-11-22T11:00:00Z', data: { employeeId: '7' } };
    expect(translated({ kind: 'standard-webhooks' }, body)[0]).toMatchObject({ said: NOON, from: NOON });
  });
});

test.each([
  ['type', { type: 'employee.promoted' }],
  ['timestamp', { timestamp: 'yesterday' }],
  ['timestamp', { timestamp: undefined }],
  ['data', { data: null }],
  ['data.employeeId', { data: {} }],
  ['data.employeeId', { data: { employeeId: '', workEmail: 'kim@example.com' } }],
  ['data.employeeId', { data: { employeeId: 'x'.repeat(201) } }],
  ['data.firstName', { data: { employeeId: '7', firstName: ['kim@example.com'] } }],
  ['data.lastName', { data: { employeeId: '7', lastName: 'kim@example.com'.repeat(100) } }],
  ['data.startDate', { data: { employeeId: '7', startDate: '22/11/2026' } }],
  ['data.terminationDate', { data: { employeeId: '7', terminationDate: '2026-02-30' } }],
  ['data.onLeave', { data: { employeeId: '7', onLeave: 'Mondays' } }],
  ['data.involuntary', { data: { employeeId: '7', involuntary: 'yes' } }],
])('a wrong %s is named by its path and not quoted', (path, wrong) => {
  const body = { type: 'employee.hired', timestamp, data: { employeeId: '7' }, ...wrong };
  const translation = () => translated({ kind: 'standard-webhooks' }, body);
  expect(translation).toThrow(
    expect.objectContaining({ code: 'REQUEST_UNREADABLE', message: expect.stringMatching(new RegExp(`^${path}: `)) }),
  );
  expect(translation).not.toThrow(/kim@/);
});

test('an id too long for an event is refused, since a cut one could be another’s', () => {
  expect(() => translate('employee.changed', {}, { signed: { id: 'm'.repeat(201) } })).toThrow(/id of the delivery/);
});

test('the published schema and examples are the ones in force', () => {
  const page = readFileSync(new URL('../../../../docs/sources/standard-webhooks.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']): unknown => JSON.parse(text));
  const [schema, ...examples] = blocks.toReversed();
  expect(schema).toEqual(z.toJSONSchema(BodySchema, { io: 'input' }));
  expect(examples.length).toBeGreaterThan(2);
  for (const example of examples) expect(translated({ kind: 'standard-webhooks' }, example)).not.toHaveLength(0);
});
