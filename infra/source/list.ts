import type { SourceConfig } from '../../lib/config/index.ts';
import { toIso } from '../../lib/time.ts';
import { captureEnd } from '../../lib/sources/capture.ts';
import { loadConfigFile } from '../config-file.ts';
import type { Standalone } from '../ops/frame/command.ts';
import { type Column, table } from '../ops/frame/table.ts';
import { dialectWords, pageOf } from './systems.ts';

export const command: Standalone = {
  summary: 'the sources of the configuration: where they send, how they show who they are',
  usage: '',
  async runAlone({ config: path }) {
    const { config } = await loadConfigFile(path);
    const rows = Object.entries(config.sources).map(([id, source]) => rowOf(id, source));
    const text = table(rows, [
      { title: 'source', of: ({ source }) => source },
      { title: 'kind', of: ({ kind }) => kind },
      { title: 'where', of: ({ where }) => where },
      { title: 'dialect', of: ({ dialect }) => dialect },
      { title: 'handshake', of: ({ handshake }) => handshake },
      { title: 'secret', of: ({ secret }) => secret },
      { title: 'page', of: ({ page }) => page },
      ...(rows.some(({ capturedUntil }) => capturedUntil) ? [CAPTURED] : []),
      { title: 'not certain', of: ({ uncertain }) => uncertain && `not certain: ${uncertain}`, folds: true },
    ]);
    return { text: rows.length === 0 ? 'No source is configured.' : text, data: rows };
  },
};

const CAPTURED: Column<ReturnType<typeof rowOf>> = {
  title: 'captured until',
  of: ({ capturedUntil }) => capturedUntil,
};

function rowOf(source: string, settings: SourceConfig) {
  const { kind } = settings;
  const page = pageOf(settings);
  if (settings.kind === 'roster') return { source, kind, where: `roster-inbox/${source}/`, page };
  const { name: dialect, uncertain } = dialectWords(settings);
  const { secret, handshake } = settings;
  const end = captureEnd(settings);
  const capturedUntil = end === undefined ? undefined : toIso(end);
  return { source, kind, where: `/webhooks/${source}`, dialect, handshake, secret, page, capturedUntil, uncertain };
}
