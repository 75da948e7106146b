/** What `work` writes to standard output and error, where Lambda takes logs and metrics from. */
export async function written(work: () => unknown): Promise<string> {
  const chunks: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write.bind(stream));
  for (const stream of streams) stream.write = (chunk: Uint8Array | string) => chunks.push(chunk.toString()) > 0;
  try {
    await work();
  } finally {
    streams.forEach((stream, index) => {
      const write = writes[index];
      if (write !== undefined) stream.write = write;
    });
  }
  return chunks.join('');
}
