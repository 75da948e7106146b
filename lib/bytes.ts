/** A text as a body of the archive. */
export function textBytes(text: string): AsyncGenerator<Uint8Array> {
  return once(new TextEncoder().encode(text));
}

/** Bytes as a body of the archive. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A body as one piece; empty where there is none. */
export async function wholeBytes(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  return Buffer.concat(body === undefined ? [] : await Array.fromAsync(body));
}
