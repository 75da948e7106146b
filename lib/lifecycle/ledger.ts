import * as z from 'zod';
import { toIso } from '../time.ts';
import { ARMED_KINDS, ATTRIBUTES, EmploymentSchema, InstantSchema, LANES } from './event.ts';

/**
 * The items of the ledger, one schema each (docs/ARCHITECTURE.md, Ledger). Readers keep fields they do not know, so
 * that old and new code can run side by side; writers put whole items.
 */
export interface Key {
  pk: string;
  sk: string;
}
/** What is handed to the store; it adds `v` and `nonce`. */
export type Item = Key & {
  schema: number;
  ttl?: number | undefined;
  lane?: string | undefined;
  wakeAt?: number | undefined;
  [attribute: string]: unknown;
};
/** What comes back. */
export type Stored = Key & { v: number; nonce: string; schema: number } & Record<string, unknown>;

/** Keeps what a newer version wrote beside the known fields, so that this one writes it back; by its type nobody can name it. */
const item = <S extends z.ZodRawShape>(shape: S): z.ZodObject<S> => z.looseObject(shape);

const SCHEMA = 1;
const base = {
  pk: z.string(),
  sk: z.string(),
  v: z.int().optional(),
  nonce: z.string().optional(),
  schema: z.literal(SCHEMA),
  ttl: z.int().optional(),
};

/** One statement of one source: from `from` on, `value` holds. Instants in epoch milliseconds. */
export const SayingSchema = item({
  value: z.string().nullable(),
  /** The value is not kept, and null stands in its place: it is not known, and can be asked for. */
  withheld: z.literal(true).optional(),
  said: InstantSchema,
  from: InstantSchema,
  event: z.string(),
  until: InstantSchema.optional(),
  overrules: z.record(z.string(), InstantSchema).optional(),
});
export type Saying = z.infer<typeof SayingSchema>;

/** `access`: a grant as JSON, decided for this person alone. */
export const FACT_NAMES = [...ATTRIBUTES, 'employment', 'employeeId', 'access'] as const;
export type FactName = (typeof FACT_NAMES)[number];
type FactsOfSource = Partial<Record<FactName, Saying[]>>;
/** A newer version may know more names. */
const FactsOfSourceSchema: z.ZodType<FactsOfSource> = z.record(z.string(), z.array(SayingSchema));
export const FactsSchema = z.record(z.string(), FactsOfSourceSchema);
/** source → name → sayings, oldest first. */
export type Facts = z.infer<typeof FactsSchema>;
export { EmploymentSchema };

/** A recorded event that has no outcome yet. `from` in the future: its time has not come. */
export const OpenEventSchema = item({
  event: z.string(),
  received: z.string(),
  source: z.string(),
  kind: z.enum(['joiner', 'mover', 'leaver']),
  employment: EmploymentSchema.optional(),
  thin: z.literal(true).optional(),
  said: InstantSchema,
  from: InstantSchema,
  at: InstantSchema,
});
export type OpenEvent = z.infer<typeof OpenEventSchema>;

/** What Bitsight showed of an account, without the fields nobody here needs. */
export const AccountSchema = z.looseObject({
  guid: z.string(),
  email: z.string(),
  formalName: z.string().nullable(),
  friendlyName: z.string().nullable(),
  roles: z.array(z.string()),
  group: z.string().nullable(),
  groupName: z.string().nullable(),
  status: z.string().nullable(),
  contact: z.boolean(),
  apiToken: z.boolean(),
  features: z.record(z.string(), z.union([z.boolean(), z.string()])),
  lastLogin: z.string().nullable(),
});
export type Account = z.infer<typeof AccountSchema>;

/** What an account should be, field by field; an absent field is not ours to say. Groups by guid. */
export const WantedSchema = item({
  email: z.string().optional(),
  formalName: z.string().optional(),
  friendlyName: z.string().optional(),
  role: z.string().optional(),
  /** No further role may stand beside it; otherwise only roles of the same family are compared. */
  exactRole: z.boolean().optional(),
  group: z.string().optional(),
  features: z.record(z.string(), z.union([z.boolean(), z.string()])).optional(),
  contact: z.boolean().optional(),
  status: z.enum(['Activated', 'Deactivated']).optional(),
});
export type Wanted = z.infer<typeof WantedSchema>;

