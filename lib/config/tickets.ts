import * as z from 'zod';
import { fields, samples, says } from './mapping.ts';

/**
 * Sources whose word is a request on a ticket that somebody approved (docs/sources/jira.md and its like): what of a
 * mapping differs from site to site, and the answer on the ticket.
 */
export const TICKET_SYSTEMS = ['jira', 'servicenow', 'zendesk', 'freshservice', 'github'] as const;
export type TicketSystem = (typeof TICKET_SYSTEMS)[number];

const PAGE = 'docs/sources/tickets.md';
const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).transform((one) => [one].flat());

const answer = (secretName: z.ZodString) =>
  z.strictObject({
    /** Of the ticket system; its key goes to this host alone. */
    baseUrl: z.url({ protocol: /^https?$/ }),
    /** Name of the secret with its key: `user:password` as Basic wants it, for GitHub a token. */
    secret: secretName,
    /** States in which an approval still stands; absent: those of `approved`. */
    stands: names.optional(),
    /** Where a ticket goes when nothing is left to do: a transition, state or status; absent: it stays. */
    done: z.string().min(1).optional(),
    /** ServiceNow: table of the record. */
    table: z
      .string()
      .regex(/^[a-z0-9_]+$/)
      .default('sc_req_item'),
    /** Whether the requester sees it, where a system has internal comments. */
    public: z.boolean().default(false),
  });

export const ticketSettings = (secretName: z.ZodString) => ({
  /** What has to be reached for a ticket to count: a status, an approval, a tag or a label. Nothing else does. */
  approved: names,
  /** GitHub: log-ins of those whose label counts. */
  approvers: z.array(z.string().min(1)).optional(),
  says: z.lazy(() => says(['grant', 'change', 'revoke', 'nothing'])).optional(),
  fields: z.lazy(fields).describe(PAGE),
  samples: z.lazy(samples).describe(PAGE),
  answer: z.lazy(() => answer(secretName)).optional(),
});
