import * as z from 'zod';
import { json, standIn, type TicketRow } from './stand-in.ts';

const CommentSchema = z.strictObject({ body: z.string().min(1).max(65_536) });
const ChangeSchema = z.strictObject({ state: z.enum(['open', 'closed']) });

/** GitHub's REST API for issues and their comments, which come with the oldest first (docs.github.com/rest/issues). */
export const github = (token: string, ...tickets: TicketRow[]) =>
  standIn(`Bearer ${token}`, tickets, ({ method, path, query, json: body }, known) => {
    const [, owner, name, number, part = ''] =
      /^\/repos\/([\w-]+)\/([\w.-]+)\/issues\/(\d+)(\/comments)?$/.exec(path) ?? [];
    const ticket = known.get(`${owner}/${name}#${number}`);
    if (owner === undefined) return undefined;
    if (ticket === undefined) return json(404, { message: 'Not Found' });
    switch (`${method} ${part}`) {
      case 'GET ':
        return json(200, {
          number: Number(number),
          state: 'open',
          labels: ticket.states.map((label) => ({ name: label })),
        });
      case 'GET /comments':
        return z.iso.datetime().safeParse(query['since']).success
          ? json(
              200,
              ticket.comments.slice(0, Number(query['per_page'] ?? 30)).map((text) => ({ id: 1, body: text })),
            )
          : undefined;
      case 'POST /comments': {
        const text = CommentSchema.safeParse(body).data?.body;
        if (text === undefined) return undefined;
        ticket.comments.push(text);
        return json(201, { id: 1, body: text });
      }
      case 'PATCH ': {
        const state = ChangeSchema.safeParse(body).data?.state;
        if (state === undefined) return undefined;
        ticket.moved.push(state);
        return json(200, { number: Number(number), state });
      }
      default:
        return undefined;
    }
  });
