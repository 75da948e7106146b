/** What SQS and EventBridge take in one request: entries, and bytes over all of them. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;

/**
 * Sends every entry, in batches that go at the same time; what a batch refuses is sent once more by itself. `send` returns
 * the entries that were refused, this returns those that were refused twice.
 */
export async function sendInBatches<T>(
  entries: T[],
  bytesOf: (entry: T) => number,
  send: (batch: T[]) => Promise<T[]>,
): Promise<T[]> {
  const sendOnce = async (some: T[]): Promise<T[]> => (await Promise.all(batchesOf(some, bytesOf).map(send))).flat();
  return sendOnce(await sendOnce(entries));
}

function batchesOf<T>(entries: T[], bytesOf: (entry: T) => number): T[][] {
  const batches: T[][] = [];
  let room = 0;
  for (const entry of entries) {
    const bytes = bytesOf(entry);
    const last = batches.at(-1);
    if (last === undefined || last.length === MOST_ENTRIES || bytes > room) {
      batches.push([entry]);
      room = MOST_BYTES - bytes;
    } else {
      last.push(entry);
      room -= bytes;
    }
  }
  return batches;
}
