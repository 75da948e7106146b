import * as z from 'zod';
import { basic } from '../../../lib/sources/tickets/api.ts';
import { json, standIn, type TicketRow } from './stand-in.ts';

const ChangeSchema = z.strictObject({
  work_notes: z.string().min(1).optional(),
  comments: z.string().min(1).optional(),
  state: z.string().optional(),
});

/** ServiceNow's Table API: get and patch a record (ServiceNow's reference, c_TableAPI). The journal is text, newest first. */
export const servicenow = (credential: string, ...tickets: TicketRow[]) =>
  standIn(basic(credential), tickets, ({ method, path, query, json: body }, known) => {
    const [, id = ''] = /^\/api\/now\/table\/sc_req_item\/([0-9a-f]{32})$/.exec(path) ?? [];
    const ticket = known.get(id);
    if (id === '') return undefined;
    if (ticket === undefined) return json(404, { error: { message: 'No Record found' }, status: 'failure' });
    if (method === 'GET') {
      if (query['sysparm_display_value'] !== 'all') return undefined;
      const entries = ticket.comments.toReversed().map((text) => `2026-11-23 09:00:00 - Bot (Work notes)\n${text}\n\n`);
      const approval = { value: ticket.states[0], display_value: ticket.states[1] ?? ticket.states[0] };
      const empty = { value: '', display_value: '' };
      const record = { approval, comments: empty, work_notes: { value: '', display_value: entries.join('') } };
      const fields = (query['sysparm_fields'] ?? '').split(',');
      return json(200, {
        result: Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name))),
      });
    }
    const change = method === 'PATCH' ? ChangeSchema.safeParse(body).data : undefined;
    if (change === undefined) return undefined;
    ticket.comments.push(...[change.work_notes, change.comments].flatMap((text) => text ?? []));
    ticket.moved.push(...(change.state === undefined ? [] : [change.state]));
    return json(200, { result: { sys_id: id } });
  });
