import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { changeOf, pairs } from '../../../lib/export/diff.ts';
import { ownRows, readRows } from '../../../lib/export/jsonl.ts';
import { tell } from './measured.ts';

/** Two files of rows, compared as the night does it, or only read and parsed line by line. */
const [, , how, before = '', after = ''] = process.argv;

async function compare(): Promise<number> {
  let accounts = 0;
  let changes = 0;
  for await (const pair of pairs(readRows(createReadStream(before)), ownRows(createReadStream(after)))) {
    accounts += 1;
    if (changeOf(pair)) changes += 1;
  }
  if (changes === 0) throw new Error('the two nights are the same');
  return accounts;
}

async function parse(): Promise<number> {
  const guids = new Set<string>();
  for (const file of [before, after])
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const row: { guid: string } = JSON.parse(line);
      guids.add(row.guid);
    }
  return guids.size;
}

await tell(how === 'compare' ? compare : parse);
