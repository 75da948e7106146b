import * as z from 'zod';
import { TIMESTAMP_FORMATS } from './timestamp.ts';

/**
 * How one kind of sender shows who it is, as data: the verifier is the same for all. docs/sources/dialects.md lists
 * them. Functions, since every cold start loads this and few configurations declare a dialect.
 */
const header = () =>
  z
    .string()
    .toLowerCase()
    .regex(/^[a-z0-9_-]{1,80}$/, 'the name of a header');
const prefix = () => z.string().max(40).optional();
const toleranceSeconds = () =>
  z
    .int()
    .min(1)
    .max(7 * 86_400);
/** What is not certain about the dialect, in a sentence. */
const uncertain = () => z.string().optional();
const oneOrMore = <S extends z.ZodType>(schema: S) => z.union([schema, z.array(schema).min(1)]);

/** What may be signed besides literal text: the raw body, the method and the address as they came, and headers. */
const PLACEHOLDER = /\{([^{}]*)\}/g;
const KNOWN = /^(id|timestamp|body|method|url|header:[a-z0-9_-]{1,80})$/;

/** A signature over the body. */
const hmacSchema = () =>
  z
    .strictObject({
      scheme: z.literal('hmac'),
      algorithm: z.enum(['sha256', 'sha512']),
      /** How the bytes of the key are made from the text of the secret; `published`: test values that are no secret. */
      key: z.strictObject({
        encoding: z.enum(['utf8', 'base64', 'hex']),
        prefix: prefix(),
        published: z.array(z.string()).optional(),
      }),
      /** Text with `{body}` and, where they are signed, `{id}`, `{timestamp}`, `{method}`, `{url}`, `{header:name}`. */
      signed: z.string().max(500),
      /** `prefix` stands before each signature, `separator` between several. `sign` writes the first encoding. */
      signature: z.strictObject({
        header: header(),
        encoding: oneOrMore(z.enum(['hex', 'base64', 'base64url'])),
        prefix: prefix(),
        separator: z.string().min(1).max(5).optional(),
      }),
      id: z.strictObject({ header: header() }).optional(),
      /** The formats accepted, and how far the time may be off, both ways, unless the source says otherwise. */
      timestamp: z
        .strictObject({
          header: header(),
          format: oneOrMore(z.enum(TIMESTAMP_FORMATS)),
          toleranceSeconds: toleranceSeconds(),
        })
        .optional(),
      uncertain: uncertain(),
    })
    .superRefine(({ signed, id, timestamp }, context) => {
      const named = [...signed.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
      const says = (message: string) => context.addIssue({ code: 'custom', path: ['signed'], message });
      if (signed.replaceAll(PLACEHOLDER, '').match(/[{}]/) || !named.every((name) => KNOWN.test(name)))
        says('has a placeholder that nobody knows: {body}, {id}, {timestamp}, {method}, {url}, {header:x-name}');
      if (named.filter((name) => name === 'body').length !== 1)
        says('must have {body} once: else anybody could change it');
      // a header that is not signed can be set by whoever repeats a delivery
      if (named.includes('id') !== (id !== undefined))
        says('must have {id} where `id` names its header, and only there');
      if (named.includes('timestamp') !== (timestamp !== undefined))
        says('must have {timestamp} where `timestamp` names its header, and only there');
    });

/** The secret itself in a header: verbatim, behind a prefix, or in base64 (Basic, whose secret is `user:password`). */
const staticSchema = () =>
  z.strictObject({
    scheme: z.literal('static'),
    header: header(),
    prefix: prefix(),
    encoding: z.enum(['verbatim', 'base64']).default('verbatim'),
    uncertain: uncertain(),
  });

/** A token that is signed with the secret (HS256). It does not cover the body. */
const jwtSchema = () =>
  z.strictObject({
    scheme: z.literal('jwt'),
    header: header(),
    prefix: prefix(),
    /** What the token must say, besides when it ends. */
    issuer: z.string().optional(),
    audience: z.string().optional(),
    /** By how much the two clocks may differ. */
    toleranceSeconds: toleranceSeconds(),
    uncertain: uncertain(),
  });

export const DialectSchema = z.lazy(() => z.discriminatedUnion('scheme', [hmacSchema(), staticSchema(), jwtSchema()]));
export type Dialect = z.infer<typeof DialectSchema>;
export type DialectInput = z.input<typeof DialectSchema>;
export type HmacDialect = Extract<Dialect, { scheme: 'hmac' }>;
export type StaticDialect = Extract<Dialect, { scheme: 'static' }>;
export type JwtDialect = Extract<Dialect, { scheme: 'jwt' }>;

export const DIALECT_NAMES = [
  'standard-webhooks',
  'svix',
  'bamboohr',
  'hibob',
  'jira',
  'jira-oauth',
  'github',
  'zendesk',
  'okta',
  'authorization',
  'bearer',
  'basic',
] as const;
export type DialectName = (typeof DIALECT_NAMES)[number];

/** How a source shows who it is: a dialect by name, or one that is declared in its place. */
export const AuthSchema = z.union([z.enum(DIALECT_NAMES), DialectSchema], {
  error: `name one of ${DIALECT_NAMES.join(', ')}, or declare a dialect (docs/sources/dialects.md)`,
});
export type Auth = z.infer<typeof AuthSchema>;
