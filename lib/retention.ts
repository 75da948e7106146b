/**
 * What is kept of people, where, why and for how long: the one place. Code and stack take their days from here, and
 * docs/data.md is made of it.
 */
interface Kept {
  what: string;
  where: string;
  why: string;
  /** Days; null: until somebody ends it, as `ends` says. */
  days: number | null;
  ends?: string;
}

export const RETENTION = {
  person: {
    what: 'what each source said of a person, e-mail addresses, the account as last seen',
    where: 'ledger: person, aliases',
    why: 'to decide what they should have, and to know them again',
    days: null,
    ends: '`npm run ops -- forget <person>`: what proof needs stays, without names and addresses',
  },
  withheld: {
    what: 'of whom no rule gives anything, or who has left, no account was ever known and every source can be asked: employee id, employment, what rules read, keyed hashes of addresses; no name and no address',
    where: 'ledger: person',
    why: 'to know them again, and to find their account when they leave',
    days: null,
    ends: '`forget`',
  },
  receipt: {
    what: 'before, request and after of each change',
    where: 'ledger: receipts',
    why: 'proof',
    days: null,
    ends: '`forget` takes the map `personal` out; role, group, times and hashes stay',
  },
  plan: { what: 'changes that were only planned', where: 'ledger: plans', why: 'to look at before arming', days: 30 },
  seen: {
    what: 'ids of deliveries; no person',
    where: 'ledger: seen',
    why: 'redeliveries: no sender repeats for longer',
    days: 14,
  },
  told: {
    what: 'that people on duty were told: names of batches, days, weeks; no person',
    where: 'ledger: told',
    why: 'nobody is told twice',
    days: 400,
  },
  message: {
    what: 'messages to people on duty: numbers and names of batches; addresses only with `notify.names`',
    where: 'the mailboxes and channels of `notify`',
    why: 'somebody has to decide',
    days: null,
    ends: 'as you keep mail and chat; what could not be mailed lies in SQS, encrypted, for 14 days',
  },
  lane: { what: 'lifecycle events on their way', where: 'SQS lanes, encrypted', why: 'work', days: 4 },
  deadLetters: { what: 'what no worker could do', where: 'SQS dead letters, encrypted', why: 'replay', days: 14 },
  capture: {
    what: 'raw deliveries of a source with `capture.until`, refused ones too',
    where: 'bucket: `capture/`, encrypted',
    why: 'to work out a mapping or a key',
    days: 7,
  },
  night: {
    what: 'all users of Bitsight: the list, its changes, the review',
    where: 'bucket: `nights/`, encrypted',
    why: 'evidence; yesterday is what today is compared with',
    days: null,
    ends: '`night.keepDays` days after the night',
  },
  roster: {
    what: 'rosters as they came, and what was read in them',
    where: 'bucket: `roster/`, encrypted',
    why: 'the next one is compared with the last',
    days: null,
    ends: 'by hand; the last one of each source is needed',
  },
  review: {
    what: 'worksheets, decisions and evidence of access reviews',
    where: 'bucket: `review/`, ledger: reviews',
    why: 'evidence',
    days: null,
    ends: 'by hand, once no auditor asks any more',
  },
  oldVersion: {
    what: 'earlier versions of all objects of the bucket',
    where: 'bucket, encrypted',
    why: 'mistakes and tampering can be undone',
    days: 90,
  },
  log: {
    what: 'ids, hashes, codes, counts: no name, address or body',
    where: 'CloudWatch logs of functions and API',
    why: 'to find out what happened',
    days: 90,
  },
  bucketLog: { what: 'who read which object', where: 'bucket of access logs', why: 'evidence', days: 365 },
} as const satisfies Record<string, Kept>;
