import { describe, expect, test } from '@jest/globals';
import { readRoster } from '../../../lib/export/roster.ts';

test.each([
  ['comma', 'Email,Name,Status\nMara@Example.com,Mara Lind,Active\n'],
  ['semicolon, mark of UTF-8, CRLF', '\uFEFFName;E-Mail;Status\r\nMara Lind;Mara@Example.com;Active\r\n'],
  ['TAB', 'Work Email\tFull name\tEmployment Status\nMara@Example.com\tMara Lind\tActive'],
  ['quotes', '"E-Mail Address","Name","Status"\n"Mara@Example.com","Mara Lind","Active"\n\n'],
  ['a German header', 'E-Mail-Adresse;Name;Status\nMara@Example.com;Mara Lind;Active\n'],
  ['a header in words', 'E-mail address,Name,Status\nMara@Example.com,Mara Lind,Active\n'],
])('a roster with %s is read, and people are found by the normalised address', (_, text) => {
  expect(readRoster(text).people.get('mara@example.com')).toMatchObject({
    email: 'Mara@Example.com',
    name: 'Mara Lind',
    status: 'Active',
    employed: true,
    line: 2,
  });
});

describe('status', () => {
  test.each([
    ['Terminated', false],
    ['in-active', false],
    ['On Leave', true],
    ['', true],
    ['Contractor', true],
  ])('%j: employed is %p', (status, employed) => {
    const { people } = readRoster(`email,status\na@example.com,${status}\n`);
    expect(people.get('a@example.com')?.employed).toBe(employed);
  });

  test('words that are not known are named, because their people are only taken as employed', () => {
    const text = 'email,status\na@example.com,Sabbatical\nb@example.com,Active\nc@example.com,Alumni\n';
    expect(readRoster(text).unknownStatuses).toEqual(['Alumni', 'Sabbatical']);
  });

  test.each([
    ['Terminated\na@example.com,Active', true],
    ['Active\na@example.com,Terminated', true],
    ['Terminated\na@example.com,Left', false],
  ])('who stands there twice (%j) is employed if one line says so: a rehire has two', (statuses, employed) => {
    const { people } = readRoster(`email,status\nA@example.com,${statuses}\n`);
    expect(people.get('a@example.com')?.employed).toBe(employed);
  });
});

test('whoever has no address is counted, because no account can be theirs', () => {
  const { people, withoutEmail } = readRoster('email,name\na@example.com,A\n,Warehouse\n');
  expect([people.size, withoutEmail]).toEqual([1, 1]);
});

test.each([
  ['nothing', '', 'The file is empty'],
  ['a header alone', 'email,name\n', 'nobody with an e-mail'],
  [
    'no address column',
    'name;id\nMara;1\n',
    'Line 1: no column is called email; found: "name", "id"; accepted: email, emailaddress, ',
  ],
  ['no header line', 'Mara,mara@example.com\n', 'Line 1: an address, but no header line above'],
  ['a wrong line below sep=', 'sep=;\nemail;name\nole;Ole\n', 'Line 3, column 1'],
  ['two address columns', 'email,name,Work Email\n', 'Line 1: columns 1 and 3'],
  ['what is no address', 'name,E-Mail\nMara,mara@example.com\nOle,ole\n', 'Line 3, column 2 (E-Mail): no e-mail'],
  ['too many cells', 'email,name\nmara@example.com,Lind, Mara\n', 'Line 2: 3 cells, but 2 columns'],
  ['an open quote', 'email,name\n"mara@example.com,Mara\n', 'Line 2: a quote'],
  ['text behind a quote', 'email,name\na@example.com,ok\n"b"@example.com,x\n', 'Line 3: a quote'],
  ['a line after a cell of two lines', 'email,name\na@example.com,"A\nB"\nnone,x\n', 'Line 4, column 1'],
])('a roster with %s is refused, saying where', (_, text, message) => {
  expect(() => readRoster(text)).toThrow(expect.objectContaining({ code: 'ROSTER_UNREADABLE' }));
  expect(() => readRoster(text)).toThrow(message);
});

test.each([
  ['sep=;\r\n', ';'],
  ['\uFEFF"sep=;"\n', ';'],
  ['SEP=,\n', ','],
  ['sep=\t\n', '\t'],
])('the first line %j of Excel says what separates, whatever the header has most of', (first, separator) => {
  const other = separator === ',' ? ';;;;' : ',,,,';
  const { people } = readRoster(`${first}name${other}${separator}email\nMara${separator}mara@example.com\n`);
  expect(people.get('mara@example.com')?.line).toBe(3);
});

test('the message quotes no cell, because a roster is personal data', () => {
  expect(() => readRoster('Mara Lind,mara@example.com\n')).not.toThrow(/mara/i);
  expect(() => readRoster('email,name\nmara-at-example.com,Mara Lind\n')).not.toThrow(/mara/i);
});
