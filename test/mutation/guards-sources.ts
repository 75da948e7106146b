import { guardsOf } from './guard.ts';

const [OKTA, ASKED_OKTA, HIBOB, ASKED_BOB, ASKED_PERSONIO] = [
  'lib/sources/okta/translate',
  'lib/sources/okta/fetch',
  'lib/sources/hibob/translate',
  'lib/sources/hibob/fetch',
  'lib/sources/personio/fetch',
];
const OTHER = 'record is not taken for theirs';

/** What a system said, and what it did not say. */
export const SOURCES = [
  ...guardsOf('lib/sources/okta/translate.ts', [
    [
      'Okta: our app alone',
      "type === 'AppInstance' && id === app?.id",
      "type === 'AppInstance'",
      OKTA,
      'means nothing',
    ],
    [
      'Okta: what failed did not happen',
      "if (outcome && outcome.result !== 'SUCCESS') return undefined;",
      '',
      OKTA,
      'means nothing',
    ],
    [
      'Okta: an event is known by its own id',
      'own: { id: event.uuid, content: JSON.stringify(event) },',
      '',
      OKTA,
      'however Okta puts them together',
    ],
    [
      'Okta: out of the app is not out of the company',
      "return { kind: 'mover', access: null };",
      "return { kind: 'leaver', employment: 'ended', access: null };",
      OKTA,
      'is no end of the employment',
    ],
  ]),
  ...guardsOf('lib/sources/okta/fetch.ts', [
    [
      'Okta: the answer is about whom was asked',
      'if (id !== employeeId)',
      "if (id === '')",
      ASKED_OKTA,
      'found by a login',
    ],
    ['Okta: no id leads elsewhere', 'if (!isPlainId(employeeId)) return undefined;', '', ASKED_OKTA, 'is nobody’s id'],
  ]),
  ...guardsOf('lib/sources/okta/unheard.ts', [
    [
      'Okta: a list of nobody is no end of all',
      'if (assigned.size === 0 && differences.length > 0)',
      'if (assigned.size < 0)',
      'lib/sources/okta/unheard',
      'a list of nobody says nothing',
    ],
    [
      'Okta: a list is read by night where that is wanted',
      'list?.app.nightly === true',
      'list !== undefined',
      'lib/sources/okta/unheard',
      'without app.nightly',
    ],
  ]),
  ...guardsOf('lib/sources/okta/assigned.ts', [
    [
      'Okta: an app that is not there is no empty list',
      'if (page === undefined)',
      'if (page === null)',
      'infra/source/assigned',
      'an app that Okta does not know',
    ],
    [
      'Okta: pages come to an end',
      'if (next !== undefined && seen.has(next))',
      'if (next === null)',
      'lib/sources/okta/assigned',
      'a list whose pages never end',
    ],
    [
      'Okta: an assignment that is over is none',
      'if (!OVER.has(status)) ',
      '',
      'infra/source/assigned',
      'an assignment that is over counts as none',
    ],
  ]),
  ...guardsOf('lib/sources/hibob/translate.ts', [
    [
      'HiBob: not asked before it shows the change',
      'delivery.receivedAt + SETTLES',
      'delivery.receivedAt',
      HIBOB,
      'no more than is beyond doubt',
    ],
  ]),
  ...guardsOf('lib/lifecycle/record.ts', [
    [
      'asked when the system shows what it announced',
      'before.at : now, askFrom);',
      'before.at : now, 0);',
      'faults/b-thin',
      'shows its changes only a moment later',
    ],
  ]),
  ...guardsOf('lib/lifecycle/event.ts', [
    [
      'what is taken back goes the urgent way',
      'access === null || ',
      '',
      OKTA,
      'whatever may take access away goes the urgent way',
    ],
  ]),
  ...guardsOf('lib/lifecycle/release.ts', [
    [
      'a start waits for the answer that it needs',
      "employment === undefined || employment === 'active' || employment === 'resumed'",
      'employment === undefined',
      'lib/sources/retries',
      'comes again for as long as it takes',
    ],
  ]),
  ...guardsOf('lib/lifecycle/view.ts', [
    [
      'a source takes back only what it gave itself',
      "typeof value === 'string'",
      'value !== undefined',
      'lib/lifecycle/decision',
      'a source takes back what it gave itself',
    ],
  ]),
  ...guardsOf('lib/sources/hibob/fetch.ts', [
    ['HiBob: people who left are found', 'showInactive: true', 'showInactive: false', ASKED_BOB, 'the employment of'],
    [
      'HiBob: the answer is about whom was asked',
      'employees.find((one) => machine(one, ID) === employeeId)',
      'employees[0]',
      ASKED_BOB,
      OTHER,
    ],
  ]),
  ...guardsOf('lib/sources/personio/fetch.ts', [
    ['Personio: a token has its day', ' && said < token.until', '', ASKED_PERSONIO, 'the token is asked for once'],
    [
      'Personio: the answer is about whom was asked',
      'if (person.id !== employeeId)',
      "if (person.id === '')",
      ASKED_PERSONIO,
      OTHER,
    ],
    [
      'Personio: an employment that hides its state is no end',
      "(state === 'ended' && goesOn)",
      'false',
      ASKED_PERSONIO,
      'the employment of',
    ],
    [
      'Personio: from one company to the next nobody leaves',
      'lastDay: goesOn ? undefined : (',
      'lastDay: (',
      ASKED_PERSONIO,
      'the employment of',
    ],
  ]),
  ...guardsOf('lib/sources/hr-record.ts', [
    [
      'a last day of an earlier employment ends nothing',
      'lastDay < dateIn(said, zone) ? undefined : endOfDay(lastDay, zone)',
      'endOfDay(lastDay, zone)',
      ASKED_BOB,
      'the employment of',
    ],
    [
      'a state that is not to be seen is none',
      'if (state === undefined) return [];',
      '',
      ASKED_BOB,
      'the employment of',
    ],
  ]),
];
