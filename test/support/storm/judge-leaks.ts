import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What leaves the system for people and programs: logs with the metrics in them, outcomes. */
const WRITTEN = ['functions.log', 'outcomes.jsonl'];
/** All people of the storm are called and written to like this, and nothing else is. */
const PEOPLE = /\b(?:First|Last)\d+\b|person-\d+|@example\.com|%40example\.com/;

/** Lines that hold a name, an address, a key or a token; and how many were looked at. */
export async function leaks(data: string, tokens: readonly string[]): Promise<{ found: string[]; searched: number }> {
  const secrets = Object.values(JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as Record<string, string>); // -- as infra/local writes it
  const canaries = [...new Set([...secrets, ...tokens])].flatMap((secret) => [
    secret,
    Buffer.from(`${secret}:`).toString('base64'),
  ]);
  const found: string[] = [];
  let searched = 0;
  for (const file of WRITTEN) {
    for await (const line of createInterface({ input: createReadStream(join(data, file)) })) {
      searched += 1;
      if (PEOPLE.test(line)) found.push(`${file}, line ${searched}: somebody`);
      if (canaries.some((canary) => line.includes(canary))) found.push(`${file}, line ${searched}: a secret`);
    }
  }
  return { found, searched };
}
