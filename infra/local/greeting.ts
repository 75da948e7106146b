import { join, relative } from 'node:path';
import { type Config, rosterSources, webhookSources } from '../../lib/config/index.ts';
import type { System } from './system.ts';

/** What `npm start` says when all is up: what listens, where the data is, what to try. */
export function greeting(
  { url, simulator, config, data }: System,
  { config: file, plan, speed }: { config: string; plan: boolean; speed: number },
): string {
  const inside = relative('.', data);
  const directory = inside === '' || inside.startsWith('..') ? data : inside;
  const option = directory === '.data/local' ? '' : ` --data ${directory}`;
  const sources = webhookSources(config.sources).map(([id]) => id);
  const hasFiles = sources.length === 0 && rosterSources(config.sources).length > 0;
  const none = hasFiles ? 'no source sends: files alone' : 'no source is configured';
  const first = hasFiles ? 'ops -- adopt --roster <file>' : `source -- send ${toSend(config)}`;
  return `
Bitsight user lifecycle on this machine. Nothing leaves it.

  front door  ${url}/webhooks/<source>   ${sources.join(', ') || none}
  Bitsight    ${simulator.url}   a stand-in with ${simulator.core.users().length} accounts, never the real one
  data        ${directory}   ledger, queues, bucket, outcomes.jsonl, messages.txt, functions.log, secrets.json
  config      ${file}   ${config.policy.rules.length} rules, offboarding: ${config.offboarding?.mode ?? 'not chosen'}
  changes     ${plan ? 'planned and recorded, none is made' : 'made, in the stand-in'}${speed === 1 ? '' : `; time runs ${speed} times as fast`}

Try
  npm run -s ${first}${option}
  tail -f ${join(directory, 'outcomes.jsonl')}
  curl -u ${simulator.token}: '${simulator.url}/ratings/v2/users?limit=2'

Ctrl-C stops it.
`;
}

/** A hire, by the first source that can tell of one; a ticket only grants. */
export function toSend({ sources }: Config): string {
  const senders = webhookSources(sources);
  const hires = senders.find(([, source]) => !('samples' in source) || says(source, 'joiner'));
  const [id, source] = hires ?? senders[0] ?? ['<source>'];
  const isTicket = hires === undefined && source !== undefined && 'samples' in source && says(source, 'grant');
  return `${id} --event ${isTicket ? 'granted' : 'hired'}`;
}

const says = ({ samples }: { samples: readonly { means: readonly { says: string }[] }[] }, word: string): boolean =>
  samples.some(({ means }) => means.some((one) => one.says === word));
