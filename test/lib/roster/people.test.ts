import { describe, expect, test } from '@jest/globals';
import { ConfigSchema, type RosterSource } from '../../../lib/config/index.ts';
import { readPeople } from '../../../lib/roster/people.ts';
import { readTable } from '../../../lib/roster/table.ts';

const NOW = Date.UTC(2026, 10, 23, 9);
function read(text: string | Uint8Array, own: Partial<RosterSource> = {}) {
  const { sources } = ConfigSchema.parse({ company: 'A', sources: { people: { ...own, kind: 'roster' } } });
  const settings = sources['people'];
  if (settings?.kind !== 'roster') throw new Error('it is one');
  return readPeople(readTable(typeof text === 'string' ? Buffer.from(text) : text), settings, NOW);
}
const one = (text: string, own: Partial<RosterSource> = {}) => read(text, own).employed[0];
const MARA = { employeeId: '7', attributes: { email: 'mara.lind@example.com', department: 'Security' } };

test.each([
  ['comma', 'Employee ID,Email,Department\n7,mara.lind@example.com,Security\n'],
  ['semicolon', 'Employee ID;Email;Department\n7;mara.lind@example.com;Security\n'],
  ['semicolon, byte order mark, CRLF', '\uFEFFEmployee ID;Email;Department\r\n7;mara.lind@example.com;Security\r\n'],
  ['TAB and no line end', 'Employee ID\tEmail\tDepartment\n7\tmara.lind@example.com\tSecurity'],
  ['a number of rows at its end', 'Employee ID,Email,Department\n7,mara.lind@example.com,Security\nTRAILER,1,\n'],
  ['JSON', '[{"employeeId": 7, "email": "mara.lind@example.com", "department": "Security"}]'],
  [
    'JSON that says more',
    '{"asOf":"2026-11-23","count":1,"people":[{"employeeId":"7","email":"mara.lind@example.com","department":"Security"}]}',
  ],
])('%s says the same as every other form', (_title, text) => {
  expect(read(text)).toEqual({
    columns: ['email', 'department', 'employeeId'],
    employed: [MARA],
    ended: [],
    notices: [],
  });
});

describe('who is employed', () => {
  const HEAD = 'id,email,status,Hire date,Last day\n';
  const fields = { employeeId: 'id' };
  const lineOf = (cells: string) => read(`${HEAD}7,a@example.com,${cells}\n`, { fields });
  test.each([
    ['nothing else is said', ',,', 'employed'],
    ['the last day lies ahead', ',,2026-11-30', 'employed'],
    ['today is the last day', 'Active,,2026-11-23', 'employed'],
    ['the last day lies behind', ',,2026-11-22', 'ended'],
    ['the status says gone', 'Terminated,,', 'ended'],
    ['the status says gone, but the last day lies ahead', 'Terminated,,2026-11-30', 'employed'],
    ['hired again after the last day', ',2026-11-01,2026-08-31', 'employed'],
    ['the first day lies ahead', ',2026-12-01,', 'employed'],
    [
      'called employed although the last day lies behind: seldom is somebody taken away by mistake',
      'Active,,2026-11-01',
      'employed',
    ],
    ['a word that is not known', 'Sabbatical,,', 'employed'],
  ])('%s', (_title, cells, expected) => {
    const { employed, ended } = lineOf(cells);
    expect([employed.length, ended.length]).toEqual(expected === 'employed' ? [1, 0] : [0, 1]);
  });

  test('what was taken as employed in doubt is told', () => {
    expect(lineOf('Sabbatical,,').notices).toEqual([expect.stringContaining('Sabbatical')]);
    expect(lineOf('Active,,2026-11-01').notices).toEqual([expect.stringContaining('1 are called employed although')]);
  });

  test('words of ones own mean gone', () => {
    const { ended } = read('email,status\na@example.com,Ausgeschieden\n', { ended: ['ausgeschieden'] });
    expect(ended).toHaveLength(1);
  });

  test('who came back stands in two lines, and the later one counts', () => {
    const { employed, ended } = read('email,status\na@example.com,Terminated\nA@Example.com,Active\n');
    expect([employed.length, ended.length]).toEqual([1, 0]);
  });

  test('a day is the first instant in the zone of the source, a last day the first one after it', () => {
    expect(
      one('email,first day,last day\na@example.com,2026-12-01,2026-12-31\n', { timeZone: 'Europe/Berlin' }),
    ).toMatchObject({
      start: Date.UTC(2026, 10, 30, 23),
      end: Date.UTC(2026, 11, 31, 23),
    });
  });
});

