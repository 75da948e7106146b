import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { readAs } from '../delivery.ts';
import type { JsonCall } from '../json-call.ts';
import { employeeIdValue } from '../values.ts';

const PageSchema = z.array(z.object({ id: employeeIdValue, status: z.string().optional() }));
/** An assignment that is over may stay on the list for a while. */
const OVER = new Set(['DEPROVISIONED', 'INACTIVE', 'REVOKED', 'UNASSIGNED']);

/**
 * Ids of everybody who is assigned to an app: `GET /api/v1/apps/{id}/users`, whose header `Link` names the next page, of
 * which only the cursor is taken. From Okta's reference; tried against our stand-in alone.
 */
export async function assignedTo(app: string, token: string, call: JsonCall): Promise<Set<string>> {
  const assigned = new Set<string>();
  const seen = new Set<string>();
  let after: string | undefined;
  do {
    let next: string | undefined;
    const query = { limit: '500', ...(after !== undefined && { after }) };
    const headers = { authorization: `SSWS ${token}` };
    const path = `/api/v1/apps/${encodeURIComponent(app)}/users`;
    const page = await call({ path, query, headers }, (answer) => (next = cursorOf(answer.get('link') ?? '')));
    if (page === undefined) throw new AppError('DIRECTORY_UNREADABLE', `Okta has no app ${app}.`);
    for (const { id, status = '' } of readAs(PageSchema, page)) if (!OVER.has(status)) assigned.add(id);
    if (next !== undefined && seen.has(next)) throw new AppError('DIRECTORY_UNREADABLE', 'Okta names a page twice.');
    seen.add(next ?? '');
    after = next;
  } while (after !== undefined);
  return assigned;
}

/** `<https://…?after=…&limit=500>; rel="next"`, beside other links. */
function cursorOf(links: string): string | undefined {
  const [, url] = /<([^>]*)>\s*;\s*rel="next"/.exec(links) ?? [];
  return url !== undefined && URL.canParse(url) ? (new URL(url).searchParams.get('after') ?? undefined) : undefined;
}
