import { guardsOf } from './guard.ts';

const [ATTEMPTS, REQUESTS, LISTING, NIGHT] = [
  'lib/bitsight/attempts',
  'lib/bitsight/requests',
  'lib/bitsight/listing',
  'lib/export/night',
];

/** Where something comes in or goes out: the client, the door, the queue, the night. */
export const BORDERS = [
  ...guardsOf('lib/export/old-keys.ts', [
    [
      'a key of unknown age is old',
      'putInAt(secret).catch(codeOf)',
      'putInAt(secret).catch(() => undefined)',
      'lib/export/old-keys',
      'a key whose age cannot be told counts as old',
    ],
  ]),
  ...guardsOf('lib/aws/secret-version.ts', [
    [
      'a key is as old as what is in use',
      "VersionStages.includes('AWSCURRENT')",
      "VersionStages.includes('AWSPENDING')",
      'infra/ops/secret',
      'a key does not grow younger by a value that was refused',
    ],
  ]),
  ...guardsOf('lib/bitsight/listing.ts', [
    [
      'foreign origin of links.next',
      'if (link.origin !== baseUrl.origin)',
      'if (link.origin === undefined)',
      ATTEMPTS,
      'a link to another origin',
    ],
    [
      'a listing has as many as were counted',
      'verdict.moved = verdict.unique !== verdict.count;',
      'verdict.moved = false;',
      LISTING,
      'a population that moves is read whole or refused',
    ],
    [
      'pages join where they were cut',
      'if (anchor !== undefined && results[0]?.guid !== anchor) return undefined;',
      '',
      LISTING,
      'a leaver and a joiner between two pages',
    ],
    [
      'a list for which no time is left is not begun',
      'if (needed <= left) return;',
      'if (needed <= Infinity) return;',
      LISTING,
      'six more pages of 2 s',
    ],
  ]),
  ...guardsOf('lib/bitsight/read-ahead.ts', [
    [
      'a page asked for ahead is where it was reckoned',
      'if (page === undefined || withoutOffset(link) !== reckoned) return undefined;',
      'if (page === undefined) return undefined;',
      LISTING,
      'are left alone where the link carries more',
    ],
    ['no more pages at once', 'while (running < atOnce &&', 'while (', LISTING, 'each once, and never more'],
  ]),
  ...guardsOf('infra/ops/journal.ts', [
    [
      'no reading is gone on with that is old or of another tenant',
      'of === seal(salt) && now - startedAt < KEPT',
      'of.length === seal(salt).length && now - startedAt < Infinity',
      'infra/ops/journal',
      'is begun anew, and says so',
    ],
  ]),
  ...guardsOf('lib/bitsight/transport.ts', [
    ['redirect refused', "redirect: 'manual'", "redirect: 'follow'", ATTEMPTS, 'is an error and not followed'],
    [
      'readOnly',
      "if (options.readOnly === true && request.method !== 'GET')",
      'if (options.readOnly === null)',
      REQUESTS,
      'by a client that only reads',
    ],
    [
      'no call without time for it',
      'if (remainingMs < SHORTEST_CALL)',
      'if (remainingMs === undefined)',
      REQUESTS,
      'ms left: the call could only end without an answer',
    ],
    [
      'deadline of an attempt',
      ', signal: AbortSignal.timeout(ms)',
      '',
      ATTEMPTS,
      'ends the call as an unknown outcome',
    ],
  ]),
  ...guardsOf('lib/http/retry.ts', [
    [
      'the client repeats no write that may have happened',
      "if (failed.method !== 'GET' && ERRORS[failed.code].happened === 'unknown') return undefined;",
      '',
      ATTEMPTS,
      'is never repeated: it may have been carried out',
      'soak',
    ],
  ]),
  ...guardsOf('lib/http/classify.ts', [
    [
      'a page in HTML proves nothing',
      "if (body === 'html' || status < 200",
      'if (status < 200',
      'lib/bitsight/answers',
      'a page with status 404 is no proof that a user is gone',
      'soak',
    ],
  ]),
  ...guardsOf('lib/runtime/sqs-handler.ts', [
    [
      'deadline before each item of a batch',
      "if (invocation.remainingMs() < needMs) return 'again';",
      '',
      'lib/runtime/handlers',
      'records for which too little time is left are handed back',
    ],
  ]),
  ...guardsOf('lib/export/night.ts', [
    [
      'night: manifest written last',
      '  const { manifest, lookAgain } = await snapshot(',
      "  await deps.archive.put(manifestKey(date), textBytes('{}'), 'application/json');\n  const { manifest, lookAgain } = await snapshot(",
      NIGHT,
      'cannot be published short',
    ],
    [
      'night: announced under the lease',
      'await claim.announce(sha256(text));',
      '',
      NIGHT,
      'when another took the night over',
    ],
  ]),
  ...guardsOf('lib/export/night-claim.ts', [
    [
      'night: enough lease left',
      'if (night.until - invocation.wallNow() < LEAST_LEASE)',
      'if (night.until < 0)',
      NIGHT,
      'a run that lost its lease on the way',
    ],
    [
      'night: lease of others respected',
      "|| (stage === 'reading' && until > now)",
      '',
      NIGHT,
      'when the first is in the middle',
    ],
    [
      'night: CAS of every step',
      'if (written === undefined) throw lost(night.pk);',
      '',
      NIGHT,
      'when another took the night over',
    ],
  ]),
  ...guardsOf('lib/export/nights.ts', [
    [
      'night: hash of the one before',
      'if (result().sha256 !== file.sha256)',
      'if (result().sha256 === undefined)',
      NIGHT,
      'whose predecessor was tampered with',
    ],
  ]),
  ...guardsOf('lib/export/night-yardstick.ts', [
    [
      'the night wakes nobody at whom a worker is',
      'person.op !== undefined || (person.wakeAt ?? Infinity) <= now',
      '(person.wakeAt ?? Infinity) <= now',
      'lib/export/night-yardstick',
      'left and still there is woken',
    ],
    [
      'drift is corrected only where that is configured',
      'config.night.correctDrift ? drifted : []',
      'drifted',
      'lib/export/night-yardstick',
      'differing from the rules is woken only where that is configured',
    ],
  ]),
  ...guardsOf('lib/export/known.ts', [
    [
      'the night knows by hash',
      'recognise(read, notes.borne)',
      'read',
      'lib/export/known',
      'only the keyed hash is kept',
    ],
    [
      'an address is of whom it belongs to now',
      '.filter((key) => mine(key) || owners.get(key) === undefined)',
      '',
      'lib/export/known',
      'belongs to whom it belongs now',
    ],
  ]),
  ...guardsOf('lib/export/findings.ts', [
    [
      'who is restricted is no leaver with access',
      'if (why === undefined || isRestricted(row, by)) return undefined;',
      'if (why === undefined) return undefined;',
      'lib/export/known',
      'that a leaver only is restricted',
    ],
    [
      'an account that came back is another one than was removed',
      "|| employment !== 'ended' || removed.guid === row.guid)",
      "|| employment !== 'ended')",
      'lib/export/known',
      'that an account came back',
    ],
  ]),
  ...guardsOf('lib/export/survey.ts', [
    [
      'a token that is no account is found',
      'for (const token of unseen) findings.judge(token);',
      '',
      'lib/export/survey',
      'a company API token that is no account',
    ],
  ]),
  ...guardsOf('lib/export/removal.ts', [
    [
      'an end said again is the same',
      '({ value, from }) => `${value} ${from}`',
      '({ said }) => said',
      'lib/review/proof',
      'is counted from when the end held',
    ],
  ]),
  ...guardsOf('infra/deploy/deploy.ts', [
    [
      'the example is deployed by nobody',
      "tenant === 'example' ? [example] : []",
      '[]',
      'infra/deploy/deploy',
      'the example of the clone is deployed by nobody',
    ],
  ]),
  ...guardsOf('infra/ops/secret.ts', [
    [
      'no token is not a token',
      "if (token === '') throw",
      "if (token === '?') throw",
      'infra/ops/secret',
      'no token at all is not stored',
    ],
  ]),
  ...guardsOf('infra/ops/folder.ts', [
    [
      'one run at once has a folder',
      'release = takeLock(join(path, LOCK));',
      'release = () => undefined;',
      'infra/ops/folder',
      'of two runs at once the second says',
    ],
  ]),
  ...guardsOf('lib/export/snapshot.ts', [
    [
      'implausible night',
      'return changes.left > total * share;',
      'return false;',
      NIGHT,
      'in which more are gone than is plausible',
    ],
  ]),
  ...guardsOf('lib/export/diff.ts', [
    [
      'diff: every field',
      'COLUMNS.filter((column) => !same(',
      "COLUMNS.filter((column) => column !== 'mfa_status' && !same(",
      'lib/export/diff',
      'I8: the changes of a day',
    ],
  ]),
  ...guardsOf('lib/sources/mapping/xml.ts', [
    [
      'XML: no document type',
      "throw unreadable('The body has a document type, which no sender needs.');",
      '',
      'lib/sources/mapping/body',
      'a document type',
    ],
  ]),
  ...guardsOf('lib/sources/mapping/body.ts', [
    [
      'mapping: nothing is found in a prototype',
      'Object.setPrototypeOf(value, null)',
      'value',
      'lib/sources/mapping/translate',
      'a name of the prototype only where it was sent',
    ],
  ]),
  ...guardsOf('lib/sources/mapping/values.ts', [
    [
      'mapping: only what is offered is granted',
      'if (ASKED_FOR.has(name) &&',
      "if (name === '' &&",
      'lib/sources/mapping/translate',
      'a role that is not offered',
    ],
    [
      'mapping: the last day of the calendar is none',
      'return NO_DATE.has(text) ? null : text;',
      'return text;',
      'lib/sources/mapping/translate',
      'is no end either: read as a day it would end at once',
    ],
  ]),
  ...guardsOf('lib/sources/mapping/expression.ts', [
    [
      'mapping: what is missing is unknown, null says none',
      '?? (isSentAsNull(expression, data) ? null : undefined)',
      '?? null',
      'lib/sources/mapping/translate',
      'what is missing stays unknown',
    ],
  ]),
];
