import * as z from 'zod';
import { toIso } from '../../time.ts';
import type { TicketApi } from '../tickets/api.ts';

const IssueSchema = z.object({ labels: z.array(z.union([z.string(), z.object({ name: z.string() })])) });
const CommentsSchema = z.array(z.object({ body: z.string().nullish() }));

/** From `owner/repository#number`. */
function path(ticket: string, rest = ''): string {
  const [owner = '', repository = '', number = ''] = ticket.split(/[/#]/).map(encodeURIComponent);
  return `/repos/${owner}/${repository}/issues/${number}${rest}`;
}

/** The secret is a token. */
export const github: TicketApi = {
  authorization: (credential) => `Bearer ${credential}`,
  async states(call, ticket) {
    const issue = await call({ path: path(ticket) });
    if (issue === undefined) return undefined;
    return IssueSchema.parse(issue).labels.map((label) => (typeof label === 'string' ? label : label.name));
  },
  /** They come with the oldest first. */
  async comments(call, ticket, _settings, since) {
    const query = { since: toIso(since), per_page: '100' };
    const found = await call({ path: path(ticket, '/comments'), query });
    return CommentsSchema.parse(found ?? [])
      .map(({ body }) => body ?? '')
      .toReversed();
  },
  comment: (call, ticket, _settings, body) => call({ method: 'POST', path: path(ticket, '/comments'), json: { body } }),
  move: (call, ticket, _settings, state) => call({ method: 'PATCH', path: path(ticket), json: { state } }),
};
