import type { SourceConfig } from '../../config/schema.ts';
import { ATTRIBUTES, type Attribute } from '../../lifecycle/event.ts';
import { readAs } from '../delivery.ts';
import { DateCellSchema, type Employee, IdCellSchema, TextCellSchema } from './body.ts';

export type BamboohrConfig = Extract<SourceConfig, { kind: 'bamboohr' }>;
export type Field = Attribute | 'employeeId' | 'status' | 'hireDate' | 'terminationDate';

/**
 * Names under which BambooHR sends what we look for, as far as its pages and the one public capture show. A label
 * (`Work Email`) and its alias (`workEmail`) are one: case, blanks and punctuation are not compared.
 */
const USUAL: Record<Field, readonly string[]> = {
  email: ['Work Email'],
  firstName: ['First Name'],
  lastName: ['Last Name'],
  displayName: ['Display Name'],
  department: ['Department'],
  division: ['Division'],
  jobTitle: ['Job Title'],
  location: ['Location'],
  costCentre: ['Cost Center', 'Cost Centre'],
  employmentType: ['Employment Status', 'employmentHistoryStatus'],
  managerEmail: ['Supervisor Email'],
  // BambooHR's own id of the person stands beside the fields
  employeeId: [],
  status: ['Status'],
  hireDate: ['Hire Date'],
  terminationDate: ['Termination Date'],
};
export const FIELDS = [
  ...ATTRIBUTES,
  'employeeId',
  'status',
  'hireDate',
  'terminationDate',
] as const satisfies readonly Field[];

export interface Fields {
  /** Missing: not sent; null: sent without a value. */
  values: Partial<Record<Field, string | null>>;
  changed: ReadonlySet<Field>;
}

/** The fields of one employee under our names; `at` is where it stands in the body. */
export function fieldsOf({ fields, changedFields }: Employee, config: BamboohrConfig, at: PropertyKey[]): Fields {
  const sent = new Map(Object.entries(fields).map((entry) => [plain(entry[0]), entry] as const));
  const named = new Set(changedFields.map(plain));
  const values: Fields['values'] = {};
  const changed = new Set<Field>();
  for (const field of FIELDS) {
    const labels = labelsOf(field, config).map(plain);
    const entry = labels.map((label) => sent.get(label)).find((found) => found !== undefined);
    if (entry !== undefined) values[field] = readAs(schemaOf(field), entry[1], [...at, 'fields', entry[0]]);
    if (labels.some((label) => named.has(label))) changed.add(field);
  }
  return { values, changed };
}

function labelsOf(field: Field, { fields }: BamboohrConfig): readonly string[] {
  const own = fields[field];
  return own === undefined ? USUAL[field] : [own];
}

function schemaOf(field: Field) {
  if (field === 'employeeId') return IdCellSchema;
  return field === 'hireDate' || field === 'terminationDate' ? DateCellSchema : TextCellSchema;
}

function plain(label: string): string {
  return label.toLowerCase().replaceAll(/[^\p{L}\p{N}#]/gu, '');
}
