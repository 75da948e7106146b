import { guardsOf } from './guard.ts';

const MASS = 'faults/e-mass';

/** How much may happen without anybody looking. */
export const BUDGETS = [
  ...guardsOf('lib/lifecycle/permit.ts', [
    [
      'fuse',
      'return heldByFuse(lifecycle, person, plan, account);',
      'return undefined;',
      MASS,
      'fault 56: five lose access, everybody else waits',
      'soak',
    ],
  ]),
  ...guardsOf('lib/lifecycle/fuse.ts', [
    [
      'batch: who waits in one has no other budget',
      'if (decision !== undefined) return held(',
      "if (decision === 'rejected') return held(",
      MASS,
      'stays one whatever another source says',
    ],
    [
      'batch: the person knows of it before it is joined',
      'const v = await noteBatch(store, noted, batch, now);',
      'const v: number | undefined = noted.v;',
      MASS,
      'although the worker was killed in the moment of joining',
    ],
    [
      'fuse: who grants a role has not decided that they go',
      " && (kind === 'leaver') === (budget === 'offboardings')",
      '',
      MASS,
      'and not when one grants them a role',
    ],
    [
      'fuse: count',
      'Math.min(count ?? Infinity, part ?? Infinity)',
      'part ?? Infinity',
      MASS,
      'fault 56: five lose access, everybody else waits',
      'soak',
    ],
    [
      'fuse: share',
      'Math.min(count ?? Infinity, part ?? Infinity)',
      'count ?? Infinity',
      MASS,
      'a share alone still limits',
    ],
    [
      'fuse: a share never counts for less than three',
      'Math.max(LEAST_SHARE, Math.floor(share * people))',
      'Math.floor(share * people)',
      MASS,
      'ten per cent are fewer than three',
    ],
    [
      'fuse: blown stays blown',
      'isInside = hasRoom && (latest.batch === closed || counted === latest);',
      'isInside = hasRoom;',
      MASS,
      'fault 56: a blown fuse stays blown',
      'soak',
    ],
    [
      'fuse: an approval asks for nothing else',
      '.filter(({ event }) => !isApproval(event))',
      '',
      MASS,
      'an approval covers what was seen and nothing that joined later',
    ],
  ]),
  ...guardsOf('lib/lifecycle/windows.ts', [
    [
      'fuse: a person counts once',
      'known.includes(member) ? known : [...known, member]',
      '[...known, member]',
      'lib/lifecycle/windows',
      'who came before comes again without a second place',
      'soak',
    ],
  ]),
  ...guardsOf('lib/lifecycle/batch.ts', [
    [
      'batch: the plan that was seen',
      ' && member.planHash === planHash',
      '',
      MASS,
      'an approval covers the plan that was seen and no other',
    ],
    [
      'batch: as far as was seen',
      ' && member.n <= upTo',
      '',
      MASS,
      'an approval covers what was seen and nothing that joined later',
    ],
    [
      'batch: a decision expires',
      '(!isOpen && (batch.until ?? 0) <= now)',
      'false',
      MASS,
      'an approval that is over carries out nothing',
    ],
    [
      'batch: decided once',
      "if (batch.status !== 'open') throw",
      'if (batch.status === undefined) throw',
      MASS,
      'a batch is decided once',
    ],
    [
      'batch: an older plan does not take the place of a later one',
      ' || known.madeOf > madeOf',
      '',
      'lib/lifecycle/batch',
      'of two plans that join at once',
      'soak',
    ],
    [
      'batch: a later plan that was written over is written anew',
      "if ((await store.put(member, known?.v ?? 'absent')) === undefined) continue;",
      "await store.put(member, known?.v ?? 'absent');",
      'lib/lifecycle/batch',
      'a plan of later facts that is written over',
    ],
    [
      'batch: who joins at the moment of the decision is no member of it',
      "return (await readBatch(store, id))?.status === 'open'; // closed meanwhile",
      'return true; // closed meanwhile',
      'lib/lifecycle/batch',
      'who gets a number and is then overtaken by the decision',
      'soak',
    ],
    [
      'batch: nobody joins a closed one',
      "if (status !== 'open') return false;",
      '',
      'lib/lifecycle/batch',
      'nobody joins a batch that was decided',
      'soak',
    ],
  ]),
  ...guardsOf('lib/lifecycle/batch-sweep.ts', [
    [
      'batch: an approval comes to members only',
      ' || person.held?.batch !== batch.id) return undefined',
      ') return undefined',
      'lib/lifecycle/batch',
      'an approval does not come to a member who was settled otherwise',
    ],
  ]),
  ...guardsOf('lib/lifecycle/creations.ts', [
    [
      'quota: creations of a month',
      'if (!members.includes(member)) throw',
      'if (members.length < 0) throw',
      'lib/lifecycle/creations',
      'fault 20: who comes after the last creation of a month',
    ],
    [
      'quota: active accounts',
      "if (typeof left === 'number' && left <= 0) throw",
      "if (typeof left === 'number' && left < -1) throw",
      'lib/lifecycle/creations',
      'fault 20: no account is asked for where no further one may be active',
    ],
  ]),
];
