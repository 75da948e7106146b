import type { Context } from 'aws-lambda';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import * as z from 'zod';
import { contextWith } from '../../support/lambda.ts';
import type { Call } from '../loopback/call.ts';
import { CallSchema } from '../loopback/call.ts';
import { delivery, hire, leave } from '../subject.ts';

/**
 * A process of its own, so that what functions log goes nowhere. Sends each round as it was measured: a function and the
 * handler that makes the same calls take turns, from the same state of all that they call.
 */
const { url, folder, kinds, rounds, each } = z
  .object({ url: z.string(), folder: z.string(), kinds: z.array(z.string()), rounds: z.number(), each: z.number() })
  .parse(JSON.parse(process.argv[2] ?? ''));

type Handler = (event: unknown, context: Context) => Promise<unknown>;
const ModuleSchema = z.object({ handler: z.custom<Handler>((value) => typeof value === 'function') });
const load = async (name: string) => ModuleSchema.parse(await import(join(folder, `${name}.mjs`))).handler;

/** In this order a person is told of, hired and leaves. */
const KINDS = [
  { kind: 'door', name: 'webhook', event: delivery, done: 'SendMessageBatch' },
  { kind: 'hire', name: 'onboarding', event: hire, done: 'created' },
  { kind: 'leave', name: 'offboarding', event: leave, done: 'removed' },
] as const;
export type Kind = (typeof KINDS)[number]['kind'];

const subjects = await Promise.all(
  KINDS.filter(({ kind }) => kinds.includes(kind)).map(async ({ kind, name, event, done }) => {
    const [real, same] = [await load(name), await load(`${name}-same-calls`)];
    const calls: Call[][] = [];
    return { kind, event, done, real, same, calls };
  }),
);
type Subject = (typeof subjects)[number];

const people = Array.from({ length: each }, (_, index) => index + 1);
const control = async (what: 'reset' | 'calls') =>
  z.array(CallSchema).parse(await (await fetch(`${url}/__loopback/${what}`)).json());

/** Once to warm what is kept between invocations, once to note the calls of each. */
async function record(): Promise<void> {
  for (const { real, event } of subjects) await real(event(0), contextWith());
  await control('reset');
  for (const { kind, real, event, calls, done } of subjects)
    for (const n of people) {
      await real(event(n), contextWith());
      const made = await control('calls');
      if (!JSON.stringify(made).includes(done)) throw new Error(`${kind} did not do its work`);
      calls.push(made);
    }
}

type Which = 'real' | 'same';

/** Of each event the milliseconds, of all the mean of processor time. Where there are two, they take turns with each event. */
async function pass(order: readonly Which[], { event, calls, ...handlers }: Subject) {
  const took = { real: { ms: [] as number[], cpu: 0 }, same: { ms: [] as number[], cpu: 0 } };
  globalThis.gc?.();
  for (const n of people)
    for (const which of n % 2 === 0 ? order : order.toReversed()) {
      const one = which === 'real' ? event(n) : { calls: calls[n - 1] };
      const before = process.cpuUsage();
      const startedAt = performance.now();
      await handlers[which](one, contextWith());
      took[which].ms.push(performance.now() - startedAt);
      const { user, system } = process.cpuUsage(before);
      took[which].cpu += (user + system) / 1000 / each;
    }
  return took;
}

/** The door alone leaves no state behind that the other would find. */
const keepsState = subjects.some(({ kind }) => kind !== 'door');

async function round(order: readonly Which[]): Promise<void> {
  for (const turn of keepsState ? order.map((which) => [which]) : [order]) {
    await control('reset');
    for (const subject of subjects) {
      const took = await pass(turn, subject);
      const [made, wanted] = [(await control('calls')).length, subject.calls.flat().length * turn.length];
      if (made !== wanted) throw new Error(`${subject.kind}, ${turn.join()}: ${made} calls instead of ${wanted}`);
      const calls = made / turn.length / each;
      for (const which of turn) process.send?.({ kind: subject.kind, which, ...took[which], calls });
    }
  }
}

await record();
for (let n = 0; n < rounds; n++) await round(n % 2 === 0 ? ['real', 'same'] : ['same', 'real']);
process.disconnect();
