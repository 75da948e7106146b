import * as z from 'zod';

/**
 * What `npm run ops -- probe` found out about the Bitsight of one tenant (docs/operating.md). Nothing in it is about a
 * person, so that it may be shown to anybody.
 *
 * `not to be seen here`: the tenant has nothing to see it by. `unknown`: something was seen that nobody foresaw; the
 * words then say its form.
 */
export const VERDICTS = ['as assumed', 'otherwise', 'not to be seen here', 'unknown'] as const;
const VerdictSchema = z.enum(VERDICTS);
export type Verdict = z.infer<typeof VerdictSchema>;

/** One assumption, put to the test. */
const FindingSchema = z.strictObject({ id: z.string(), asked: z.string(), seen: z.string(), verdict: VerdictSchema });
export type Finding = z.infer<typeof FindingSchema>;

const FindingsSchema = z.strictObject({ at: z.iso.datetime(), findings: z.array(FindingSchema) });

/** The file `capabilities.json`. Proves nothing elsewhere: `tenant` and `host` are those of the configuration. */
export const CapabilitiesSchema = z.strictObject({
  schema: z.literal(1),
  tenant: z.string(),
  host: z.string(),
  /** Version of this software. */
  version: z.string(),
  reading: FindingsSchema,
  writing: FindingsSchema.optional(),
});
export type Capabilities = z.infer<typeof CapabilitiesSchema>;

/** Assumption → verdict: what the configuration takes over. Without times and words, so that its hash changes with the results alone. */
export const ProvenSchema = z.record(z.string(), VerdictSchema);
export type Proven = z.infer<typeof ProvenSchema>;

export function verdictsOf({ reading, writing }: Capabilities): Proven {
  const findings = [...reading.findings, ...(writing?.findings ?? [])];
  return Object.fromEntries(findings.map(({ id, verdict }) => [id, verdict]));
}

/** PATCH documents no `status`: what may be done with it in a tenant, `probe --write` has to have shown there. */
export const DEACTIVATING = 'patch-status-deactivated';
export const ACTIVATING = 'patch-status-activated';

export function isProven({ capabilities }: { capabilities?: Proven | undefined }, assumption: string): boolean {
  return (
    capabilities !== undefined && Object.hasOwn(capabilities, assumption) && capabilities[assumption] === 'as assumed'
  );
}
