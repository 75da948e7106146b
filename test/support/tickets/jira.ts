import * as z from 'zod';
import { basic } from '../../../lib/sources/tickets/api.ts';
import { json, NOTHING, standIn, type TicketRow } from './stand-in.ts';

const CommentSchema = z.strictObject({
  body: z.string().min(1).max(32_767),
  properties: z.array(z.strictObject({ key: z.string(), value: z.object({}).loose() })).optional(),
});
const MoveSchema = z.strictObject({ transition: z.strictObject({ id: z.string() }) });

/**
 * Jira Cloud platform REST API, version 2: get issue, get and add comment, get and do transitions
 * (developer.atlassian.com/cloud/jira/platform/rest/v2). From `Approved` one transition leads to `Done`.
 */
export const jira = (credential: string, ...tickets: TicketRow[]) =>
  standIn(basic(credential), tickets, ({ method, path, query, json: body }, known) => {
    const [, key = '', part = ''] = /^\/rest\/api\/2\/issue\/([A-Z]+-\d+)(\/comment|\/transitions)?$/.exec(path) ?? [];
    const ticket = known.get(key);
    if (key === '') return undefined;
    if (ticket === undefined) return json(404, { errorMessages: ['Issue does not exist'] });
    const transitions = ticket.moved.length > 0 ? [] : [{ id: '31', name: 'Close', to: { id: '5', name: 'Done' } }];
    switch (`${method} ${part}`) {
      case 'GET ':
        return query['fields'] === 'status'
          ? json(200, { id: '1', key, fields: { status: { name: ticket.states[0] } } })
          : undefined;
      case 'GET /comment': {
        const order = query['orderBy'] === '-created' ? ticket.comments.toReversed() : ticket.comments;
        const page = order.slice(0, Number(query['maxResults'] ?? 50));
        return json(200, {
          startAt: 0,
          total: ticket.comments.length,
          comments: page.map((text) => ({ id: '1', body: text })),
        });
      }
      case 'POST /comment': {
        const comment = CommentSchema.safeParse(body).data;
        if (comment === undefined || Object.keys(query).length > 0) return undefined;
        ticket.comments.push(comment.body);
        return json(201, { id: '1', body: comment.body });
      }
      case 'GET /transitions':
        return json(200, { expand: 'transitions', transitions });
      case 'POST /transitions': {
        const id = MoveSchema.safeParse(body).data?.transition.id;
        if (id === undefined) return undefined;
        const found = transitions.find((one) => one.id === id);
        if (found === undefined) return json(400, { errorMessages: ['It is not on the appropriate step'] });
        ticket.moved.push(found.to.name);
        ticket.states = [found.to.name];
        return NOTHING;
      }
      default:
        return undefined;
    }
  });