export const OPERATION_KINDS = ['create', 'update', 'restrict', 'delete'] as const;
/** The claim and the intent in one: who may act on this person until when, and what it is about to do. Instants of `startedAt` and `until` are wall time. */
export const OperationSchema = item({
  seq: z.int(),
  kind: z.enum(OPERATION_KINDS),
  /** Stays with the operation; `token` changes with each worker that takes it up. */
  id: z.string(),
  token: z.string(),
  factsV: z.int(),
  guid: z.string().optional(),
  before: AccountSchema.optional(),
  request: z.record(z.string(), z.unknown()),
  /** What the read-back must show. */
  wanted: WantedSchema,
  why: z.string(),
  /** `received` of the open events that this operation answers. */
  answers: z.array(z.string()),
  /** When it was decided, domain time: what came to hold since is not answered. */
  decidedAt: InstantSchema.optional(),
  /** Bitsight said yes; the proof is still missing. */
  acknowledged: z.boolean(),
  startedAt: InstantSchema,
  until: InstantSchema,
});
export type Operation = z.infer<typeof OperationSchema>;

export const HeldSchema = item({
  code: z.string(),
  names: z.array(z.string()),
  at: InstantSchema,
  /** The last batch the plan is, or was, a member of. */
  batch: z.string().optional(),
});
export type Held = z.infer<typeof HeldSchema>;

export const RESULTS = ['done', 'no-op', 'held', 'dead'] as const;
/** What became of accepted deliveries; published at least once under `id`. No personal data. */
export const OutcomeSchema = item({
  id: z.string(),
  pid: z.string().optional(),
  result: z.enum(RESULTS),
  /** What was done: created, changed, restricted, removed; absent where nothing was. */
  what: z.string().optional(),
  /** Why, as a stable code. */
  code: z.string(),
  names: z.array(z.string()).optional(),
  source: z.string(),
  event: z.string(),
  received: z.string(),
  kind: z.enum(['joiner', 'mover', 'leaver']).optional(),
  seq: z.int().optional(),
  /** Of a request: its ticket. */
  ticket: z.string().optional(),
  at: InstantSchema,
  /** From receipt, or from the instant from which it holds if that was later, to the proof; milliseconds. */
  tookMs: z.int().optional(),
});

/** An answer of the HR system of a source that nobody has asked for yet, or not got. */
export const OwedSchema = item({
  employeeId: z.string(),
  /** Of the last event that asks for it. */
  event: z.string(),
  received: z.string(),
  /** Not before. */
  at: InstantSchema,
  /** How often in a row it failed, and how often the HR system knew nobody. */
  failed: z.int(),
  unknown: z.int(),
});
export type Owed = z.infer<typeof OwedSchema>;

/** A request on a ticket that is not over, or whose end is still to be said there. */
export const TicketRequestSchema = item({
  source: z.string(),
  ticket: z.string(),
  event: z.string(),
  /** Nothing more will come of it. */
  over: z.boolean(),
  /** The code it last ended with. */
  said: z.string().optional(),
  /** What is to be said on the ticket, in a comment that bears `id`. */
  answer: item({
    id: z.string(),
    result: z.enum(RESULTS),
    code: z.string(),
    names: z.array(z.string()).optional(),
    what: z.string().optional(),
    at: InstantSchema,
    /** Of the next try, and how many failed. */
    next: InstantSchema,
    tries: z.int(),
    /** Somebody may be writing it; wall time. */
    until: InstantSchema.optional(),
  }).optional(),
});
export type TicketRequest = z.infer<typeof TicketRequestSchema>;
export type TicketAnswer = NonNullable<TicketRequest['answer']>;

/** What an account was granted before a leave of absence took it away. */
export const BeforeLeaveSchema = item({
  guid: z.string(),
  roles: z.array(z.string()),
  group: z.string().nullable(),
  /** Those that were on. */
  features: z.record(z.string(), z.union([z.boolean(), z.string()])),
  contact: z.boolean(),
});
export type BeforeLeave = z.infer<typeof BeforeLeaveSchema>;

