import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import type { Simulator } from '../../infra/local/bitsight-simulator/server.ts';
import { type StartOptions, startSystem as start, type System } from '../../infra/local/system.ts';
import { everybody } from '../../lib/lifecycle/identity.ts';
import type { Store } from '../../lib/lifecycle/ports.ts';

/** What must not be found: each secret, and each name and address of anybody that a system ever heard of. */
export interface Canaries {
  secrets: RegExp;
  people: RegExp;
}
/** Lines and files that were looked at, and those in which something was found. */
export interface Searched {
  searched: number;
  found: string[];
}

const NAMING = ['email', 'firstName', 'lastName', 'displayName', 'managerEmail'] as const;
/** Shorter ones stand in every other word. */
const LEAST = 5;

export async function canariesOf(data: string, core: Simulator['core'], store: Pick<Store, 'scan'>): Promise<Canaries> {
  const stored = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')));
  const secrets = [...Object.values(stored), ...core.tokens()];
  const people = core.users().flatMap(({ email, formal_name: name }) => [email, name]);
  for await (const { emails, facts } of everybody(store))
    people.push(
      ...emails,
      ...Object.values(facts).flatMap((known) =>
        NAMING.flatMap((name) => (known[name] ?? []).map(({ value }) => value ?? '')),
      ),
    );
  return {
    secrets: anyOf(secrets.flatMap((secret) => [secret, Buffer.from(`${secret}:`).toString('base64')])),
    people: new RegExp(`${anyOf(people).source}|[\\w.+-]+(?:@|%40)[\\w-]+\\.\\w+`),
  };
}

function anyOf(texts: string[]): RegExp {
  const told = texts.flatMap((text) => [text, encodeURIComponent(text)]).filter(({ length }) => length >= LEAST);
  return new RegExp(
    `(?<![\\w-])(?:${[...new Set(told)].map((text) => text.replaceAll(/\W/g, String.raw`\$&`)).join('|')})(?![\\w-])`,
  );
}

/** Lines for people and programs: neither secrets nor people. */
export function searchLines(name: string, text: string, { secrets, people }: Canaries): Searched {
  const lines = text.split('\n').filter(Boolean);
  const found = lines.flatMap((line, index) => [
    ...(secrets.test(line) ? [`${name}, line ${index + 1}: a secret`] : []),
    ...(people.test(line) ? [`${name}, line ${index + 1}: somebody`] : []),
  ]);
  return { searched: lines.length, found };
}

const WRITTEN = ['functions.log', 'outcomes.jsonl', 'messages.txt'];

/** Everything that a local system has written: logs with the metrics in them, outcomes, messages, dead letters, the bucket. */
export function searchData(data: string, canaries: Canaries): Searched {
  const lines = [
    ...WRITTEN.filter((name) => existsSync(join(data, name))).map(
      (name) => [name, readFileSync(join(data, name), 'utf8')] as const,
    ),
    ['reasons of dead letters', reasonsIn(join(data, 'queues', 'fauxqs.db'))] as const,
  ].map(([name, text]) => searchLines(name, text, canaries));
  // exports name people, that is what they are for
  const objects = globSync('bucket/**/*', { cwd: data, withFileTypes: true }).filter((entry) => entry.isFile());
  const held = objects.map(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name));
    const text = (/\.gz(?:\.data)?$/.test(name) ? gunzipSync(bytes) : bytes).toString('utf8');
    return searchLines(name, text, { ...canaries, people: NOBODY });
  });
  return sum([...lines, ...held]);
}
const NOBODY = /(?!)/;

function reasonsIn(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database
    .prepare("SELECT message_attributes AS a FROM sqs_messages WHERE queue_name LIKE '%-dead'")
    .all();
  database.close();
  return rows.map(({ a }) => String(a)).join('\n');
}

export const sum = (all: Searched[]): Searched => ({
  searched: all.reduce((count, { searched }) => count + searched, 0),
  found: all.flatMap(({ found }) => found),
});

/** Says how much was looked at. @throws Error where something was found. */
export function judge({ searched, found }: Searched): void {
  process.stderr.write(`canaries: ${searched} lines searched, ${found.length} hits\n`);
  if (found.length > 0) throw new Error(`What nobody may read was written:\n${found.join('\n')}`);
}

/** The whole system on this machine, as `npm start` has it; whatever it wrote is searched when it stops. */
export async function startSystem(options: StartOptions): Promise<System> {
  const system = await start(options);
  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    const canaries = await canariesOf(system.data, system.simulator.core, system.store);
    await system.stop();
    judge(searchData(system.data, canaries));
  }
  return { ...system, stop: () => (stopping ??= stop()) };
}
