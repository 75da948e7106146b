import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Archive } from '../../lib/lifecycle/ports.ts';

export interface ArchiveMaker {
  /** An archive over a new, empty bucket. */
  newArchive(): Promise<Archive>;
  close(): Promise<void>;
}

const MIB = 1024 * 1024;

async function* chunks(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* failing(bytes: number, error: Error): AsyncIterable<Uint8Array> {
  for (let given = 0; given < bytes; given += MIB) yield Buffer.alloc(Math.min(MIB, bytes - given), 'x');
  throw error;
}

async function read(archive: Archive, key: string): Promise<string | undefined> {
  const body = await archive.get(key);
  return body === undefined ? undefined : Buffer.concat(await Array.fromAsync(body)).toString();
}

/** What an archive keeps to, wherever its objects lie. */
export function archiveContract(name: string, open: () => Promise<ArchiveMaker>): void {
  describe(`archive ${name}`, () => {
    let maker: ArchiveMaker;
    let archive: Archive;
    beforeAll(async () => void (maker = await open()));
    beforeEach(async () => void (archive = await maker.newArchive()));
    afterAll(() => maker.close());

    test('an object that was never put is undefined, not an error', async () => {
      expect(await archive.get('night/none.csv')).toBeUndefined();
    });

    test.each([
      ['nothing', []],
      ['an empty chunk', ['']],
      ['several chunks', ['guid,email\n', '', '1,añna@example.com\n']],
    ])('a body of %s comes back as it was', async (_, texts) => {
      await archive.put('night/users.csv', chunks(...texts), 'text/csv');
      expect(await read(archive, 'night/users.csv')).toBe(texts.join(''));
    });

    test('a body that needs several parts comes back whole and in order', async () => {
      const parts = Array.from({ length: 11 }, (_, n) => String.fromCodePoint(97 + n).repeat(MIB + n));
      await archive.put('night/large', chunks(...parts), 'text/plain');
      expect((await read(archive, 'night/large')) === parts.join('')).toBe(true);
    });

    test('a put over an object replaces it', async () => {
      await archive.put('a', chunks('first, and longer'), 'text/plain');
      await archive.put('a', chunks('second'), 'text/plain');
      expect(await read(archive, 'a')).toBe('second');
    });

    test.each([0, 1, 7 * MIB, 22 * MIB])('nothing appears when the source throws after %d bytes', async (bytes) => {
      const error = new Error('the population moved');
      await expect(archive.put('night/users.csv', failing(bytes, error), 'text/csv')).rejects.toBe(error);
      expect(await archive.get('night/users.csv')).toBeUndefined();
      expect(await archive.list('')).toEqual([]);
    });

    test('what was there stays when the source of its replacement throws', async () => {
      await archive.put('a', chunks('first'), 'text/plain');
      await expect(archive.put('a', failing(6 * MIB, new Error('x')), 'text/plain')).rejects.toThrow('x');
      expect(await read(archive, 'a')).toBe('first');
    });

    test('lists the keys that begin with a prefix, in order, and takes it literally', async () => {
      const keys = [
        'night/2026-11-02/b.csv',
        'night/2026-11-02/a.csv',
        'night/2026-11-02',
        'nightly',
        'night/2026%2/x',
      ];
      for (const key of keys) await archive.put(key, chunks('x'), 'text/plain');
      expect(await archive.list('night/2026-11-02/')).toEqual(['night/2026-11-02/a.csv', 'night/2026-11-02/b.csv']);
      expect(await archive.list('night/2026%2')).toEqual(['night/2026%2/x']);
      expect(await archive.list('night')).toEqual([...keys].sort());
      expect(await archive.list('night/2026.11')).toEqual([]);
    });

    test('a key may hold what people put into the names of files', async () => {
      const key = "roster-inbox/Zoë's list (1) + R&D=100%, #2 <new>.csv";
      await archive.put(key, chunks('x'), 'text/csv');
      expect(await archive.list('roster-inbox/')).toEqual([key]);
      expect(await read(archive, key)).toBe('x');
    });

    test('what is deleted is gone, alone, and to delete it again is no error: whoever died in between does both again', async () => {
      for (const key of ['inbox/a.csv', 'inbox/a.csv.old']) await archive.put(key, chunks('x'), 'text/csv');
      await archive.delete('inbox/a.csv');
      await archive.delete('inbox/a.csv');
      expect(await archive.get('inbox/a.csv')).toBeUndefined();
      expect(await archive.list('inbox/')).toEqual(['inbox/a.csv.old']);
    });

    test('a reader may stop in the middle', async () => {
      await archive.put('large', chunks(...Array.from({ length: 3 }, () => 'x'.repeat(MIB))), 'text/plain');
      for await (const chunk of (await archive.get('large')) ?? []) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(await archive.list('')).toEqual(['large']);
    });
  });
}
