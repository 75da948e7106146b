import { describe, expect, test } from '@jest/globals';
import { laneOf, LifecycleEventSchema } from '../../../../lib/lifecycle/event.ts';
import { parseInstant } from '../../../../lib/time.ts';
import { NOON, translated } from '../../../support/deliveries.ts';
import { fixture, vectorOf } from '../../../support/vectors.ts';

type Fields = Record<string, unknown>;
const config = { kind: 'bamboohr', timeZone: 'Europe/Berlin' } as const;
const entry = (action: string | undefined, fields: Fields = {}, changedFields: string[] = []) => ({
  id: '5',
  action,
  changedFields,
  fields,
});
const translate = (...employees: object[]) => translated(config, { employees });
const berlin = (date: string) => parseInstant(date, 'Europe/Berlin');

test('the public capture is a change of a name, with values in { value } and without an action', () => {
  const [event, ...others] = translated(config, vectorOf('bamboohr').raw.toString(), { signed: { at: NOON - 5000 } });
  expect(others).toEqual([]);
  expect(event).toMatchObject({ kind: 'mover', employeeId: '5', idFrom: 'body', said: NOON - 5000, from: NOON - 5000 });
  expect(event?.attributes).toEqual({ firstName: 'Tefi', lastName: 'Adams' });
  expect(event).not.toHaveProperty('employment');
});

test('the published field-based example is read, with a bare value and a time without a colon', () => {
  const examples: Record<string, unknown> = JSON.parse(fixture('bamboohr/openapi-examples.json').toString());
  const body = examples['field-based (api-evangelist asyncapi example)'];
  expect(translated(config, body)).toMatchObject([
    { employeeId: '12345', said: Date.UTC(2026, 0, 31, 18, 42), attributes: { firstName: 'Bryony' } },
  ]);
});

describe('the event-based webhook', () => {
  const fetch = { secret: 'bamboohr-api', baseUrl: 'https://example.bamboohr.com' };
  const thin = { ...config, fetch };
  const updated = fixture('bamboohr/event-based-employee.updated.json').toString();
  const decoded = fixture('bamboohr/event-based-employee.updated.form-decoded.txt').toString();
  const examples: Record<string, { type: string; data: object }> = JSON.parse(
    fixture('bamboohr/openapi-examples.json').toString(),
  );

  test('says that something changed, not what: nothing of the person is made up', () => {
    const said = Date.UTC(2026, 0, 31, 18, 42);
    const [event, ...others] = translated(thin, updated);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ kind: 'mover', thin: true, employeeId: '67890', attributes: {}, said, from: said });
    expect(event).not.toHaveProperty('employment');
    expect(event && laneOf(event)).toBe('urgent'); // it may be a termination
  });

  test('means the same as a form', () => {
    const body = decoded.replaceAll('[', '%5B').replaceAll(']', '%5D');
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' };
    expect(translated(thin, body, { headers })).toMatchObject([{ kind: 'mover', thin: true, employeeId: '67890' }]);
  });

  test.each([
    ['employee.created', [{ kind: 'joiner', thin: true, employeeId: '100' }]],
    ['employee.updated', [{ kind: 'mover', thin: true, employeeId: '100' }]],
    ['employee.deleted', []],
  ])('%s of the specification', (type, expected) => {
    expect(translated(thin, examples[type])).toMatchObject(expected);
  });

  test.each([
    ['another kind of event', { type: 'company.updated' }],
    ['one whose name every object has', { type: 'toString', data: { employeeId: '1' } }],
  ])('%s says nothing of a person', (_, body) => {
    expect(translated(thin, body)).toEqual([]);
  });

  test.each([
    ['without a way to ask', config, updated, /set sources\.hr\.fetch/],
    ['without an id', thin, { type: 'employee.updated', data: {} }, /^data\.employeeId: is missing/],
    ['as a form without that header', thin, decoded, /not JSON/],
  ])('is refused clearly %s', (_, settings, body, message) => {
    expect(() => translated(settings, body)).toThrow(
      expect.objectContaining({ code: 'REQUEST_UNREADABLE', message: expect.stringMatching(message) }),
    );
  });
});

