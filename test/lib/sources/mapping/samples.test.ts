import { describe, expect, test } from '@jest/globals';
import { mappingProblems } from '../../../../lib/sources/mapping/samples.ts';
import { sourcesWith } from '../../../support/deliveries.ts';
import { mappingOf, type MappingText } from '../../../support/mapped.ts';

const body = { event: 'hired', worker: { id: 7, mail: 'kim@example.com', start: '01/12/2026' } };
const right = {
  says: { from: 'event', table: { hired: 'joiner', '*': 'nothing' } },
  fields: { employeeId: 'worker.id', email: 'worker.mail', startDate: { from: 'worker.start', date: 'DD/MM/YYYY' } },
} satisfies MappingText;
const meant = { says: 'joiner', employeeId: '7', email: 'kim@example.com', startDate: '2026-12-01' } as const;
const samples = [{ name: 'a hire', body, means: [meant] }];
const problems = (more: MappingText) => mappingProblems({ sources: { hr: mappingOf({ ...right, samples, ...more }) } });

test('a mapping whose samples mean what they must has no problem', async () => {
  expect(await problems({})).toEqual([]);
});

test('a body may be written as text, as it travels', async () => {
  expect(await problems({ samples: [{ name: 'a hire', body: JSON.stringify(body), means: [meant] }] })).toEqual([]);
});

test.each<[what: string, more: MappingText, ...said: string[]]>([
  [
    'another value',
    { samples: [{ name: 'a', body, means: [{ ...meant, startDate: '2026-01-12' }] }] },
    'samples[0]: startDate should be "2026-01-12", but fields.startDate (worker.start) gives "2026-12-01"',
  ],
  [
    'a value that is not expected',
    { samples: [{ name: 'a', body, means: [{ says: 'joiner', employeeId: '7', startDate: '2026-12-01' }] }] },
    'samples[0]: email is not expected, but fields.email (worker.mail) gives "kim@example.com"',
  ],
  [
    'a path that leads nowhere',
    { fields: { ...right.fields, email: 'worker.email' } },
    'samples[0]: email should be "kim@example.com", but fields.email (worker.email) finds nothing',
  ],
  [
    'a field that was forgotten',
    { samples: [{ name: 'a', body, means: [{ ...meant, jobTitle: 'Analyst' }] }] },
    'samples[0]: jobTitle should be "Analyst", but there is no fields.jobTitle',
  ],
  [
    'another word',
    { samples: [{ name: 'a', body, means: [{ ...meant, says: 'mover' }] }] },
    'samples[0]: says should be "mover", but says (event) gives "joiner"',
  ],
  ['a word for all', { says: 'mover' }, 'samples[0]: says should be "joiner", but says gives "mover"'],
  [
    'somebody who is not expected',
    { samples: [{ name: 'a', body, means: [] }] },
    `samples[0]: means has 0 entries, but what is read is [${JSON.stringify(meant)}]`,
  ],
  [
    'a body that the door would refuse',
    { fields: { ...right.fields, startDate: 'worker.start' } },
    'samples[0]: fields.startDate (worker.start): not a date written as YYYY-MM-DD',
  ],
  [
    'nobody to be meant',
    {
      fields: { department: 'event' },
      samples: [{ name: 'a', body, means: [{ says: 'joiner', department: 'hired' }] }],
    },
    'samples[0]: fields: neither employeeId nor email finds a value, nobody is meant',
  ],
  ['no JSON', { samples: [{ name: 'a', body: '{', means: [] }] }, 'samples[0]: The body is not JSON in UTF-8'],
  [
    'a field that no sample shows at work',
    { fields: { ...right.fields, jobTitle: 'worker.title' } },
    'fields.jobTitle: (worker.title) finds nothing in any sample; mend it, or add a sample that has it',
  ],
  [
    'expressions that are none, each of them',
    { match: 'a.', fields: { ...right.fields, jobTitle: 'job-title' } },
    'match (a.): Invalid jmespath expression: parse error at column 3, found unexpected end of expression (EOF); a name with other signs than letters, digits and _ is written in double quotes',
    'fields.jobTitle (job-title): Bad jmespath expression: unknown token "Unknown token after "-"" at column 3; a name with other signs than letters, digits and _ is written in double quotes',
  ],
  [
    'a function that there is not',
    { match: 'lower(event)' },
    'samples[0]: match (lower(event)): Unknown function: lower()',
  ],
])('%s is named by setting and expression', async (_, more, ...said) => {
  expect(await problems(more)).toEqual(said.map((text) => `sources.hr.${text}`));
});

test('samples of a ticketing source are read as the door would, by what is known of the system', async () => {
  const { github } = sourcesWith({
    github: {
      kind: 'github',
      secret: 's',
      approved: 'approved',
      fields: { role: { from: 'form.Rolle', table: { Viewer: 'customer_user' } } },
      samples: [
        { name: 'a comment', body: { action: 'created', label: { name: 'approved' } }, means: [] },
        {
          name: 'a label',
          body: {
            action: 'labeled',
            label: { name: 'approved' },
            issue: { number: 7, body: '### E-mail\n\nkim@example.com\n\n### Role\n\nViewer' },
            repository: { full_name: 'example/access' },
          },
          means: [{ says: 'grant', ticket: 'example/access#7', email: 'kim@example.com', role: 'customer_user' }],
        },
      ],
    },
  });
  if (github === undefined) throw new Error('no source');
  expect(await mappingProblems({ sources: { github } })).toEqual([
    'sources.github.samples[1]: role should be "customer_user", but fields.role (form.Rolle) finds nothing',
  ]);
});

describe('what the schema refuses', () => {
  test.each<[what: string, more: object, message: RegExp]>([
    ['no sample', { samples: [] }, /give at least one payload/],
    ['a word that there is not', { says: 'hired' }, /write one of joiner, mover, /],
    [
      'a format without a month',
      { fields: { startDate: { from: 'a', date: 'DD/mm/YYYY' } } },
      /write iso, unix-seconds/,
    ],
    ['a format with a year of two digits', { fields: { startDate: { from: 'a', date: 'DD/MM/YY' } } }, /write iso/],
    ['a format with words', { fields: { startDate: { from: 'a', date: 'DD of MM YYYY' } } }, /write iso/],
    ['a format with an hour alone', { fields: { startDate: { from: 'a', date: 'DD/MM/YYYY HH' } } }, /write iso/],
    ['a zone that there is not', { fields: { startDate: { from: 'a', zone: 'CET+1' } } }, /not an IANA time zone/],
    ['an empty expression', { match: ' ' }, /is empty/],
    ['a date where none can be', { fields: { email: { from: 'a', date: 'iso' } } }, /date/],
    ['a role that whoever types it would get', { fields: { role: 'a' } }, /needs a table of the roles/],
    ['no word of who it is', { auth: undefined }, /auth/],
  ])('%s', (_, more, message) => {
    expect(() => mappingOf({ ...right, samples, ...more })).toThrow(message);
  });
});
