import * as z from 'zod';
import { wholeBytes } from '../../lib/bytes.ts';
import { manifestKey } from '../../lib/export/nights.ts';
import { ManifestSchema, type Manifest } from '../../lib/export/manifest.ts';
import { ReceiptSchema, type Receipt } from '../../lib/lifecycle/ledger.ts';
import type { Outcome } from '../../lib/lifecycle/outcome.ts';
import { dateIn } from '../../lib/time.ts';
import { stepLine, nightLine } from './demo-print.ts';
import { ZONE, type Step, type Story } from './demo-story.ts';
import type { System } from './system.ts';

/** A delivery with what became of it. */
export interface Played {
  at: string;
  from: string;
  what: string;
  note?: string | undefined;
  answer: number;
  /** Absent where nothing was accepted. */
  outcome?: Outcome | undefined;
  receipt?: Receipt | undefined;
}
export interface Day {
  steps: Played[];
  manifest: Manifest;
  receipts: Receipt[];
  files: Record<string, Uint8Array>;
}

const AcceptedSchema = z.object({ events: z.array(z.string()) });

export async function playDay(system: System, story: Story, print: (text: string) => void): Promise<Day> {
  story.setTheStage(system.simulator.core);
  await system.night(story.nights[0]);
  const steps: Played[] = [];
  for (const step of story.steps) {
    const played = await playStep(system, step);
    steps.push(played);
    print(stepLine(played));
  }
  await system.night(story.nights[1]);
  const { manifest, files } = await readNight(system, dateIn(story.nights[1], ZONE));
  print(nightLine(manifest));
  return { steps, manifest, files, receipts: steps.flatMap(({ receipt }) => receipt ?? []) };
}

async function playStep(system: System, { before, body, forged, at, from, what, note }: Step): Promise<Played> {
  before?.(system.simulator.core);
  const answer = await system.send('bamboohr', body, forged === true ? { secret: 'not the key of this source' } : {});
  await system.idle();
  const accepted =
    AcceptedSchema.safeParse(answer.status === 200 ? JSON.parse(answer.body) : undefined).data?.events ?? [];
  const outcome = system.outcomes().find(({ received }) => accepted.includes(received));
  return { at, from, what, note, answer: answer.status, outcome, receipt: await receiptOf(system, outcome) };
}

async function receiptOf({ store }: System, outcome: Outcome | undefined): Promise<Receipt | undefined> {
  if (outcome?.pid === undefined || outcome.seq === undefined) return undefined;
  const items = await store.query(`P#${outcome.pid}`, { prefix: 'R#' });
  return items.map((item) => ReceiptSchema.parse(item)).find(({ seq }) => seq === outcome.seq);
}

async function readNight(
  { archive }: System,
  date: string,
): Promise<{ manifest: Manifest; files: Record<string, Uint8Array> }> {
  const read = async (key: string): Promise<Buffer> => wholeBytes(await archive.get(key));
  const text = await read(manifestKey(date));
  const manifest = ManifestSchema.parse(JSON.parse(text.toString('utf8')));
  const files: Record<string, Uint8Array> = { 'manifest.json': text };
  for (const { name, key } of manifest.files) files[name] = await read(key);
  return { manifest, files };
}