test('several employees in a delivery are several events, numbered so that a redelivery has the same ids', () => {
  const events = translate(entry('Created'), { ...entry('Updated'), id: 6 }, { ...entry('Deleted'), id: '7' });
  expect(events.map(({ id, employeeId }) => [id.split(':').at(-1), employeeId])).toEqual([
    ['0', '5'],
    ['1', '6'],
    ['2', '7'],
  ]);
  expect(new Set(events.map(({ received }) => received)).size).toBe(3);
  expect(translate()).toEqual([]);
});

describe('employment', () => {
  const today = '2026-11-22';
  test.each<[string, string | undefined, Fields, string[], [string, string | undefined, number | undefined][]]>([
    [
      'a creation is a hire from the hire date',
      'Created',
      { 'Hire Date': '2026-12-01' },
      [],
      [['joiner', 'active', berlin('2026-12-01')]],
    ],
    ['a creation without a date is a hire now', 'created', {}, [], [['joiner', 'active', NOON]]],
    [
      'a creation with an end in sight is a hire and an end',
      'Created',
      { 'Hire Date': today, 'Termination Date': '2027-03-31' },
      [],
      [
        ['joiner', 'active', berlin(today)],
        ['leaver', 'ended', berlin('2027-04-01')],
      ],
    ],
    [
      'a creation without an end calls nothing off',
      'Created',
      { 'Termination Date': '' },
      [],
      [['joiner', 'active', NOON]],
    ],
    [
      'a record that is created as inactive is no hire',
      'Created',
      { Status: 'Inactive', 'Hire Date': '2020-01-01' },
      [],
      [['leaver', 'ended', NOON]],
    ],
    [
      'a change that repeats status and hire date says nothing of the employment',
      'Updated',
      { Status: 'Active', 'Hire Date': '2020-01-01' },
      ['Department'],
      [['mover', undefined, NOON]],
    ],
    [
      'a moved hire date is a hire from that day',
      'Updated',
      { 'Hire Date': '2026-12-15' },
      ['Hire Date'],
      [['joiner', 'active', berlin('2026-12-15')]],
    ],
    [
      'whoever becomes active again is hired from now on, though the hire date is old',
      'Updated',
      { Status: 'Active', 'Hire Date': '2020-01-01' },
      ['Status'],
      [['joiner', 'active', NOON]],
    ],
    [
      'whoever will be active again is hired from then on',
      'Updated',
      { Status: 'Active', 'Hire Date': '2026-12-01' },
      ['status', 'hireDate'],
      [['joiner', 'active', berlin('2026-12-01')]],
    ],
    [
      'an inactive person has left now, whatever the day in the past',
      'Updated',
      { Status: 'Inactive', 'Termination Date': '2026-11-01' },
      ['Status'],
      [['leaver', 'ended', NOON]],
    ],
    ['a terminated one too', 'Updated', { Status: { value: 'Terminated' } }, [], [['leaver', 'ended', NOON]]],
    [
      'an inactive person whose last day is today has left now',
      'Updated',
      { Status: 'Inactive', 'Termination Date': today },
      [],
      [['leaver', 'ended', NOON]],
    ],
    [
      'a day ahead is a planned end, until the end of that day',
      'Updated',
      { Status: 'Active', 'Termination Date': '2026-11-30' },
      ['Termination Date'],
      [['leaver', 'ended', berlin('2026-12-01')]],
    ],
    [
      'so it is when the person is inactive already',
      'Updated',
      { Status: 'Inactive', 'Termination Date': '2026-11-30' },
      [],
      [['leaver', 'ended', berlin('2026-12-01')]],
    ],
    [
      'the last day is a day of work',
      'Updated',
      { Status: 'Active', 'Termination Date': today },
      [],
      [['leaver', 'ended', berlin('2026-11-23')]],
    ],
    [
      'a day in the past without a status is an end since that day',
      'Updated',
      { 'Termination Date': '2026-11-01' },
      [],
      [['leaver', 'ended', berlin('2026-11-02')]],
    ],
    [
      'a day in the past of an active person belongs to an earlier employment',
      'Updated',
      { Status: 'Active', 'Termination Date': '2019-11-01' },
      [],
      [['mover', undefined, NOON]],
    ],
    [
      'an emptied day calls the planned end off',
      'Updated',
      { 'Termination Date': '0000-00-00' },
      ['Termination Date'],
      [['mover', 'stays', NOON]],
    ],
    [
      'the employment status tells where the status was not sent',
      undefined,
      { 'Employment Status': 'Terminated' },
      [],
      [['leaver', 'ended', NOON]],
    ],
    [
      'and only there',
      'Updated',
      { Status: 'Active', 'Employment Status': 'Terminated' },
      [],
      [['mover', undefined, NOON]],
    ],
    [
      'a status that is neither says nothing',
      'Updated',
      { Status: 'On leave' },
      ['Status'],
      [['mover', undefined, NOON]],
    ],
    [
      'a deleted record is no leaver',
      'Deleted',
      { Status: 'Inactive', 'Termination Date': '2026-11-01' },
      [],
      [['mover', undefined, NOON]],
    ],
  ])('%s', (_, action, fields, changed, expected) => {
    const events = translate(entry(action, fields, changed));
    expect(events.map(({ kind, employment, from }) => [kind, employment, from])).toEqual(expected);
  });

  test.each<[string, Fields, string[], [string, string | undefined][]]>([
    ['a status that stands for a leave', { Status: 'On Leave' }, [], [['mover', 'suspended']]],
    [
      'an employment status that does, beside one that says active',
      { Status: 'Active', 'Employment Status': ' leave of absence' },
      ['Status', 'Employment Status'],
      [
        ['joiner', 'active'],
        ['mover', 'suspended'],
      ],
    ],
    [
      'whoever is inactive has left, and is not on leave',
      { Status: 'Inactive', 'Employment Status': 'Leave of Absence' },
      [],
      [['leaver', 'ended']],
    ],
    [
      'another employment status ends it',
      { 'Employment Status': 'Part-Time' },
      ['Employment Status'],
      [['mover', 'resumed']],
    ],
    [
      'one that only repeats itself says nothing',
      { 'Employment Status': 'Part-Time' },
      ['Department'],
      [['mover', undefined]],
    ],
    ['the other of the two says nothing of it', { Status: 'Active' }, ['Employment Status'], [['mover', undefined]]],
  ])('%s', (_, fields, changedFields, expected) => {
    const body = { employees: [{ id: '7', action: 'Updated', changedFields, fields }] };
    const onLeave = ['On leave', 'Leave of Absence'];
    const events = translated({ kind: 'bamboohr', timeZone: 'Europe/Berlin', onLeave }, body);
    expect(events.map(({ kind, employment }) => [kind, employment])).toEqual(expected);
    expect(events.map(({ from }) => from)).toEqual(events.map(() => NOON));
    const unsaid = translated({ kind: 'bamboohr' }, body).map(({ employment }) => employment);
    expect(unsaid).not.toContain('suspended');
    expect(unsaid).not.toContain('resumed');
  });

  test('the day is the one in the source’s zone: half past midnight in Berlin is the next day', () => {
    const late = {
      ...entry('Updated', { Status: 'Active', 'Termination Date': '2026-11-21' }),
      timestamp: '2026-11-21T23:30:00Z',
    };
    expect(translate(late)[0]).toMatchObject({ kind: 'mover' });
    expect(translate({ ...late, timestamp: '2026-11-21T22:30:00Z' })[0]).toMatchObject({ kind: 'leaver' });
  });
});

