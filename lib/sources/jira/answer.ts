import * as z from 'zod';
import { basic, sameName, type TicketApi } from '../tickets/api.ts';

const IssueSchema = z.object({ fields: z.object({ status: z.object({ name: z.string() }) }) });
const CommentsSchema = z.object({ comments: z.array(z.object({ body: z.string() })) });
const TransitionsSchema = z.object({
  transitions: z.array(z.object({ id: z.string(), name: z.string(), to: z.object({ name: z.string() }).optional() })),
});

const path = (ticket: string, rest = ''): string => `/rest/api/2/issue/${encodeURIComponent(ticket)}${rest}`;

/** Version 2 of the API: its comments are plain text. The secret is `address:token`. */
export const jira: TicketApi = {
  authorization: basic,
  async states(call, ticket) {
    const issue = await call({ path: path(ticket), query: { fields: 'status' } });
    return issue === undefined ? undefined : [IssueSchema.parse(issue).fields.status.name];
  },
  async comments(call, ticket) {
    const query = { orderBy: '-created', maxResults: '100' };
    const { comments } = CommentsSchema.parse(
      (await call({ path: path(ticket, '/comment'), query })) ?? { comments: [] },
    );
    return comments.map(({ body }) => body);
  },
  comment(call, ticket, settings, text) {
    const internal = [{ key: 'sd.public.comment', value: { internal: true } }];
    const json = { body: text, ...(!settings.public && { properties: internal }) };
    return call({ method: 'POST', path: path(ticket, '/comment'), json });
  },
  /** Their ids differ from workflow to workflow. */
  async move(call, ticket, _settings, target) {
    const { transitions } = TransitionsSchema.parse(await call({ path: path(ticket, '/transitions') }));
    const found = transitions.find(({ name, to }) => sameName(name, target) || (to && sameName(to.name, target)));
    if (found === undefined) return false;
    return call({ method: 'POST', path: path(ticket, '/transitions'), json: { transition: { id: found.id } } });
  },
};
