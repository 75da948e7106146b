import * as z from 'zod';
import { ARMED_KINDS, ATTRIBUTES, GrantSchema } from '../lifecycle/event.ts';
import { isTimeZone } from '../time.ts';
import { AuthSchema } from '../webhooks/dialect.ts';
import { HANDSHAKES } from '../webhooks/handshake.ts';
import { ProvenSchema } from './capabilities.ts';
import { mappingSettings } from './mapping.ts';

/**
 * The configuration: plain data, one file (`lifecycle.config.ts`), one tenant. Secrets are named here, never written.
 * docs/configuration.md says each setting in a line.
 */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and hyphens, at most 40');
const secretName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9/_-]{0,99}$/, 'use letters, digits, slashes, hyphens and underscores');
const email = z.email();
const timeZone = z.string().refine(isTimeZone, 'not an IANA time zone such as Europe/Berlin');
const attribute = z.enum(ATTRIBUTES);

/** All attributes named must have one of the values (compared trimmed and without regard to case). */
export const RuleSchema = z.strictObject({
  name: z.string().min(1),
  when: z.partialRecord(
    attribute,
    z.union([z.string(), z.array(z.string()).min(1), z.strictObject({ not: z.array(z.string()).min(1) })], {
      error: 'write a value, a list of values, or { not: [...] }',
    }),
  ),
  grant: GrantSchema,
});
export type Rule = z.infer<typeof RuleSchema>;

/** The orders of day, month and year that a roster may have its dates in. */
export const DATE_ORDERS = ['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY'] as const;

const sourceBase = {
  /** Zone of dates that come without one. */
  timeZone: timeZone.default('UTC'),
  /** Whether hires and terminations of this source count. */
  employment: z.boolean().default(true),
};
const webhookBase = {
  /** Name of the secret that the sender signs with, or sends. */
  secret: secretName,
  /** How far a signed time may be off, both ways, seconds; null: not checked. */
  toleranceSeconds: z
    .int()
    .min(1)
    .max(7 * 86_400)
    .nullable()
    .optional(),
  /** How the sender looks whether anybody is there; absent: nothing but deliveries is answered. */
  handshake: z.enum(HANDSHAKES).optional(),
  ...sourceBase,
};
export const SourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('standard-webhooks'),
    ...webhookBase,
    /** How the sender shows who it is: a dialect by name, or one that is declared (docs/sources/dialects.md). */
    auth: AuthSchema.default('standard-webhooks'),
  }),
  z.strictObject({
    kind: z.literal('bamboohr'),
    ...webhookBase,
    auth: AuthSchema.default('bamboohr'),
    /** Attribute → label or alias of the field as the BambooHR webhook sends it; merged over the usual ones. */
    fields: z
      .partialRecord(z.enum([...ATTRIBUTES, 'employeeId', 'status', 'hireDate', 'terminationDate']), z.string())
      .default({}),
    /** What the status or the employment status of somebody on leave of absence reads. */
    onLeave: z.array(z.string().min(1)).default([]),
  }),
  /** Any other system (docs/sources/mapping.md). */
  z.strictObject({ kind: z.literal('mapping'), ...webhookBase, auth: AuthSchema, ...mappingSettings }),
  /** A complete statement of who is employed, as a file (docs/sources/roster.md). */
  z.strictObject({
    kind: z.literal('roster'),
    ...sourceBase,
    /** Attribute → title of its column; the usual titles need no entry. */
    fields: z
      .partialRecord(z.enum([...ATTRIBUTES, 'employeeId', 'status', 'startDate', 'endDate']), z.string().min(1))
      .default({}),
    /** Words of the status column that mean gone, besides the usual ones. */
    ended: z.array(z.string().min(1)).default([]),
    /** How days are written; one that begins with the year is read under each. */
    dates: z.enum(DATE_ORDERS).default('YYYY-MM-DD'),
    /** Share of the people that may be gone since the last roster before the file is refused. */
    implausibleShare: z.number().gt(0).max(1).default(0.3),
  }),
]);
export type SourceConfig = z.infer<typeof SourceSchema>;
export type RosterSource = Extract<SourceConfig, { kind: 'roster' }>;
/** Sources that send to the door. */
export type WebhookSource = Exclude<SourceConfig, RosterSource>;

const OffboardingSchema = z
  .strictObject({
    /** `deactivate` only where the probe proved it. */
    mode: z.enum(['restrict', 'delete', 'restrict-then-delete', 'deactivate']),
    /** The least role of the tenant, for restricted accounts. */
    leastRole: z.string().default('customer_user'),
    /** A group that sees no company, by name or guid; needed to restrict. */
    parkingGroup: z.string().optional(),
    /** Days between restricting and deleting. */
    graceDays: z.int().min(1).max(365).default(30),
    /** Days by which an end may lie before it was said and still be carried out unasked. */
    oldestEndDays: z.int().min(1).max(36_500).default(90),
  })
  .refine((o) => o.mode === 'delete' || o.mode === 'deactivate' || o.parkingGroup !== undefined, {
    path: ['parkingGroup'],
    error: 'name a group that sees no company: restricting needs one',
  });

