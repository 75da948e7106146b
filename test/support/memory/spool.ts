import type { OpenSpool } from '../../../lib/export/spool.ts';

/** Spools in memory; `open` counts those that were not disposed of. */
export function memorySpools(): { openSpool: OpenSpool; open: () => number } {
  let open = 0;
  const openSpool: OpenSpool = async () => {
    let bytes = Buffer.alloc(0);
    open += 1;
    return {
      append: async (more) => void (bytes = Buffer.concat([bytes, more])),
      read: async (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
      clear: async () => void (bytes = Buffer.alloc(0)),
      [Symbol.asyncDispose]: async () => void (open -= 1),
    };
  };
  return { openSpool, open: () => open };
}
