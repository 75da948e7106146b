import type { Config, RosterSource, SourceConfig, WebhookSource } from './schema.ts';

/** Sources that sign what they send to the door, by id. */
export function webhookSources(sources: Config['sources']): [id: string, source: WebhookSource][] {
  return Object.entries(sources).flatMap(([id, source]) => (isRoster(source) ? [] : [[id, source] as const]));
}

/** Sources whose word comes as a file, by id. */
export function rosterSources(sources: Config['sources']): [id: string, source: RosterSource][] {
  return Object.entries(sources).flatMap(([id, source]) => (isRoster(source) ? [[id, source] as const] : []));
}

function isRoster(source: SourceConfig): source is RosterSource {
  return source.kind === 'roster';
}

/** The keys by which HR systems are asked, and where: `[source, settings]`. */
export function fetchSettings(sources: Config['sources']): [id: string, fetch: { secret: string; baseUrl: string }][] {
  return Object.entries(sources).flatMap(([id, source]) =>
    'fetch' in source && source.fetch !== undefined ? [[id, source.fetch] as const] : [],
  );
}
