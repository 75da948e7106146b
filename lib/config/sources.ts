import type { Config, RosterSource, SourceConfig, TicketSource, WebhookSource } from './schema.ts';
import { TICKET_SYSTEMS } from './tickets.ts';

/** Sources that sign what they send to the door, by id. */
export function webhookSources(sources: Config['sources']): [id: string, source: WebhookSource][] {
  return Object.entries(sources).flatMap(([id, source]) => (isRoster(source) ? [] : [[id, source] as const]));
}

/** Sources whose word comes as a file, by id. */
export function rosterSources(sources: Config['sources']): [id: string, source: RosterSource][] {
  return Object.entries(sources).flatMap(([id, source]) => (isRoster(source) ? [[id, source] as const] : []));
}

export function isTicketing(source: SourceConfig): source is TicketSource {
  return TICKET_SYSTEMS.some((kind) => kind === source.kind);
}

/** Whether its tickets are looked at again before what they ask for is done, and told the end. */
export function isAnswered(source: SourceConfig | undefined): source is AnsweredSource {
  return source !== undefined && isTicketing(source) && source.answer !== undefined;
}
export type AnsweredSource = TicketSource & { answer: NonNullable<TicketSource['answer']> };

export function answeredSources(sources: Config['sources']): [id: string, source: AnsweredSource][] {
  return Object.entries(sources).flatMap(([id, source]) => (isAnswered(source) ? [[id, source] as const] : []));
}

function isRoster(source: SourceConfig): source is RosterSource {
  return source.kind === 'roster';
}

/** Names of the secrets that people put in. */
export function secretNames({ bitsight, sources }: Pick<Config, 'bitsight' | 'sources'>): string[] {
  const named = [...webhookSources(sources), ...keySettings(sources)].map(([, { secret }]) => secret);
  return [...new Set([bitsight.tokenSecret, ...named])];
}

/** Whether its HR system can be asked about a person. */
export function canBeAsked(source: SourceConfig | undefined): source is AskedSource {
  return source !== undefined && 'fetch' in source && source.fetch !== undefined;
}
export type AskedSource = Extract<SourceConfig, { fetch?: unknown }> & { fetch: { secret: string; baseUrl: string } };

/** Where HR systems are asked, and by which key: `[source, settings]`. */
export function fetchSettings(sources: Config['sources']): [id: string, fetch: { secret: string; baseUrl: string }][] {
  return Object.entries(sources).flatMap(([id, source]) => (canBeAsked(source) ? [[id, source.fetch] as const] : []));
}

/** The keys by which the workers call other systems, and where: `[setting, settings]`. */
export function keySettings(sources: Config['sources']): [setting: string, key: { secret: string; baseUrl: string }][] {
  return [
    ...fetchSettings(sources).map(([id, fetch]): [string, typeof fetch] => [`sources.${id}.fetch`, fetch]),
    ...answeredSources(sources).map(([id, { answer }]): [string, typeof answer] => [`sources.${id}.answer`, answer]),
  ];
}
