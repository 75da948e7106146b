/** Bytes put aside while a snapshot is made, so that memory stays flat. Disposing of it frees them. */
export interface Spool extends AsyncDisposable {
  append(bytes: Uint8Array): Promise<void>;
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Forgets what it holds and stays usable. */
  clear(): Promise<void>;
}
export type OpenSpool = () => Promise<Spool>;

const CHUNK = 256 * 1024;
const encoder = new TextEncoder();

/** The first `size` bytes in order. */
export async function* readSpool(spool: Spool, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < size; offset += CHUNK) {
    yield await spool.read(offset, Math.min(CHUNK, size - offset));
  }
}

/**
 * Lines written one by one and read again, as often as wanted, in the order of their keys. In memory stand only the
 * keys and where each line ends.
 */
export class Lines<Key> {
  readonly #spool: Spool;
  readonly #keys: Key[] = [];
  readonly #ends: number[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  async append(key: Key, line: string): Promise<void> {
    const bytes = encoder.encode(line);
    this.#keys.push(key);
    this.#ends.push(this.#bytes + bytes.length);
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= CHUNK) await this.#flush();
  }

  get size(): number {
    return this.#keys.length;
  }

  count(wanted: (key: Key) => boolean): number {
    return this.#keys.reduce((count, key) => count + (wanted(key) ? 1 : 0), 0);
  }

  /** The bytes in the order of `compare`, as written without one; only lines whose key is `wanted`. */
  async *chunks(
    compare?: (a: Key, b: Key) => number,
    wanted: (key: Key) => boolean = () => true,
  ): AsyncGenerator<Uint8Array> {
    await this.#flush();
    const order = [...this.#keys.entries()].filter(([, key]) => wanted(key));
    if (compare) order.sort(([, a], [, b]) => compare(a, b));
    let from = 0;
    let to = 0;
    for (const [index] of order) {
      const start = this.#ends[index - 1] ?? 0;
      // lines that lie beside each other are read at once
      if (start !== to || to - from >= CHUNK) {
        if (to > from) yield await this.#spool.read(from, to - from);
        from = start;
      }
      to = this.#ends[index] ?? start;
    }
    if (to > from) yield await this.#spool.read(from, to - from);
  }

  get #bytes(): number {
    return this.#ends.at(-1) ?? 0;
  }

  async #flush(): Promise<void> {
    if (this.#pendingBytes === 0) return;
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    await this.#spool.append(bytes);
  }
}
