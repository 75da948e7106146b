import { wholeBytes } from '../../lib/bytes.ts';
import { AppError, isAppError } from '../../lib/errors.ts';
import type { Archive } from '../../lib/lifecycle/ports.ts';
import { CapturedSchema, folderOf } from '../../lib/sources/capture.ts';
import type { SignedRequest } from '../../lib/webhooks/index.ts';
import type { Given } from '../ops/frame/command.ts';
import { readBytes } from '../ops/frame/file.ts';

/** A delivery that somebody has at hand. */
export interface Delivered {
  request: SignedRequest;
  /** As the door took it in: when, and what the sender was told. */
  door?: { at: number; status: number };
}

/** `--payload` with `--headers` and `--url`; without headers nothing can be verified. */
export async function deliveredInFiles(source: string, { options }: Given): Promise<Delivered> {
  const { payload, headers, url } = options;
  if (typeof payload !== 'string')
    throw new AppError('ARGUMENT_INVALID', 'Name the delivery: --payload <file>, or --captured last.');
  const body = await readBytes(payload, '--payload: ');
  const text = typeof headers === 'string' ? Buffer.from(await readBytes(headers, '--headers: ')).toString() : '';
  const address = typeof url === 'string' ? url : `https://example.com/webhooks/${source}`;
  return { request: { method: 'POST', url: address, headers: headersIn(text), body } };
}

/** As tools show them: `name: value` in lines, or JSON. */
function headersIn(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^([A-Za-z0-9_-]+):\s*(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  if (!text.trimStart().startsWith('{')) return Object.fromEntries(lines);
  try {
    const pairs = Object.entries<unknown>(JSON.parse(text));
    return Object.fromEntries(pairs.map(([name, value]) => [name, [value].flat().join(',')]));
  } catch (cause) {
    throw new AppError('ARGUMENT_INVALID', '--headers: neither JSON nor lines of the form name: value.', { cause });
  }
}

/** The last delivery that the door captured of a source. */
export async function lastCaptured(archive: Archive, source: string): Promise<Delivered> {
  const key = (await archive.list(folderOf(source))).at(-1);
  const chunks = key === undefined ? undefined : await archive.get(key);
  if (chunks === undefined)
    throw new AppError(
      'ARGUMENT_INVALID',
      `No delivery of ${source} is captured: set sources.${source}.capture.until, let it send, and look again.`,
    );
  const text = (await wholeBytes(chunks)).toString();
  const { at, status, ...request } = CapturedSchema.parse(JSON.parse(text));
  return { request, door: { at, status } };
}

/** What is wrong with a body on purpose; anything else is a bug. */
export function whyUnreadable(error: unknown): string {
  if (isAppError(error, 'REQUEST_UNREADABLE')) return error.message;
  throw error;
}
