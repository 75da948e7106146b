import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Answer } from '../../../infra/local/sender.ts';
import type { System } from '../../../infra/local/system.ts';
import type { Delivery } from './deliveries.ts';

const SENDERS = 8;
/** So many accepted events may wait for their outcome before the senders wait, too. */
const BACKLOG = 40;
/** Tenths of a second; what has not ended by then is lost, and shows in the judgement. */
const MOST_WAITS = 100;
/** How often, in all, the API token is changed. */
export const ROTATIONS = 12;

export interface Sent {
  /** What the door called each event it accepted. */
  accepted: string[];
  /** Answers that should have been others. */
  wrong: string[];
}

const AcceptedSchema = z.object({ events: z.array(z.string()) });

/** Sends side by side, as several senders do, and as fast as the system goes. `ended`: outcomes so far. */
export async function sendAll(
  system: System,
  deliveries: readonly Delivery[],
  ended: () => number,
  progress: (accepted: number) => void,
): Promise<Sent> {
  const sent: Sent = { accepted: [], wrong: [] };
  const queue = deliveries.entries();
  let rotations = 0;
  const send = async (): Promise<void> => {
    for (const [n, delivery] of queue) {
      for (let wait = 0; wait < MOST_WAITS && sent.accepted.length - ended() > BACKLOG; wait++) await sleep(100);
      if (n >= ((rotations + 0.5) * deliveries.length) / ROTATIONS) rotate(system, (rotations += 1));
      if (n % 100 === 0) progress(sent.accepted.length);
      const { status, body } = await deliver(system, delivery);
      if (status !== (delivery.kind === 'forged' ? 401 : 200)) sent.wrong.push(`${delivery.id} was answered ${status}`);
      if (status === 200) sent.accepted.push(...AcceptedSchema.parse(JSON.parse(body)).events);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  return sent;
}

const WRONG_KEY = `whsec_${Buffer.from('a key that this source does not have').toString('base64')}`;

/** A 503 is sent again, as every sender does. */
async function deliver(system: System, { source, body, id, kind }: Delivery): Promise<Answer> {
  for (;;) {
    const answer = await system.send(source, body, { id, ...(kind === 'forged' && { secret: WRONG_KEY }) });
    if (answer.status !== 503) return answer;
  }
}

/** A new token in Bitsight and in the vault; the old one is worth nothing from now on. */
function rotate({ data, config, simulator }: System, n: number): void {
  const path = join(data, 'secrets.json');
  const secrets: object = JSON.parse(readFileSync(path, 'utf8'));
  const token = simulator.core.rotate({ token: `token-${n}-of-the-storm` });
  writeFileSync(`${path}.new`, JSON.stringify({ ...secrets, [config.bitsight.tokenSecret]: token }));
  renameSync(`${path}.new`, path);
}
