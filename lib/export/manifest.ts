import * as z from 'zod';

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** One file of a snapshot: where it lies, in bytes and as a hash. */
const FileSchema = z.object({ name: z.string(), key: z.string(), bytes: count, sha256 });
export type SnapshotFile = z.infer<typeof FileSchema>;

/** The night that this one was compared with. */
export const PreviousSchema = z.object({
  date,
  runId: z.string(),
  /** Missing in what was written before it was kept. */
  startedAt: z.string().optional(),
  manifestSha256: sha256,
});
export type Previous = z.infer<typeof PreviousSchema>;

/** A night in numbers; of a baseline nobody counts as joined. */
const NightCountSchema = z.object({ date, people: count, joined: count, left: count });
export type NightCount = z.infer<typeof NightCountSchema>;

/**
 * The one file that makes a snapshot: written last, after everything it names lies in place. Who reads snapshots begins
 * here and checks the hashes. Readers keep fields they do not know. Times are ISO 8601 in UTC.
 */
export const ManifestSchema = z.looseObject({
  schemaVersion: count,
  date,
  runId: z.string().min(1),
  startedAt: z.string(),
  finishedAt: z.string(),
  counts: z.object({ people: count, tokens: count }),
  /** Readings until one was proven whole, and calls to Bitsight in all. */
  readings: count,
  calls: count,
  files: z.array(FileSchema),
  /** null: there was none. */
  previous: PreviousSchema.nullable(),
  changes: z.object({
    /** Compared with nothing: everybody counts as joined. */
    baseline: z.boolean(),
    /** More are gone than the configuration lets pass as a fact: an alarm. */
    implausible: z.boolean(),
    joined: count,
    left: count,
    changed: count,
  }),
  /** The nights before, each compared with the one before it, and this one last: at most 92. */
  history: z.array(NightCountSchema).default([]),
  configHash: z.string(),
});
export type Manifest = z.infer<typeof ManifestSchema>;

/** As it is written and hashed. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
