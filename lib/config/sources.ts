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

/** Names of the secrets that people put in. */
export function secretNames({ bitsight, sources }: Pick<Config, 'bitsight' | 'sources'>): string[] {
  const named = [...webhookSources(sources), ...keySettings(sources)].map(([, { secret }]) => secret);
  return [...new Set([bitsight.tokenSecret, ...named])];
}

/** Where HR systems are asked, and by which key: `[source, settings]`. */
export function fetchSettings(sources: Config['sources']): [id: string, fetch: { secret: string; baseUrl: string }][] {
  return Object.entries(sources).flatMap(([id, source]) =>
    'fetch' in source && source.fetch !== undefined ? [[id, source.fetch] as const] : [],
  );
}

/** The keys by which the workers call other systems, and where: `[setting, settings]`. */
export function keySettings(sources: Config['sources']): [setting: string, key: { secret: string; baseUrl: string }][] {
  return [
    ...fetchSettings(sources).map(([id, fetch]): [string, typeof fetch] => [`sources.${id}.fetch`, fetch]),
    ...answeredSources(sources).map(([id, { answer }]): [string, typeof answer] => [`sources.${id}.answer`, answer]),
  ];
}
