/** Bytes put aside while a snapshot is made, so that memory stays flat. Disposing of it frees them. */
export interface Spool extends AsyncDisposable {
  append(bytes: Uint8Array): Promise<void>;
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Forgets what it holds and stays usable. */
  clear(): Promise<void>;
}
export type OpenSpool = () => Promise<Spool>;

const CHUNK = 64 * 1024;
const encoder = new TextEncoder();

/** The first `size` bytes in order. */
export async function* readSpool(spool: Spool, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < size; offset += CHUNK) {
    yield await spool.read(offset, Math.min(CHUNK, size - offset));
  }
}

/** Lines written one by one and read again, as often as wanted, in any order. In memory stands only where each ends. */
export class Lines {
  readonly #spool: Spool;
  readonly #ends: number[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  async append(line: string): Promise<void> {
    const bytes = encoder.encode(line);
    this.#ends.push((this.#ends.at(-1) ?? 0) + bytes.length);
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= CHUNK) await this.#flush();
  }

  get size(): number {
    return this.#ends.length;
  }

  /** The bytes of the lines with these numbers, from 0, in this order; of all as they were written without. */
  async *chunks(order: Iterable<number> = this.#ends.keys()): AsyncGenerator<Uint8Array> {
    await this.#flush();
    let from = 0;
    let to = 0;
    for (const index of order) {
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

  async #flush(): Promise<void> {
    if (this.#pendingBytes === 0) return;
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    await this.#spool.append(bytes);
  }
}
