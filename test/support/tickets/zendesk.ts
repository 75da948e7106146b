import * as z from 'zod';
import { basic } from '../../../lib/sources/tickets/api.ts';
import { json, standIn, type TicketRow } from './stand-in.ts';

const UpdateSchema = z.strictObject({
  ticket: z.strictObject({
    comment: z.strictObject({ body: z.string().min(1), public: z.boolean() }).optional(),
    status: z.enum(['open', 'pending', 'hold', 'solved']).optional(),
  }),
});

/** Zendesk's ticketing API: show and update a ticket, list its comments, oldest first unless asked otherwise. */
export const zendesk = (credential: string, ...tickets: TicketRow[]) =>
  standIn(basic(credential), tickets, ({ method, path, query, json: body }, known) => {
    const [, id = '', part] = /^\/api\/v2\/tickets\/(\d+)(\/comments)?\.json$/.exec(path) ?? [];
    const ticket = known.get(id);
    if (id === '') return undefined;
    if (ticket === undefined) return json(404, { error: 'RecordNotFound' });
    if (method === 'GET' && part !== undefined) {
      const order = query['sort_order'] === 'desc' ? ticket.comments.toReversed() : ticket.comments;
      const comments = order.map((text) => ({ id: 1, body: text, html_body: `<p>${text}</p>`, plain_body: text }));
      return json(200, { comments, next_page: null, count: comments.length });
    }
    if (method === 'GET') return json(200, { ticket: { id: Number(id), status: 'open', tags: ticket.states } });
    const change = method === 'PUT' && part === undefined ? UpdateSchema.safeParse(body).data?.ticket : undefined;
    if (change === undefined) return undefined;
    // solving asks for an assignee
    if (change.status === 'solved' && ticket.states.includes('unassigned'))
      return json(422, { error: 'RecordInvalid' });
    ticket.comments.push(...(change.comment === undefined ? [] : [change.comment.body]));
    ticket.moved.push(...(change.status === undefined ? [] : [change.status]));
    return json(200, { ticket: { id: Number(id) } });
  });