interface Limit {
  count: number;
  share: number | null;
}
/** More people do not fit into the one item of the ledger that counts them. */
const MOST_COUNTED = 5000;
/** People, null: any number; the share is one of all who have an account (0.1: ten per cent), null: count alone. */
const limit = ({ count, share }: Limit) =>
  z
    .strictObject({
      count: z.int().min(0).max(MOST_COUNTED).nullable().default(count),
      share: z.number().gt(0).max(1).nullable().default(share),
    })
    .prefault({});
const budget = (hour: Limit, day: Limit) => z.strictObject({ hour: limit(hour), day: limit(day) }).prefault({});

/** Whom one source may have changed before a person is asked. The smaller of count and share holds, a share for at least 3. */
const FuseSchema = z
  .strictObject({
    /** A batch is released only by two people. */
    secondPerson: z.boolean().default(false),
    offboardings: budget({ count: 5, share: 0.1 }, { count: 10, share: 0.2 }),
    raises: budget({ count: 5, share: 0.1 }, { count: 10, share: 0.2 }),
    changes: budget({ count: 50, share: 0.5 }, { count: 100, share: 1 }),
    creations: budget({ count: 50, share: null }, { count: 100, share: null }),
  })
  .prefault({});

/** What stands in the file. */
export const ConfigFileSchema = z.strictObject({
  company: z.string().min(1).max(100),
  tenant: id.default('default'),
  bitsight: z
    .strictObject({
      baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.bitsighttech.com'),
      tokenSecret: secretName.default('bitsight-api-token'),
      /** Deadline of one call, milliseconds. */
      timeoutMs: z.int().min(1000).max(30_000).default(10_000),
      /** How long Bitsight may take until a read shows a write, milliseconds. */
      settleMs: z.int().min(0).max(60_000).default(5000),
      /** Accounts that may be made in a calendar month (UTC). Bitsight's help pages say 300, not what a month is; null: no limit. */
      monthlyCreations: z.int().min(1).max(5000).nullable().default(300),
    })
    .prefault({}),
  sources: z
    .record(
      id.refine((name) => !['operator', 'mail', 'ledger'].includes(name), 'this name is taken by the software itself'),
      SourceSchema,
    )
    .default({}),
  /** Which source is believed first where several say an attribute. Sources that are not named come last, in order of name. */
  authority: z.array(id).default([]),
  policy: z
    .strictObject({
      rules: z.array(RuleSchema).default([]),
      /** What becomes of an account whose owner no rule matches any more. */
      noMatch: z.enum(['keep', 'restrict', 'offboard']).default('keep'),
    })
    .prefault({}),
  offboarding: OffboardingSchema.optional(),
  /** What becomes of an account while its owner is on leave of absence. */
  leaveOfAbsence: z.enum(['keep', 'restrict']).default('keep'),
  fuse: FuseSchema,
  /** Days on which nothing is changed but what is excepted; it waits, and is done afterwards. Days of `night.timeZone`, both included. */
  freeze: z
    .array(
      z.strictObject({
        from: z.iso.date(),
        to: z.iso.date(),
        except: z.array(z.enum(ARMED_KINDS)).default(['leavers']),
      }),
    )
    .default([]),
  signIn: z.enum(['password', 'saml', 'saml-jit']).default('password'),
  /** Fields that this software writes; the others belong to the identity provider and are only reported. */
  owns: z
    .strictObject({
      role: z.boolean().default(true),
      group: z.boolean().default(true),
      features: z.boolean().default(true),
    })
    .prefault({}),
  /** People whom HR does not know, such as partners and auditors. Each ends at the end of its last day; who is removed here ends at once. */
  exceptions: z
    .array(
      z.strictObject({
        email,
        why: z.string().min(1),
        /** Who answers for it. */
        owner: email,
        /** The last day, at most a year ahead; a day of `night.timeZone`. */
        until: z.iso.date(),
        /** What they get; absent: they keep the account they have. */
        access: GrantSchema.optional(),
        /** For the account, where one is to be made. */
        name: z.string().min(1).optional(),
      }),
    )
    .default([]),
  /** Accounts that are never touched: break-glass, service accounts. */
  protected: z.array(email).default([]),
  /** Example people: attributes and the rule that must match them (null: none). Executed by every test, start and synth. */
  examples: z
    .array(
      z.strictObject({
        attributes: z.partialRecord(attribute, z.string().nullable()),
        rule: z.string().nullable(),
      }),
    )
    .default([]),
  night: z
    .strictObject({
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 04:30')
        .default('04:30'),
      timeZone: timeZone.default('UTC'),
      /** Days without a log-in after which an account counts as dormant. */
      dormantDays: z.int().min(1).default(90),
      /** Share of the accounts that may be gone since the last night before the change is an alarm and not a fact. */
      implausibleShare: z.number().gt(0).max(1).default(0.3),
    })
    .prefault({}),
  features: z.strictObject({ webhooks: z.boolean().default(true) }).prefault({}),
});
/** What the functions read. Nobody writes `capabilities`: it comes out of the file beside the configuration, since a proof is made and not claimed. */
export const ConfigSchema = ConfigFileSchema.extend({ capabilities: ProvenSchema.optional() });
export type Config = z.infer<typeof ConfigSchema>;
export type ConfigInput = z.input<typeof ConfigFileSchema>;
