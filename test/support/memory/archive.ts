import type { Archive } from '../../../lib/lifecycle/ports.ts';
import { call, type Hooks } from './hooks.ts';

export type MemoryObjects = Map<string, { body: Uint8Array; contentType: string }>;

export function createMemoryArchive({
  objects = new Map(),
  ...hooks
}: { objects?: MemoryObjects } & Hooks = {}): Archive {
  return {
    put: (key, body, contentType) =>
      call(hooks, 'archive', 'put', async () => {
        objects.set(key, { body: Buffer.concat(await Array.fromAsync(body)), contentType });
      }),
    get: (key) =>
      call(hooks, 'archive', 'get', () => {
        const object = objects.get(key);
        return object === undefined ? undefined : chunksOf(object.body);
      }),
    list: (prefix) =>
      call(hooks, 'archive', 'list', () => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort()),
    delete: (key) => call(hooks, 'archive', 'delete', () => void objects.delete(key)),
  };
}

/** In pieces as a network gives them: no reader may rely on where they end. */
async function* chunksOf(body: Uint8Array): AsyncIterable<Uint8Array> {
  const size = 1021;
  for (let at = 0; at < body.length; at += size) yield body.slice(at, at + size);
}
