import * as z from 'zod';
import { basic } from '../../../lib/sources/tickets/api.ts';
import { json, standIn, type TicketRow } from './stand-in.ts';

const NoteSchema = z.strictObject({ body: z.string().min(1), private: z.boolean() });
const UpdateSchema = z.strictObject({ status: z.int().min(2) });

/** Freshservice's API v2 as public clients speak it: show and update a ticket, its approvals, its conversations oldest first, a note. */
export const freshservice = (credential: string, ...tickets: TicketRow[]) =>
  standIn(basic(credential), tickets, ({ method, path, query, json: body }, known) => {
    const [, id = '', part] = /^\/api\/v2\/tickets\/(\d+)(\/notes|\/conversations|\/approvals)?$/.exec(path) ?? [];
    const ticket = known.get(id) ?? known.get(`SR-${id}`);
    if (id === '') return undefined;
    if (ticket === undefined) return json(404, { code: 'invalid' });
    if (method === 'GET' && part === '/approvals')
      return json(200, { approvals: ticket.states.map((name, n) => ({ id: n, approval_status: { id: 1, name } })) });
    if (method === 'GET' && part === '/conversations' && query['per_page'] === '100') {
      const from = (Number(query['page']) - 1) * 100;
      const page = ticket.comments.slice(from, from + 100);
      return json(200, { conversations: page.map((text) => ({ body: `<div>${text}</div>`, body_text: text })) });
    }
    if (method === 'GET' && part === undefined)
      return json(200, { ticket: { id: Number(id), status: 2, tags: ['vip'] } });
    const note = method === 'POST' && part === '/notes' ? NoteSchema.safeParse(body).data : undefined;
    const change = method === 'PUT' && part === undefined ? UpdateSchema.safeParse(body).data : undefined;
    if (note !== undefined) ticket.comments.push(note.body);
    if (change !== undefined) ticket.moved.push(String(change.status));
    if (note !== undefined) return json(201, { conversation: { id: 1 } });
    return change && json(200, { ticket: { id: Number(id) } });
  });
