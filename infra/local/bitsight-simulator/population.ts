import { DAY } from '../../../lib/time.ts';
import type { Account } from './account.ts';
import { pick, seeded, uuid, type Random } from './random.ts';

/** Raised whenever the same arguments would give other people: journals of earlier versions then no longer fit. */
export const POPULATION_VERSION = 1;

export interface Group {
  guid: string;
  name: string;
  companies: number;
}
/** The same for every seed, so that configurations can name them. */
export const GROUPS: readonly [Group, ...Group[]] = [
  { guid: '0a11c0de-0000-4000-8000-000000000001', name: 'All Companies', companies: 240 },
  { guid: '0a11c0de-0000-4000-8000-000000000002', name: 'No Companies', companies: 0 },
  { guid: '0a11c0de-0000-4000-8000-000000000003', name: 'Vendor Risk', companies: 120 },
  { guid: '0a11c0de-0000-4000-8000-000000000004', name: 'Europe', companies: 75 },
  { guid: '0a11c0de-0000-4000-8000-000000000005', name: 'Security', companies: 60 },
  { guid: '0a11c0de-0000-4000-8000-000000000006', name: 'Internal Audit', companies: 15 },
];
const NAMES = new Map(GROUPS.map((group) => [group.guid, group.name]));
export const groupName = (guid: string): string => NAMES.get(guid) ?? '';
export const DEFAULT_GROUP = GROUPS[0];
const USED = GROUPS.filter((group) => group.companies > 0).map((group) => group.guid);

const FIRST =
  'Ada Amir Anneke Bao Carla Chidi Daria Dina Edda Emeka Farah Femi Greta Hana Henk Ilse Imani Ines Jonas Kaja Kofi Lea Leila Lukas Maren Mika Nadia Noor Olga Oskar Pia Priya Quentin Rafael Rosa Samir Sanna Tariq Tove Uma Viktor Wanda Yara Zeno'.split(
    ' ',
  );
const LAST =
  'Abara Adler Ahlberg Bakshi Bergmann Castell Dahlin Demir Eklund Farkas Fontana Granger Haddad Holm Ibsen Jansen Kaya Keller Kimura Lindqvist Marchetti Moreau Nakamura Novak Okoro Olsen Petrov Quist Rahman Rossi Sato Silva Soto Tanaka Ueda Varga Vogel Weber Wolff Yilmaz Zeller'.split(
    ' ',
  );

/**
 * Invented accounts, the same for the same arguments; the first `tokens` are company API tokens, the next person an
 * Admin. More of them begin with the same ones. Log-ins lie before `at`, epoch milliseconds.
 */
export function population(n: number, seed: number, tokens: number, at: number): Account[] {
  const random = seeded(seed);
  return [
    ...Array.from({ length: tokens }, (_, i) => token(random, i, at)),
    ...Array.from({ length: n }, (_, i) => person(random, i, at)),
  ];
}

/** What a fresh account has where nothing else is said. */
export function blank(guid: string, at: number): Account {
  return {
    guid,
    email: '',
    formal_name: '',
    friendly_name: '',
    group: DEFAULT_GROUP.guid,
    roles: ['customer_user'],
    status: 'Created',
    is_available_for_contact: false,
    is_company_api_token: false,
    features: [{ slug: 'wfh-ro', value: false, can_update: true }],
    landing_page: 'DEFAULT',
    preferred_contact_for_entities: [],
    mfa_status: 'not_enabled',
    last_login_time: null,
    joined_time: at,
  };
}

function token(random: Random, i: number, at: number): Account {
  return {
    ...blank(uuid(random), at - Math.floor((100 + random() * 900) * DAY)),
    email: `api-token-${i + 1}@example.com`,
    formal_name: `API token ${i + 1}`,
    friendly_name: `API token ${i + 1}`,
    roles: ['customer_admin'],
    status: 'Activated',
    is_company_api_token: true,
  };
}

function person(random: Random, i: number, at: number): Account {
  const first = FIRST[Math.floor(random() * FIRST.length)] ?? '';
  const last = LAST[Math.floor(random() * LAST.length)] ?? '';
  const role = i === 0 ? 'customer_admin' : roleAt(random());
  const status = i === 0 ? 'Activated' : statusAt(random());
  const joined = at - Math.floor((1 + random() * 1500) * DAY);
  const used = status === 'Created' ? null : at - Math.floor(random() ** 3 * (at - joined));
  // Some addresses were typed with capitals, as people do.
  const local = i % 50 === 7 ? `${first}.${last}` : `${first}.${last}`.toLowerCase();
  return {
    ...blank(uuid(random), joined),
    email: `${local}${i + 1}@example.com`,
    formal_name: `${first} ${last}`,
    friendly_name: first,
    group: USED[Math.floor(random() ** 2 * USED.length)] ?? DEFAULT_GROUP.guid,
    roles: [role],
    status,
    is_available_for_contact: role !== 'customer_user' && random() < 0.3,
    features: [{ slug: 'wfh-ro', value: random() < 0.3, can_update: role === 'customer_admin' }],
    mfa_status:
      status === 'Activated'
        ? pick(random, ['enabled', 'enabled', 'not_enabled', 'not_enabled', 'pending'])
        : 'not_enabled',
    last_login_time: used,
  };
}

function roleAt(chance: number): string {
  if (chance < 0.04) return 'customer_admin';
  if (chance < 0.1) return 'customer_group_admin';
  if (chance < 0.18) return 'customer_portfolio_manager';
  return chance < 0.2 ? 'vrm_view_only' : 'customer_user';
}

function statusAt(chance: number): Account['status'] {
  if (chance < 0.1) return 'Created';
  return chance < 0.16 ? 'Deactivated' : 'Activated';
}