export const PersonSchema = item({
  ...base,
  pid: z.string(),
  facts: FactsSchema,
  /** Counts recorded changes of facts; a plan is carried out only for the facts it was made from. */
  factsV: z.int(),
  open: z.array(OpenEventSchema),
  /** By source. */
  owed: z.record(z.string(), OwedSchema).optional(),
  /** Every normalised address the person has or had. */
  emails: z.array(z.string()),
  /** Addresses that the account is proven to have left; their alias stays. */
  left: z.array(z.string()).optional(),
  /** Keyed hashes of addresses that are not kept themselves. `asked`: the HR systems were asked for what was withheld. */
  withheld: item({ mail: z.array(z.string()), asked: z.literal(true).optional() }).optional(),
  /** When a person took addresses from here: forgotten, or given to somebody else. They were known once. */
  cleared: InstantSchema.optional(),
  guid: z.string().optional(),
  observed: AccountSchema.extend({ at: InstantSchema }).optional(),
  /** Since when we know of an account that was there before us: what it was granted is not judged. */
  adopted: item({ guid: z.string(), at: InstantSchema }).optional(),
  /** A POST was sent whose account was neither proven nor confirmed absent since. */
  posted: item({ at: InstantSchema }).optional(),
  /** When a mode with a grace time restricted the account. */
  restrictedAt: InstantSchema.optional(),
  beforeLeave: BeforeLeaveSchema.optional(),
  op: OperationSchema.optional(),
  seq: z.int(),
  held: HeldSchema.optional(),
  tries: item({ count: z.int(), code: z.string() }).optional(),
  outbox: z.array(OutcomeSchema),
  tickets: z.array(TicketRequestSchema).optional(),
  lane: z.enum(LANES),
  wakeAt: InstantSchema.optional(),
});
export type Person = z.infer<typeof PersonSchema>;

export const AliasSchema = item({
  ...base,
  pid: z.string(),
  since: InstantSchema,
  retiredAt: InstantSchema.optional(),
  freedAt: InstantSchema.optional(),
});
export type Alias = z.infer<typeof AliasSchema>;

export const SeenSchema = item({
  ...base,
  bodyHash: z.string(),
  received: z.string(),
  pid: z.string().optional(),
  outcome: z.string(),
  at: InstantSchema,
});
export type Seen = z.infer<typeof SeenSchema>;

/** The proof of one change. Names and addresses stand in `personal` alone, so that they can be removed. */
export const ReceiptSchema = item({
  ...base,
  pid: z.string(),
  seq: z.int(),
  /** Of the operation it proves: whoever takes that up again knows the receipt by it. */
  operation: z.string(),
  kind: z.enum([...OPERATION_KINDS, 'none']),
  what: z.string(),
  why: z.string(),
  before: z.record(z.string(), z.unknown()).nullable(),
  request: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()).nullable(),
  personal: z.record(z.string(), z.unknown()).optional(),
  events: z.array(z.string()),
  configHash: z.string(),
  startedAt: InstantSchema,
  provenAt: InstantSchema,
});
export type Receipt = z.infer<typeof ReceiptSchema>;

/** pausedUntil and `directories`, the same of one HR system by its source, in domain time. `failing`: failures in a row that no single person can mend, and whose the last one was. `armed`: kinds of change that are carried out; the others are only planned. */
export const GateSchema = item({
  ...base,
  pausedUntil: InstantSchema.optional(),
  directories: z.record(z.string(), InstantSchema).optional(),
  failing: item({ count: z.int(), last: z.string() }).optional(),
  stopped: z.boolean(),
  /** Kinds that a person stopped while the others go on. */
  stoppedOnly: z.array(z.enum(ARMED_KINDS)).optional(),
  armed: item({ joiners: z.boolean(), movers: z.boolean(), leavers: z.boolean() }),
  /** The one run that calls Bitsight beside the workers. */
  reader: item({ id: z.string(), until: InstantSchema }).optional(),
});
export type Gate = z.infer<typeof GateSchema>;

