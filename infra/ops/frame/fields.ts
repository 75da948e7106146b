import type { Account, Wanted } from '../../../lib/lifecycle/ledger.ts';

/** What a plan does to each field, as in `role customer_user → customer_admin`; `groupName`: what people call the new group. */
export function fieldsOf(
  { wanted, before }: { wanted: Wanted; before?: Account | undefined },
  groupName?: string,
): string {
  const { features = {}, email, formalName, role, group, contact } = wanted;
  const was = {
    'e-mail': before?.email,
    name: before?.formalName,
    role: before?.roles.join('+'),
    group: before?.groupName ?? before?.group,
    contact: before?.contact,
  };
  const is = {
    'e-mail': before && email,
    name: formalName,
    role,
    group: group === before?.group ? was.group : group && (groupName ?? group),
    contact,
  };
  const plain = Object.entries(is).flatMap(([field, value]) => change(field, was[field as keyof typeof was], value)); // -- keys of `is` are those of `was`
  const slugs = Object.entries(features).flatMap(([slug, value]) =>
    change(slug, before?.features[slug] ?? false, value),
  );
  return [...plain, ...slugs].join(', ');
}

type Value = string | boolean | null | undefined;

function change(field: string, was: Value, is: Value): string[] {
  const same = is === undefined || is === was || (field === 'e-mail' && fold(is) === fold(was));
  if (same) return [];
  return [was === undefined || was === null ? `${field} ${String(is)}` : `${field} ${String(was)} → ${String(is)}`];
}

const fold = (value: Value): string => String(value).trim().toLowerCase();
