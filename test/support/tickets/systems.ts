import type { ConfigInput } from '../../../lib/config/index.ts';
import { startScriptedServer } from '../scripted-server.ts';
import { freshservice } from './freshservice.ts';
import { github } from './github.ts';
import { jira } from './jira.ts';
import { servicenow } from './servicenow.ts';
import { zendesk } from './zendesk.ts';

type Sources = NonNullable<ConfigInput['sources']>;

const KEY = 'bot@example.com:key';
const SYS_ID = '0f5c1a2b3c4d5e6f708192a3b4c5d6e7';
const samples = [{ name: 'none', body: {}, means: [] }];
const role = { from: 'role', table: { Manager: 'customer_portfolio_manager' } };

/** Of each ticketing system one ticket that is approved; what it sends when that happens, and what a comment on it sends. */
export const TICKETS = {
  jira: {
    ticket: 'ACC-17',
    states: ['Approved'],
    approval: (email: string, at: number) => ({
      timestamp: at,
      webhookEvent: 'jira:issue_updated',
      issue_event_type_name: 'issue_generic',
      user: { accountId: '557058:0001' },
      issue: { key: 'ACC-17', fields: { email, role: { value: 'Manager' }, status: { name: 'Approved' } } },
      changelog: { id: '1', items: [{ field: 'status', fromString: 'Waiting', toString: 'Approved' }] },
    }),
    comment: {
      timestamp: 1,
      webhookEvent: 'comment_created',
      issue: { key: 'ACC-17', fields: { status: { name: 'Approved' } } },
    },
    moved: 'Done',
  },
  servicenow: {
    ticket: SYS_ID,
    states: ['approved', 'Approved'],
    approval: (email: string, at: number) => ({
      ticket: SYS_ID,
      status: 'approved',
      email,
      role: 'Manager',
      at: new Date(at).toISOString(),
    }),
    comment: { ticket: SYS_ID, status: 'requested' },
    moved: '3',
  },
  zendesk: {
    ticket: '35436',
    states: ['vip', 'approved'],
    approval: (email: string, at: number) => ({
      ticket: '35436',
      status: 'vip approved',
      email,
      role: 'Manager',
      at: new Date(at).toISOString(),
    }),
    comment: { ticket: '35436', status: 'vip' },
    moved: 'solved',
  },
  freshservice: {
    ticket: 'SR-17',
    states: ['approved'],
    approval: (email: string, at: number) => ({
      ticket: 'SR-17',
      status: 'Approved',
      email,
      role: 'Manager',
      at: new Date(at).toISOString(),
    }),
    comment: { ticket: 'SR-17', status: 'Open' },
    moved: '4',
  },
  github: {
    ticket: 'example/access#7',
    states: ['approved'],
    approval: (email: string, at: number) => ({
      action: 'labeled',
      issue: {
        number: 7,
        updated_at: new Date(at).toISOString(),
        body: `### E-mail\n\n${email}\n\n### Role\n\nManager`,
      },
      label: { name: 'approved' },
      repository: { full_name: 'example/access' },
      sender: { login: 'lead' },
    }),
    comment: { action: 'created', issue: { number: 7 }, comment: { body: 'Bitsight: …' }, sender: { login: 'lead' } },
    moved: 'closed',
  },
};
export type TicketKind = keyof typeof TICKETS;

/** The stand-ins of all of them behind real servers, the sources that speak of them, and their keys. */
export async function startTicketSystems() {
  const systems = {
    jira: jira(KEY, [TICKETS.jira.ticket, TICKETS.jira.states]),
    servicenow: servicenow(KEY, [TICKETS.servicenow.ticket, TICKETS.servicenow.states]),
    zendesk: zendesk(KEY, [TICKETS.zendesk.ticket, TICKETS.zendesk.states]),
    freshservice: freshservice(KEY, [TICKETS.freshservice.ticket, TICKETS.freshservice.states]),
    github: github(KEY, [TICKETS.github.ticket, TICKETS.github.states]),
  };
  const started = await Promise.all(
    Object.entries(systems).map(async ([name, { answer }]) => [name, await startScriptedServer(answer)] as const),
  );
  const servers = Object.fromEntries(started);
  const answer = (kind: TicketKind) => ({
    baseUrl: servers[kind]?.url ?? '',
    secret: `${kind}-answer`,
    done: TICKETS[kind].moved,
  });
  const base = (kind: TicketKind) => ({
    secret: `${kind}-webhook`,
    samples,
    answer: answer(kind),
    approved: 'approved',
  });
  const sources: Sources = {
    jira: {
      ...base('jira'),
      kind: 'jira',
      fields: { email: 'issue.fields.email', role: { ...role, from: 'issue.fields.role.value' } },
    },
    servicenow: { ...base('servicenow'), kind: 'servicenow', fields: { role } },
    zendesk: { ...base('zendesk'), kind: 'zendesk', fields: { role } },
    freshservice: { ...base('freshservice'), kind: 'freshservice', fields: { role } },
    github: {
      ...base('github'),
      kind: 'github',
      approvers: ['lead'],
      handshake: 'github-ping',
      fields: { role: { ...role, from: 'form.Role' } },
    },
  };
  return {
    systems,
    wrong: Object.values(systems).map(({ wrong }) => wrong),
    sources,
    keys: Object.fromEntries(Object.keys(systems).map((kind) => [`${kind}-answer`, KEY])),
    stop: async () => void (await Promise.all(started.map(([, { stop }]) => stop()))),
  };
}