/** Which operation may take the Admin role from somebody, until when (wall time) nobody else may. */
export const AdminsLeaseSchema = item({ ...base, pid: z.string(), operation: z.string(), until: InstantSchema });
export type AdminsLease = z.infer<typeof AdminsLeaseSchema>;

export const NightSchema = item({
  ...base,
  runId: z.string(),
  owner: z.string(),
  until: InstantSchema,
  stage: z.enum(['reading', 'published', 'failed']),
  previous: z.string().optional(),
  manifest: z.string().optional(),
});
export type Night = z.infer<typeof NightSchema>;

export const PERIODS = ['hour', 'day', 'month'] as const;
export type Period = (typeof PERIODS)[number];
/** Who was counted in the present hour, day or month (UTC): sets bounded by their limit, so that counting twice is counting once. */
export const WindowsSchema = item({
  ...base,
  periods: z.partialRecord(z.enum(PERIODS), item({ of: z.string(), members: z.array(z.string()) })),
  /** The batch that everything further joined since the last time a limit was passed. */
  batch: z.string().optional(),
});
export type Windows = z.infer<typeof WindowsSchema>;

/** How many people have an account, as the last complete snapshot or the adoption counted them. */
export const PopulationSchema = item({
  ...base,
  people: z.int(),
  from: z.enum(['snapshot', 'adopted']),
  at: InstantSchema,
});

/** The exceptions of the configuration as they were last told: who is not among them any more has ended. `open`: being told since `at`. */
export const ToldExceptionsSchema = z.object({
  ...base,
  told: z.array(
    z.object({ email: z.string(), hash: z.string(), at: InstantSchema.default(0), open: z.boolean().default(false) }),
  ),
});

export type Population = z.infer<typeof PopulationSchema>;

export const BATCH_STATUSES = ['open', 'approved', 'rejected'] as const;
/** What a blown fuse holds until a person decides. */
export const BatchSchema = item({
  ...base,
  id: z.string(),
  source: z.string(),
  kind: z.enum(['offboardings', 'raises', 'changes', 'creations']),
  status: z.enum(BATCH_STATUSES),
  /** The number of the last member that joined. */
  n: z.int(),
  at: InstantSchema,
  /** When the decision is over. */
  until: InstantSchema.optional(),
  /** The last member that the person who decided had seen. */
  upTo: z.int().optional(),
  by: z.string().optional(),
  /** Where two people have to approve: what the first of them saw. */
  proposed: z.object({ by: z.string(), upTo: z.int() }).optional(),
  /** The last member that was woken since. */
  woken: z.int().optional(),
  lane: z.literal('held').optional(),
  wakeAt: InstantSchema.optional(),
});
export type Batch = z.infer<typeof BatchSchema>;
export const BatchMemberSchema = item({
  ...base,
  pid: z.string(),
  planHash: z.string(),
  /** The version of the person that the plan was made of. */
  madeOf: z.int().default(0),
  n: z.int(),
  at: InstantSchema,
});
export type BatchMember = z.infer<typeof BatchMemberSchema>;
const TakenRosterSchema = item({
  /** SHA-256, hex; the statement lies in the archive under it. */
  id: z.string(),
  /** The day it speaks for (YYYY-MM-DD), and the instant at which its words count as said. */
  day: z.string(),
  said: InstantSchema,
  people: z.int(),
  at: InstantSchema,
});
/** The last complete roster of a source, and the one that is being told: so many of its events were sent. */
export const RosterSchema = item({
  ...base,
  source: z.string(),
  taken: TakenRosterSchema.optional(),
  telling: TakenRosterSchema.extend({ sent: z.int() }).optional(),
});
export type RosterItem = z.infer<typeof RosterSchema>;
export type TakenRoster = z.infer<typeof TakenRosterSchema>;

/** What a person decided with a command: who the credentials say it was, in their own words, and what it was about. */
export const DecisionSchema = z.object({
  ...base,
  what: z.string(),
  about: z.record(z.string(), z.unknown()),
  who: z.string(),
  comment: z.string().optional(),
  configHash: z.string(),
  at: InstantSchema,
});
export type Decision = z.infer<typeof DecisionSchema>;