describe('fields', () => {
  test('labels and aliases are one, whatever their case', () => {
    const labels = entry('Updated', {
      'Work email': 'kim@example.com ',
      'Job Title': 'Analyst',
      'Cost Center': 42,
      Department: '',
    });
    const aliases = entry('Updated', {
      workEmail: 'kim@example.com',
      jobTitle: 'Analyst',
      costCentre: '42',
      department: null,
    });
    const [byLabel, byAlias] = translate(labels, aliases);
    expect(byLabel?.attributes).toEqual({
      email: 'kim@example.com',
      jobTitle: 'Analyst',
      costCentre: '42',
      department: null,
    });
    expect(byAlias?.attributes).toEqual(byLabel?.attributes);
  });

  test('the configuration names other labels, which then replace the usual ones', () => {
    const own = { ...config, fields: { employeeId: 'Employee #', department: 'Team' } };
    const body = { employees: [entry('Updated', { 'Employee #': { value: '300' }, Team: 'Risk', Department: 'Old' })] };
    expect(translated(own, body)[0]).toMatchObject({ employeeId: '300', attributes: { department: 'Risk' } });
  });

  test('a second event of an entry names the person and repeats nothing', () => {
    const fields = { 'Work Email': 'kim@example.com', Department: 'Risk', 'Termination Date': '2027-03-31' };
    const [, end] = translate(entry('Created', fields));
    expect(end).toMatchObject({ kind: 'leaver', employeeId: '5', attributes: { email: 'kim@example.com' } });
    expect(Object.keys(end?.attributes ?? {})).toEqual(['email']);
  });

  test('a deleted record says nothing of the person', () => {
    expect(translate(entry('Deleted', { Department: 'Risk', 'Work Email': 'kim@example.com' }))[0]?.attributes).toEqual(
      {},
    );
  });

  test('fields that we do not know are not looked into', () => {
    expect(translate(entry('Updated', { Skills: [{ deep: [1] }], Department: 'Risk' }))[0]?.attributes).toEqual({
      department: 'Risk',
    });
  });

  test.each([
    ['nothing but the address, where that is sent', { 'Work Email': 'kim@example.com' }, 'Updated', 1],
    ['nothing at all from a deleted record, since the others in the delivery must not be lost', {}, 'Deleted', 0],
  ])('without the configured number the person is known by %s', (_, fields, action, count) => {
    const own = { ...config, fields: { employeeId: 'Employee #' } };
    const events = translated(own, { employees: [entry(action, fields)] });
    expect(events).toHaveLength(count);
    for (const event of events) expect(event).not.toHaveProperty('employeeId');
  });
});

