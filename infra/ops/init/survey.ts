import { DOCUMENTED_ROLES, type AccessGroupList, type BitsightClient, type User } from '../../../lib/bitsight/index.ts';
import { normaliseEmail } from '../../../lib/email.ts';
import { table } from '../frame/table.ts';
import { plain } from './plain.ts';

export interface Group {
  /** How the configuration names it: by its name, or by its guid where the name is not the only one or is no plain text. */
  ref: string;
  name: string;
  /** Companies it sees; undefined where Bitsight does not say. */
  companies: number | 'all' | undefined;
  isDefault: boolean;
}

export interface Role {
  slug: string;
  name: string;
  people: number;
}

/** What there is in a tenant, as far as a configuration has to know it. */
export interface Survey {
  people: number;
  tokens: number;
  /** Normalised. */
  emails: ReadonlySet<string>;
  groups: Group[];
  /** Those seen, most people first, then those documented. */
  roles: Role[];
  /** Address of the person whose token this is; undefined where it is a company's, or nobody says. */
  own: string | undefined;
}

/** GET only, one call after the other. */
export async function takeSurvey({ users, groups }: BitsightClient): Promise<Survey> {
  const { value: everyone } = await users.readEveryone(async (pages) => (await Array.fromAsync(pages)).flat());
  const people = everyone.filter((user) => user.is_company_api_token !== true);
  const own = await users.current();
  return {
    people: people.length,
    tokens: everyone.length - people.length,
    emails: new Set(people.map(({ email }) => normaliseEmail(email))),
    groups: groupsOf(await groups.list()),
    roles: rolesOf(people),
    own: own?.is_company_api_token === false ? own.email : undefined,
  };
}

function groupsOf({ groups, default_group: standard }: AccessGroupList): Group[] {
  return groups.map(({ guid, name, company_count: count, all_companies: all }) => {
    const isAlone = groups.filter((other) => plain(other.name) === plain(name)).length === 1;
    return {
      ref: isAlone && plain(name) === name ? name : guid,
      name: plain(name),
      companies: all === true ? 'all' : typeof count === 'number' ? count : undefined,
      isDefault: guid === standard,
    };
  });
}

function rolesOf(people: readonly User[]): Role[] {
  const seen = new Map<string, Role>();
  for (const { slug, name } of people.flatMap((person) => person.roles)) {
    const role = seen.get(slug) ?? { slug: plain(slug), name: plain(name ?? ''), people: 0 };
    seen.set(slug, { ...role, people: role.people + 1 });
  }
  const documented = Object.entries(DOCUMENTED_ROLES).filter(([slug]) => !seen.has(slug));
  return [
    ...[...seen.values()].sort((a, b) => b.people - a.people),
    ...documented.map(([slug, name]) => ({ slug, name, people: 0 })),
  ];
}

/** What a person sees of it before the questions. */
export function surveyText({ people, tokens, groups, roles, own }: Survey, host: string): string {
  return [
    `${host}: ${people} people, ${tokens} company API tokens, ${groups.length} access groups.`,
    ...(own === undefined
      ? []
      : [`This token is that of ${plain(own)}; it ends with that account. A company API token outlives people.`]),
    table(groups, [
      { title: 'access group', of: ({ name }) => name },
      { title: 'sees', of: companiesText },
      { title: '', of: ({ isDefault }) => (isDefault ? 'the default' : '') },
    ]),
    table(roles, [
      { title: 'role', of: ({ slug }) => slug },
      { title: 'name', of: ({ name }) => name },
      { title: 'people', of: ({ people }) => people, right: true },
      { title: '', of: ({ slug }) => (Object.hasOwn(DOCUMENTED_ROLES, slug) ? '' : 'not documented') },
    ]),
  ].join('\n\n');
}

export function companiesText({ companies }: Group): string {
  if (companies === undefined) return 'not said';
  if (companies === 'all') return 'all companies';
  return companies === 1 ? '1 company' : companies === 0 ? 'no company' : `${companies} companies`;
}