/** A change that would be made if its kind were armed. */
export const PlannedSchema = z.object({
  ...base,
  pid: z.string(),
  plan: z.object({
    kind: z.enum(OPERATION_KINDS),
    wanted: WantedSchema,
    request: z.record(z.string(), z.unknown()),
    /** The account as it was; absent where there is none. */
    before: AccountSchema.optional(),
  }),
  why: z.string(),
  at: InstantSchema,
});
export type Planned = z.infer<typeof PlannedSchema>;
/** An access review over one frozen night. Its rows lie in the archive under `frozen`, the SHA-256 of what they were. */
export const ReviewSchema = item({
  ...base,
  id: z.string(),
  night: item({ date: z.string(), manifest: z.string(), startedAt: InstantSchema }),
  frozen: z.string(),
  rows: z.int(),
  at: InstantSchema,
  /** Worksheets that were taken in: who closes it has seen so many. */
  taken: z.int(),
  /** `pack`: SHA-256 of the list of hashes in the evidence pack. */
  closed: item({ at: InstantSchema, by: z.string(), pack: z.string() }).optional(),
});
export type ReviewItem = z.infer<typeof ReviewSchema>;

export const VERDICTS = ['keep', 'revoke', 'change'] as const;
/** What a reviewer decided over one row, and what the workers were told of it. */
export const ReviewRowSchema = item({
  ...base,
  n: z.int(),
  verdict: z.enum(VERDICTS),
  /** Slug; of `change` alone. */
  role: z.string().optional(),
  note: z.string().optional(),
  /** As the worksheet says it. */
  reviewer: z.string(),
  /** SHA-256 of the file it stood in. */
  worksheet: z.string(),
  at: InstantSchema,
  told: item({ what: z.string(), event: z.string(), pid: z.string(), at: InstantSchema, turn: z.int() }).optional(),
});
export type ReviewRow = z.infer<typeof ReviewRowSchema>;

/** Every key of the ledger is made here. */
export const keys = {
  person: (pid: string): Key => ({ pk: `P#${pid}`, sk: 'P' }),
  receipt: (pid: string, seq: number): Key => ({
    pk: `P#${pid}`,
    sk: `R#${String(seq).padStart(8, '0')}`,
  }),
  plan: (pid: string, date: string, planHash: string): Key => ({
    pk: `P#${pid}`,
    sk: `L#${date}#${planHash}`,
  }),
  employee: (source: string, employeeId: string): Key => ({
    pk: `A#${source}#${employeeId}`,
    sk: 'A',
  }),
  mail: (hash: string): Key => ({ pk: `A#mail#${hash}`, sk: 'A' }),
  seen: (event: string): Key => ({ pk: `S#${event}`, sk: 'S' }),
  fuse: (source: string, kind: string): Key => ({ pk: `W#${source}#${kind}`, sk: 'W' }),
  creations: (): Key => ({ pk: 'W#creations', sk: 'W' }),
  batch: (id: string): Key => ({ pk: `B#${id}`, sk: 'B' }),
  member: (id: string, pid: string): Key => ({ pk: `B#${id}`, sk: `M#${pid}` }),
  review: (id: string): Key => ({ pk: `V#${id}`, sk: 'V' }),
  reviewRow: (id: string, n: number): Key => ({
    pk: `V#${id}`,
    sk: `M#${String(n).padStart(8, '0')}`,
  }),
  roster: (source: string): Key => ({ pk: `O#${source}`, sk: 'O' }),
  gate: (): Key => ({ pk: 'G', sk: 'G' }),
  decision: (at: number, id: string): Key => ({ pk: 'D', sk: `${toIso(at)}#${id}` }),
  exceptions: (): Key => ({ pk: 'G', sk: 'exceptions' }),
  population: (): Key => ({ pk: 'G', sk: 'population' }),
  adminsLease: (): Key => ({ pk: 'G', sk: 'admins' }),
  told: (message: string): Key => ({ pk: `T#${message}`, sk: 'T' }),
  night: (date: string): Key => ({ pk: `N#${date}`, sk: 'N' }),
};