describe('time', () => {
  test.each([
    ['the entry’s own time', '2026-11-22T10:00:00+0000', NOON - 60_000, NOON - 7_200_000],
    ['else the signed time', undefined, NOON - 60_000, NOON - 60_000],
    ['else the time of receipt', undefined, undefined, NOON],
    ['never a time after receipt', '2027-01-01T00:00:00Z', undefined, NOON],
  ])('it was said at %s', (_, timestamp, at, said) => {
    const body = { employees: [{ ...entry('Updated'), timestamp }] };
    expect(translated(config, body, { signed: { at } })[0]).toMatchObject({ said, from: said });
  });
});

test.each([
  ['employees', {}],
  ['employees', { employees: {} }],
  ['employees[0].id', { employees: [{ fields: {} }] }],
  ['employees[1].action', { employees: [entry('Updated'), entry('Promoted')] }],
  ['employees[0].timestamp', { employees: [{ ...entry('Updated'), timestamp: 'kim@example.com' }] }],
  ['employees[0].fields.Work Email', { employees: [entry('Updated', { 'Work Email': ['kim@example.com'] })] }],
  ['employees[0].fields.Hire Date', { employees: [entry('Updated', { 'Hire Date': '12/01/2026' })] }],
  ['employees[0].fields.Last Name', { employees: [entry('Updated', { 'Last Name': 'kim@example.com'.repeat(100) })] }],
  ['employees', { employees: Array.from({ length: 1001 }, () => entry('Updated')) }],
])('a wrong %s is named by its path and not quoted', (path, body) => {
  const message = expect.stringMatching(new RegExp(`^${path.replaceAll(/[[\]]/g, String.raw`\$&`)}: `));
  expect(() => translated(config, body)).toThrow(expect.objectContaining({ code: 'REQUEST_UNREADABLE', message }));
  expect(() => translated(config, body)).not.toThrow(/kim@/);
});

test.each([
  ['a number longer than an event can carry', { 'Employee #': '1'.repeat(201) }],
  ['neither number nor address', { Department: 'Risk' }],
])('an entry with %s is refused', (_, fields) => {
  const own = { ...config, fields: { employeeId: 'Employee #' } };
  expect(() => translated(own, { employees: [entry('Updated', fields)] })).toThrow(/Employee #/);
});

test('what is translated is what the workers read', () => {
  for (const event of translate(
    entry('Created', { 'Hire Date': '1969-01-01', 'Work Email': 'kim@example.com' }),
    entry('Deleted'),
  )) {
    expect(LifecycleEventSchema.parse(event)).toEqual(event);
  }
});
