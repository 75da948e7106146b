import { guardsOf } from './guard.ts';

const [WORKSHEETS, PROOF, QUARTER] = ['lib/review/worksheets', 'lib/review/proof', 'infra/ops/quarter'];

/** What keeps a review of a quarter from saying what nobody decided, or what did not happen. */
export const REVIEWS = [
  ...guardsOf('lib/review/verdicts.ts', [
    [
      'review: a row is what was handed out',
      'if (changed.length > 0)',
      'if (changed.length > 99)',
      WORKSHEETS,
      'is refused with ',
    ],
    [
      'review: nobody reviews their own row',
      'if (row.own.includes(normaliseEmail(reviewer)))',
      "if (reviewer === '')",
      WORKSHEETS,
      'is refused by name, whoever it is',
    ],
    [
      'review: a note where somebody will ask',
      "if (note !== '') return undefined;",
      'if (note !== undefined) return undefined;',
      WORKSHEETS,
      'is refused by name, whoever it is',
    ],
    [
      'review: no row is decided twice',
      'verdictText(found) !== verdictText(before)',
      "verdictText(found) === ''",
      WORKSHEETS,
      'decides no row twice in different ways',
    ],
    [
      'review: a worksheet is of one review',
      'if (others.length === 0 && REVIEW.test(review))',
      'if (REVIEW.test(review))',
      WORKSHEETS,
      'is of one review',
    ],
  ]),
  ...guardsOf('lib/review/frozen.ts', [
    [
      'review: nobody gets their own worksheet',
      '&& !own.includes(manager)',
      '',
      WORKSHEETS,
      'the manager has it; of nobody known, the group; nobody their own',
    ],
  ]),
  ...guardsOf('lib/review/take.ts', [
    [
      'of two worksheets at once none loses a decision',
      'await changeItem(store, key, ReviewRowSchema, next);',
      '',
      'infra/ops/quarter',
      'of two worksheets that are taken in at the same moment',
    ],
    [
      'review: what is closed stays closed',
      'if (review.closed !== undefined) throw',
      "if (review.id === '') throw",
      QUARTER,
      'a quarter: worksheets out and back',
    ],
  ]),
  ...guardsOf('lib/review/tell.ts', [
    [
      'review: under the fuse',
      "const REVIEWED = 'review:';",
      "const REVIEWED = 'decision:';",
      QUARTER,
      'more than the fuse allows waits as a batch',
    ],
    [
      'review: the account that was reviewed',
      'if (holder?.guid !== undefined && holder.guid !== account.guid)',
      'if (holder?.guid === account.email)',
      QUARTER,
      'a holder with another account is left alone',
    ],
    [
      'review: a company API token is a matter for people',
      "account.kind === 'api-token' || ",
      '',
      QUARTER,
      'a company API token is never revoked by us',
    ],
  ]),
  ...guardsOf('lib/review/proof.ts', [
    ['review: proven after it was told', 'one.provenAt >= told.at && ', '', PROOF, 'proven or not: '],
    [
      'review: a night of before proves nothing',
      'if (later === undefined || later.at <= since)',
      'if (later === undefined)',
      PROOF,
      'proven or not: ',
    ],
    [
      'review: nothing to do is no revocation',
      "return receipt.why === 'AS_IS' && last !== undefined && takesAway(last);",
      "return receipt.why === 'AS_IS';",
      PROOF,
      'proven or not: ',
    ],
  ]),
  ...guardsOf('infra/ops/review/close.ts', [
    [
      'review: closed when all is decided and proven',
      "if (problems.length > 0) throw new AppError('REVIEW_UNFINISHED'",
      "if (problems.length > 99) throw new AppError('REVIEW_UNFINISHED'",
      QUARTER,
      'a quarter: worksheets out and back',
    ],
    [
      'review: closed over a pack that verifies',
      "if (problems.length > 0) throw new AppError('SNAPSHOT_UNREADABLE'",
      "if (problems.length > 99) throw new AppError('SNAPSHOT_UNREADABLE'",
      QUARTER,
      'nothing is closed over a population',
    ],
    [
      'review: closed over what was read',
      'if ((await store.put({ ...review, closed: { at, by, pack } }, v)) === undefined)',
      'if ((await store.put({ ...review, closed: { at, by, pack } }, (await readReview(store, id)).v)) === undefined)',
      QUARTER,
      'a worksheet that comes in while it is being closed',
    ],
  ]),
  ...guardsOf('lib/review/verify.ts', [
    [
      'pack: every file against its hash',
      'else if ((await hashOf(body)) !== hash)',
      "else if (hash === '')",
      QUARTER,
      'one byte of ',
    ],
    [
      'pack: each night names the one before',
      'return previous.manifestSha256 === sha256(before.bytes)',
      "return previous.manifestSha256 !== ''",
      QUARTER,
      'the next night names the one before',
    ],
    [
      'pack: no night is left out',
      'if (previous?.date !== before.date)',
      'if (previous?.date === date)',
      QUARTER,
      'a night that was taken out',
    ],
    [
      'pack: the population of the frozen night',
      '&& hash === population.sha256',
      '',
      QUARTER,
      'the population with its hash made to fit',
    ],
    [
      'pack: nothing is put beside it',
      'filter((name) => !listed.has(name))',
      'filter(() => false)',
      QUARTER,
      'a file that is gone, and one that was put beside it',
    ],
  ]),
  ...guardsOf('lib/review/nights.ts', [
    [
      'pack: the files of each night against its manifest',
      'else if ((await hashOf(body)) !== sha256)',
      "else if (sha256 === '')",
      QUARTER,
      'one byte of ',
    ],
  ]),
];