const lastDay = (day: string, dates: RosterSource['dates']) =>
  one(`email,last day\na@example.com,${day}\n`, { dates })?.end;

describe('the order of day and month', () => {
  test.each([
    ['04/12/2026', 'DD/MM/YYYY', Date.UTC(2026, 11, 5)],
    ['04/12/2027', 'MM/DD/YYYY', Date.UTC(2027, 3, 13)],
    ['4.12.2026', 'DD/MM/YYYY', Date.UTC(2026, 11, 5)],
    ['2026-12-04', 'DD/MM/YYYY', Date.UTC(2026, 11, 5)],
    ['2026-12-04T00:00:00', 'YYYY-MM-DD', Date.UTC(2026, 11, 5)],
  ] as const)('%s read as %s', (day, order, instant) => {
    expect(lastDay(day, order)).toBe(instant);
  });

  test.each([
    ['03/04/2026', 'YYYY-MM-DD', 'could be meant either way'],
    ['13/04/2026', 'YYYY-MM-DD', 'could be meant either way'],
    ['04/13/2026', 'DD/MM/YYYY', 'the order of day and month may be wrong'],
    ['31/11/2026', 'DD/MM/YYYY', 'no day when read as DD/MM/YYYY'],
    ['2026-02-30', 'YYYY-MM-DD', 'no day of the calendar'],
    ['03/04/26', 'DD/MM/YYYY', 'not a day such as 2026-11-22 or DD/MM/YYYY'],
    ['soon', 'YYYY-MM-DD', 'not a day such as 2026-11-22'],
  ] as const)('%s read as %s is refused, since it would be a guess, without saying it', (day, order, reason) => {
    expect(() => lastDay(day, order)).toThrow('Line 2, column 2 (last day): ');
    expect(() => lastDay(day, order)).toThrow(reason);
    expect(() => lastDay(day, order)).not.toThrow(day);
  });
});

test.each([
  ['too few cells', 'email,name\na@example.com\nb@example.com,B\n', 'Line 2: 1 cells, but 2 columns.'],
  [
    'cut in its last line',
    'email,name\na@example.com,A\nb@exa',
    'Line 3: 1 cells, but 2 columns: the file seems to be cut.',
  ],
  ['cut JSON', '[{"email": "a@example.com"}, {"em', 'The JSON does not end'],
  [
    'fewer than it says',
    'email\na@example.com\nrows: 2\n',
    '1 people, but the file says that it has 2: it seems to be cut.',
  ],
  ['another JSON', '{"employees": 7}', 'neither a list of people nor'],
  ['no UTF-8', Uint8Array.from([0x65, 0x6d, 0xe9, 0x0a]), 'Not a text in UTF-8.'],
  [
    'no employee id in one line',
    'employee id,email\n7,a@example.com\n,b@example.com\n',
    'Line 3, column 1 (employee id): empty.',
  ],
  ['what is no address', 'email,name\nole,Ole\n', 'Line 2, column 1 (email): no e-mail address.'],
  [
    'two of one number',
    'employee id,email\n7,a@example.com\n7,b@example.com\n',
    'Line 2 and Line 3 have the same employee id.',
  ],
  [
    'two of one address and no numbers',
    'email\na@example.com\nA@Example.com\n',
    'Line 2 and Line 3 have the same address.',
  ],
  [
    'an end before its start',
    'email,start date,end date\na@example.com,2026-12-31,2026-12-01\n',
    'the last day lies before the first one',
  ],
  ['too long a cell', `email,name\na@example.com,${'x'.repeat(1001)}\n`, 'column 2 (name): longer than 1000.'],
])('a roster with %s is refused, saying where', (_title, text, message) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'ROSTER_UNREADABLE' }));
  expect(() => read(text)).toThrow(message);
});

test('a column of another title is found by the setting, and missed when it is gone', () => {
  const fields = { department: 'Org unit' };
  expect(one('email,Org unit\na@example.com,Audit\n', { fields })?.attributes).toMatchObject({ department: 'Audit' });
  expect(() => read('email,department\na@example.com,Audit\n', { fields })).toThrow(
    'Line 1: no column is called "Org unit"; found: "email", "department".',
  );
});

test('whoever has neither number nor address is left out and counted', () => {
  expect(read('email,name\na@example.com,A\n,Warehouse\n')).toMatchObject({
    employed: [{}],
    notices: [expect.stringMatching(/^1 without/)],
  });
});
