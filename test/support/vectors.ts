import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { DIALECT_NAMES } from '../../lib/webhooks/index.ts';

const VectorSchema = z.object({
  system: z.enum(DIALECT_NAMES),
  /** Who computed it. */
  kind: z.string(),
  body: z.string().optional(),
  bodyFile: z.string().optional(),
  minified: z.boolean().default(false),
  headers: z.record(z.string(), z.string()),
  secret: z.string(),
  at: z.int(),
});

export function fixture(path: string): Buffer {
  return readFileSync(new URL(`../fixtures/${path}`, import.meta.url));
}

/** Signatures that others computed; test/fixtures/README.md says who. */
export const vectors = z
  .array(VectorSchema)
  .parse(JSON.parse(fixture('webhooks/vectors.json').toString()))
  .map(({ body, bodyFile, minified, ...vector }) => {
    const raw = bodyFile === undefined ? Buffer.from(body ?? '') : fixture(bodyFile);
    return { ...vector, raw: minified ? Buffer.from(JSON.stringify(JSON.parse(raw.toString()))) : raw };
  });

export function vectorOf(system: (typeof vectors)[number]['system']): (typeof vectors)[number] {
  const vector = vectors.find((candidate) => candidate.system === system);
  if (vector === undefined) throw new Error(`no vector of ${system}`);
  return vector;
}
