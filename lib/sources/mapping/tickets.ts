import type { DateFinding, Finding, Mapping, Reading } from '../../config/mapping.ts';
import type { TicketSource } from '../../config/schema.ts';
import type { TicketSystem } from '../../config/tickets.ts';
import type { LifecycleEvent } from '../../lifecycle/event.ts';
import type { Ids } from '../../lifecycle/ports.ts';
import { unreadable } from '../../webhooks/json.ts';
import { type Delivery, eventsOf } from '../delivery.ts';
import { readBody } from './body.ts';
import { find } from './expression.ts';
import { placed, readingsOf } from './reading.ts';
import { statementsIn } from './translate.ts';
import { sameName } from '../tickets/api.ts';

/** Where a system says what a request needs; the source's own `fields` and `says` come first. */
interface Places {
  /** What was reached: finds nothing where the delivery tells of something else. */
  reached: string;
  /** Who did it. */
  by: string;
  /** How the system writes the id of a ticket. */
  ticket: RegExp;
  says: Mapping['says'];
  fields: Mapping['fields'];
}

const at = (from: string): Finding => ({ from, lowerCase: false, table: {} });
const on = (from: string, date: string): DateFinding => ({ ...at(from), date });
const asking = (from: string): Mapping['says'] => ({
  from,
  table: { grant: 'grant', change: 'change', revoke: 'revoke' },
  default: 'grant',
});

/** The body that we publish for whoever writes their own (docs/sources/tickets.md). */
const OURS = {
  reached: 'status',
  by: 'by',
  says: asking('request'),
  fields: {
    ticket: at('ticket'),
    email: at('email'),
    group: at('group'),
    until: on('until', 'YYYY-MM-DD'),
    said: on('at', 'iso'),
  },
};

const PLACES: Record<TicketSystem, Places> = {
  servicenow: { ...OURS, ticket: /^[0-9a-f]{32}$/ },
  zendesk: { ...OURS, ticket: /^[1-9]\d{0,18}$/ },
  freshservice: { ...OURS, ticket: /^(?:[A-Z]{1,5}-)?[1-9]\d{0,17}$/ },
  // its own webhook tells each change of an issue; a rule of Automation sends what its author chose
  jira: {
    ...OURS,
    reached:
      "(webhookEvent == 'jira:issue_updated' && (changelog.items[?(fieldId || field) == 'status' && fieldtype != 'custom'].toString | [0])) || (!webhookEvent && (status || issue.fields.status.name || fields.status.name))",
    by: 'user.accountId || by',
    ticket: /^[A-Z][A-Z0-9_]{0,99}-[1-9]\d{0,17}$/,
    fields: { ...OURS.fields, ticket: at('issue.key || key || ticket'), said: on('timestamp', 'unix-milliseconds') },
  },
  // `form`: what an issue form asked for, by its headings
  github: {
    reached: "action == 'labeled' && issue && label.name",
    by: 'sender.login',
    ticket: /^[\w-]{1,39}\/[\w.-]{1,100}#[1-9]\d{0,17}$/,
    says: asking('form.Request'),
    fields: {
      ticket: at("join('#', [repository.full_name, to_string(issue.number)])"),
      email: at('form."E-mail"'),
      group: at('form.Group'),
      until: on('form.Until', 'YYYY-MM-DD'),
      said: on('issue.updated_at', 'iso'),
    },
  },
};

/**
 * A delivery of a ticketing system → what was asked for, once it is approved as configured; anything else means nothing.
 *
 * @throws AppError REQUEST_UNREADABLE naming source, setting and expression, never what was sent.
 */
export async function translateTicket(delivery: Delivery<TicketSource>, ids: Ids): Promise<LifecycleEvent[]> {
  const { raw, config, source } = delivery;
  try {
    const readings = await requestsIn(raw, config);
    return eventsOf(
      delivery,
      readings.flatMap((reading) => statementsIn(reading, delivery)),
      ids,
    );
  } catch (cause) {
    throw placed(source, cause);
  }
}

/** What a body asks for, in the terms of the settings. */
export async function requestsIn(raw: Uint8Array, config: TicketSource): Promise<Reading[]> {
  const body = await readBody(raw, 'json');
  const { reached, by, ticket } = PLACES[config.kind];
  if (config.kind === 'github') Object.assign(Object(body), { form: formOf(find('issue.body', body, 'form')) });
  const found = find(reached, body, 'approved');
  const tags = config.kind === 'zendesk' && typeof found === 'string' ? found.split(' ') : found; // one text, with blanks
  if (!isOneOf(config.approved, tags)) return [];
  if (config.approvers !== undefined && !isOneOf(config.approvers, find(by, body, 'approvers'))) return [];
  return readingsOf(body, mappingOf(config)).map((reading) => {
    if (ticket.test(reading.ticket ?? '')) return reading;
    throw unreadable(`fields.ticket: finds no id of a ticket of ${config.kind}.`);
  });
}

/** A ticketing source as the mapping that it is. */
export function mappingOf(config: TicketSource): Pick<Mapping, 'says' | 'fields'> & { timeZone: string } {
  const { says, fields } = PLACES[config.kind];
  return { says: config.says ?? says, fields: { ...fields, ...config.fields }, timeZone: config.timeZone };
}

function isOneOf(names: readonly string[], found: unknown): boolean {
  return [found].flat().some((one) => typeof one === 'string' && names.some((name) => sameName(name, one)));
}

/** The answers of an issue form, by heading, as GitHub writes them into the text of the issue. */
function formOf(text: unknown): Record<string, string> {
  const form: Record<string, string> = Object.create(null);
  if (typeof text !== 'string') return form;
  const [, ...parts] = text.split(/^###[ \t]+(.+?)[ \t]*\r?$/m);
  for (let n = 0; n + 1 < parts.length; n += 2) {
    const [heading = '', answer = ''] = parts.slice(n, n + 2);
    // who approves may have seen only the first
    if (heading in form) throw unreadable('form: a heading is there twice.');
    form[heading] = answer.trim() === '_No response_' ? '' : answer.trim();
  }
  return form;
}
