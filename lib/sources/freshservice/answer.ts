import * as z from 'zod';
import { basic, type TicketApi } from '../tickets/api.ts';

const TicketSchema = z.object({ ticket: z.object({ status: z.int(), tags: z.array(z.string()).default([]) }) });
const ApprovalsSchema = z.object({
  approvals: z.array(z.object({ approval_status: z.object({ name: z.string() }) })),
});
const ConversationsSchema = z.object({ conversations: z.array(z.object({ body_text: z.string().default('') })) });

/** A service request is `SR-17` for people and 17 for the API. */
const path = (ticket: string, rest = ''): string => `/api/v2/tickets/${ticket.replace(/^[A-Z]+-/, '')}${rest}`;
const PAGE = 100;

/** The secret is `<API key>:X`. The whole of it is from public clients and was tried against our own stand-in alone. */
export const freshservice: TicketApi = {
  authorization: basic,
  async states(call, ticket) {
    const found = await call({ path: path(ticket) });
    if (found === undefined) return undefined;
    const { status, tags } = TicketSchema.parse(found).ticket;
    const { approvals } = ApprovalsSchema.parse(
      (await call({ path: path(ticket, '/approvals') })) ?? { approvals: [] },
    );
    const names = approvals.map(({ approval_status: { name } }) => name.toLowerCase());
    // of several approvers one who says no is enough
    const isRefused = names.includes('rejected') || names.includes('cancelled');
    return [String(status), ...tags, ...names.filter((name) => !isRefused || name !== 'approved')];
  },
  async comments(call, ticket) {
    const texts: string[] = [];
    for (let page = 1; ; page++) {
      const query = { per_page: String(PAGE), page: String(page) };
      const found = await call({ path: path(ticket, '/conversations'), query });
      const { conversations } = ConversationsSchema.parse(found ?? { conversations: [] });
      texts.unshift(...conversations.map(({ body_text: text }) => text).toReversed());
      if (conversations.length < PAGE) return texts;
    }
  },
  comment: (call, ticket, settings, body) =>
    call({ method: 'POST', path: path(ticket, '/notes'), json: { body, private: !settings.public } }),
  move: async (call, ticket, _settings, status) =>
    /^\d+$/.test(status) && call({ method: 'PUT', path: path(ticket), json: { status: Number(status) } }),
};
