import * as z from 'zod';

/** What rules, accounts and reports may know of a person. `null` says: known to have none. */
export const ATTRIBUTES = [
  'email',
  'firstName',
  'lastName',
  'displayName',
  'department',
  'division',
  'jobTitle',
  'location',
  'costCentre',
  'employmentType',
  'managerEmail',
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** Instants are epoch milliseconds everywhere inside; they become ISO 8601 at the borders. */
export const InstantSchema = z.int().nonnegative();

/**
 * `suspended`: on leave of absence; `resumed`: back from it, but never from an end, as `active` is. `ended-now` is an
 * involuntary end; `stays` calls off an end that still lies in the future.
 */
export const EmploymentSchema = z.enum(['active', 'suspended', 'resumed', 'ended', 'ended-now', 'stays']);
export type Employment = z.infer<typeof EmploymentSchema>;

/** Access to Bitsight: exactly one role, one group by name or guid, features by slug. */
export const GrantSchema = z.strictObject({
  role: z
    .string({ error: ({ input }) => (Array.isArray(input) ? 'name one role, the API takes no more' : undefined) })
    .regex(/^[a-z][a-z0-9_]*$/, 'a role slug such as customer_user'),
  group: z.string().min(1).optional(),
  features: z
    .record(z.string(), z.union([z.boolean(), z.string()], { error: 'write true, false or a text' }))
    .default({}),
  contact: z.boolean().optional(),
});
export type Grant = z.infer<typeof GrantSchema>;

const AttributesSchema = z.partialRecord(z.enum(ATTRIBUTES), z.string().max(1000).nullable());

/**
 * What one delivery means, in one shape whatever the sender.
 *
 * `id` is the same for every redelivery; `received` is new for every acceptance at the door, so that each accepted
 * delivery can be followed to its own end.
 */
export const LifecycleEventSchema = z.object({
  schema: z.literal(1),
  id: z.string().min(1).max(300),
  received: z.string().min(1).max(100),
  receivedAt: InstantSchema,
  source: z.string().min(1).max(64),
  /** SHA-256 of the raw body, hex. */
  bodyHash: z.string().length(64),
  /** Whether `id` rests on an id of the sender, or on the body alone. */
  idFrom: z.enum(['sender', 'body']),
  kind: z.enum(['joiner', 'mover', 'leaver']),
  /** As the source knows the person; at least one of employeeId and the attribute `email`. */
  employeeId: z.string().min(1).max(200).optional(),
  said: InstantSchema,
  /** From when it holds. After `said`: it lies in the future. */
  from: InstantSchema,
  /** Always set by joiners and leavers; by movers only where the sender said it. */
  employment: EmploymentSchema.optional(),
  attributes: AttributesSchema,
  /**
   * The sender says that something changed, not what: its HR system has to be asked (port Directory). `employeeId` is
   * set; `employment` only where the kind of the event says it beyond doubt.
   */
  thin: z.literal(true).optional(),
  /** Of a thin event: when that system shows what it announced; absent: at once. */
  askFrom: InstantSchema.optional(),
  /** Decided for this person, whatever the rules give; null: no longer. */
  access: GrantSchema.nullable().optional(),
  /** Of a request: its ticket, as the system of the source names it. */
  ticket: z.string().min(1).max(200).optional(),
  /** Of the source `operator` alone: whom a person meant, where an address is not known. */
  pid: z.string().min(1).optional(),
  /** Until when it holds; absent: until something else is said. */
  until: InstantSchema.optional(),
  /**
   * Of the source `operator` alone: the sources whose word was overruled, each with the time of its last word that was
   * known. The decision is over as soon as one of them says something else later, by its own clock.
   */
  overrules: z.record(z.string(), InstantSchema).optional(),
});
export type LifecycleEvent = z.infer<typeof LifecycleEventSchema>;

/** What the lanes carry: a lifecycle event, or the wish to look at a person again. */
export const LaneMessageSchema = z.discriminatedUnion('type', [
  z.object({ schema: z.literal(1), type: z.literal('event'), event: LifecycleEventSchema }),
  z.object({
    schema: z.literal(1),
    type: z.literal('wake'),
    pid: z.string().min(1),
    /** Only while a look at the person is still due: said twice, it costs no second look. */
    due: z.literal(true).optional(),
  }),
]);
export type LaneMessage = z.infer<typeof LaneMessageSchema>;

/** Kinds of change, as people arm, stop and freeze them. */
export const ARMED_KINDS = ['joiners', 'movers', 'leavers'] as const;
export type ArmedKind = (typeof ARMED_KINDS)[number];

export const LANES = ['urgent', 'normal'] as const;
export type Lane = (typeof LANES)[number];

/**
 * Whatever may take access away goes the urgent way: a suspension is often said of somebody under investigation, and a
 * change that does not say of what may be an end.
 */
export function laneOf({
  kind,
  employment,
  thin,
  access,
}: Pick<LifecycleEvent, 'kind' | 'employment' | 'thin' | 'access'>): Lane {
  const mayEnd = kind === 'leaver' || access === null || (thin === true && kind === 'mover');
  return mayEnd || employment === 'suspended' ? 'urgent' : 'normal';
}
