import * as z from 'zod';
import { SwitchesSchema } from '../../../infra/local/bitsight-simulator/switches.ts';

const RowSchema = z.object({
  default: z.unknown(),
  enum: z.array(z.unknown()).optional(),
  description: z.string(),
  sure: z.enum(['documented', 'inferred', 'unknown']),
});

/** The table of the README, made from the switches themselves. */
export function switchTable(): string {
  const rows = Object.entries(z.toJSONSchema(SwitchesSchema).properties ?? {}).map(([name, schema]) => {
    const row = RowSchema.parse(schema);
    const others = row.enum?.filter((value) => value !== row.default).join(', ');
    const other = others ?? (typeof row.default === 'boolean' ? String(!row.default) : 'a number');
    return `| \`${name}\` | ${String(row.default)} | ${other} | ${row.sure} | ${row.description} |`;
  });
  return ['| switch | default | or | how sure | |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}
