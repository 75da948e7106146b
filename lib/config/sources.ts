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

/** Ticketing sources that are answered, by id: what they ask for is looked at again there, and the end told. */
export function answeredSources(sources: Config['sources']): [id: string, source: AnsweredSource][] {
  return Object.entries(sources).flatMap(([id, source]) =>
    isTicketing(source) && source.answer !== undefined ? [[id, { ...source, answer: source.answer }] as const] : [],
  );
}
export type AnsweredSource = TicketSource & { answer: NonNullable<TicketSource['answer']> };

function isRoster(source: SourceConfig): source is RosterSource {
  return source.kind === 'roster';
}

/** The keys by which HR systems are asked, and where: `[source, settings]`. */
export function fetchSettings(sources: Config['sources']): [id: string, fetch: { secret: string; baseUrl: string }][] {
  return Object.entries(sources).flatMap(([id, source]) =>
    'fetch' in source && source.fetch !== undefined ? [[id, source.fetch] as const] : [],
  );
}

/** Names of the secrets by which the workers ask HR systems, and ask and answer ticket systems. */
export function workerKeys(sources: Config['sources']): string[] {
  return [
    ...fetchSettings(sources).map(([, { secret }]) => secret),
    ...answeredSources(sources).map(([, { answer }]) => answer.secret),
  ];
}
