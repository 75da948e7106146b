import * as z from 'zod';
import { basic, type TicketApi } from '../tickets/api.ts';

const TicketSchema = z.object({ ticket: z.object({ status: z.string(), tags: z.array(z.string()) }) });
const CommentsSchema = z.object({
  comments: z.array(z.object({ body: z.string(), plain_body: z.string().optional() })),
});

const path = (ticket: string, rest = ''): string => `/api/v2/tickets/${encodeURIComponent(ticket)}${rest}.json`;

/** The secret is `address/token:token`. */
export const zendesk: TicketApi = {
  authorization: basic,
  async states(call, ticket) {
    const found = await call({ path: path(ticket) });
    if (found === undefined) return undefined;
    const { status, tags } = TicketSchema.parse(found).ticket;
    return [status, ...tags];
  },
  async comments(call, ticket) {
    const found = await call({ path: path(ticket, '/comments'), query: { sort_order: 'desc', per_page: '100' } });
    return CommentsSchema.parse(found ?? { comments: [] }).comments.map(({ body, plain_body: plain }) => plain ?? body);
  },
  comment: (call, ticket, settings, body) =>
    call({ method: 'PUT', path: path(ticket), json: { ticket: { comment: { body, public: settings.public } } } }),
  move: (call, ticket, _settings, status) => call({ method: 'PUT', path: path(ticket), json: { ticket: { status } } }),
};
