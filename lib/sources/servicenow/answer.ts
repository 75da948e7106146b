import * as z from 'zod';
import { type Answering, basic, type TicketApi, type TicketCall } from '../tickets/api.ts';

const both = z.object({ value: z.string(), display_value: z.string() });
const RecordSchema = z.object({
  result: z.object({ approval: both.optional(), comments: both.optional(), work_notes: both.optional() }),
});

/** The journal comes as text with the display values alone. */
async function read(call: TicketCall, ticket: string, settings: Answering) {
  const query = { sysparm_fields: 'approval,comments,work_notes', sysparm_display_value: 'all' };
  const record = await call({ path: pathOf(ticket, settings), query });
  return record === undefined ? undefined : RecordSchema.parse(record).result;
}

const pathOf = (ticket: string, { table }: Answering): string =>
  `/api/now/table/${table}/${encodeURIComponent(ticket)}`;

const write = (call: TicketCall, ticket: string, settings: Answering, json: unknown): Promise<unknown> =>
  call({ method: 'PATCH', path: pathOf(ticket, settings), query: { sysparm_fields: 'sys_id' }, json });

/** Table API. The secret is `user:password`. */
export const servicenow: TicketApi = {
  authorization: basic,
  async states(call, ticket, settings) {
    const record = await read(call, ticket, settings);
    return record && [record.approval?.value ?? '', record.approval?.display_value ?? ''];
  },
  async comments(call, ticket, settings) {
    const record = await read(call, ticket, settings);
    return [record?.work_notes, record?.comments].flatMap((journal) => journal?.display_value ?? []);
  },
  comment: (call, ticket, settings, text) =>
    write(call, ticket, settings, settings.public ? { comments: text } : { work_notes: text }),
  move: (call, ticket, settings, to) => write(call, ticket, settings, { state: to }),
};
