import type { OpenSpool } from '../../../lib/export/spool.ts';

/** Spools in memory; `open` counts those that were not disposed of. */
export function memorySpools(): { openSpool: OpenSpool; open: () => number } {
  let open = 0;
  const openSpool: OpenSpool = async () => {
    let bytes = Buffer.alloc(0);
    let closed = false;
    open += 1;
    return {
      append: async (more) => void (bytes = Buffer.concat([bytes, more])),
      async read(offset, length) {
        if (closed) throw new RangeError('The spool is closed.'); // as a file is
        return Uint8Array.from(bytes.subarray(offset, offset + length));
      },
      clear: async () => void (bytes = Buffer.alloc(0)),
      async [Symbol.asyncDispose]() {
        closed = true;
        open -= 1;
      },
    };
  };
  return { openSpool, open: () => open };
}
