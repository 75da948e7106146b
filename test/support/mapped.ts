import { ConfigSchema, type ConfigInput } from '../../lib/config/schema.ts';
import type { MappedField } from '../../lib/config/mapping.ts';
import { type MappingConfig, translateMapping } from '../../lib/sources/mapping/translate.ts';
import { countingIds, NOON } from './deliveries.ts';

type Written = Extract<NonNullable<ConfigInput['sources']>[string], { kind: 'mapping' }>;
/** What a test says of a mapping; the rest does not matter to it. */
export type MappingText = Partial<Omit<Written, 'kind'>>;

export function mappingOf(more: MappingText): MappingConfig {
  const samples = [{ name: 'none', body: '', means: [] }];
  const hr = {
    kind: 'mapping' as const,
    secret: 'hr',
    auth: 'bearer' as const,
    says: 'mover' as const,
    fields: {},
    samples,
  };
  const source = ConfigSchema.parse({ company: 'Example AG', sources: { hr: { ...hr, ...more } } }).sources['hr'];
  if (source?.kind !== 'mapping') throw new Error('no mapping');
  return source;
}

/** What `body` means, delivered at noon by a source called `hr`. */
export function mapped(more: MappingText, body: unknown) {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const delivery = { raw, headers: {}, receivedAt: NOON, source: 'hr', config: mappingOf(more), signed: {} };
  return translateMapping(delivery, countingIds());
}

/** The attribute or other field that `finding` gives for a body. */
export async function found(field: MappedField, finding: unknown, body: unknown) {
  const fields = { employeeId: "'7'", [field]: finding } as MappingText['fields'] & {}; // -- wrong ones are tried too
  const [event] = await mapped({ fields }, body);
  return event;
}
