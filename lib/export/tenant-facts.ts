import type { AccessGroupList, ApiToken, CallOptions } from '../bitsight/index.ts';
import { isEmail, normaliseEmail } from '../email.ts';
import { isAppError } from '../errors.ts';
import type { Telemetry } from '../lifecycle/ports.ts';
import { rowOf } from './row.ts';
import type { Yardstick } from './standing.ts';

/** What a review would like to know and can do without: undefined where Bitsight does not say, which the review then says. */
export async function readIfPossible<T>(
  what: { list(call?: CallOptions): Promise<T> },
  name: string,
  telemetry: Pick<Telemetry, 'log'>,
  call?: CallOptions,
): Promise<T | undefined> {
  try {
    return await what.list(call);
  } catch (error) {
    if (!isAppError(error)) throw error;
    telemetry.log('warn', `The ${name} could not be read.`, { code: error.code });
    return undefined;
  }
}

/**
 * Guids of the groups that see every company: those the API marks `all_companies` and, where it does not say, the
 * default group. Undefined when the groups could not be read: the review then goes by the name and says so.
 */
export function seeingAll(list: AccessGroupList | undefined): ReadonlySet<string> | undefined {
  const seeing = list?.groups.filter(({ guid, all_companies: all }) =>
    typeof all === 'boolean' ? all : guid === list.default_group,
  );
  return seeing && new Set(seeing.map(({ guid }) => guid));
}

/** Names under which an answer may say who made a token. None is documented: where none is there, the maker is unknown. */
const MAKER = ['created_by', 'creator', 'owner', 'user'];

/** What the list of company API tokens says: the tokens, and who made which, by guid and by name: normalised addresses. */
export function tokensIn(list: readonly ApiToken[] | undefined): Pick<Yardstick, 'makers' | 'tokens'> {
  const makers = list?.flatMap((token) => {
    const said = MAKER.map((field) => addressIn(token[field])).find((address) => address !== undefined);
    return said === undefined ? [] : [token.guid, token.name].flatMap((key) => (key ? [[key, said] as const] : []));
  });
  const tokens = list?.map(({ guid, name }) =>
    rowOf({
      guid: guid || name || '',
      email: '',
      formal_name: name,
      is_company_api_token: true,
      roles: [],
      features: [],
    }),
  );
  return { makers: makers && new Map(makers), tokens };
}

function addressIn(value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null && 'email' in value ? value.email : value;
  return typeof text === 'string' && isEmail(text) ? normaliseEmail(text) : undefined;
}
