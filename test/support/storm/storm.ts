import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../../infra/local/bitsight-simulator/record.ts';
import { startSystem, type System } from '../../../infra/local/system.ts';
import { HOUR } from '../../../lib/time.ts';
import { canariesOf, searchData } from '../canaries.ts';
import { tellStory, type Story } from './deliveries.ts';
import { faultPlan } from './fault-plan.ts';
import { judge, type Verdict } from './judge.ts';
import { lineCount } from './line-count.ts';
import { watchPauses } from './pauses.ts';
import { stormConfig } from './policy.ts';
import { ROTATIONS, sendAll } from './senders.ts';

export interface StormOptions {
  /** Webhooks, besides some forged ones. */
  events: number;
  /** Of people, webhooks and faults; what meets what is up to the machine. */
  seed: number;
  speed: number;
  /** An empty directory. */
  data: string;
  progress?: (line: string) => void;
}
export interface StormReport {
  webhooks: number;
  accepted: number;
  /** done, no-op, held, dead → how many. */
  results: Record<string, number>;
  calls: number;
  /** Of each fault, by its id, how often it struck. */
  fired: Record<string, number>;
  /** Pauses that stood in the ledger. */
  pauses: number;
  /** Lines of logs, metrics and outcomes that were searched for people and secrets. */
  searched: number;
  verdict: Verdict;
  /** Wall seconds until nothing was in flight. */
  seconds: number;
}

/** Faults go on until nearly all has ended, for so long at most, wall milliseconds. */
const NEARLY = 0.97;
const PATIENCE_MS = 60_000;

/** The whole system on one machine, every fault at once, and the judgement of what came of it. */
export async function runStorm(options: StormOptions): Promise<StormReport> {
  const { events, seed, speed, data } = options;
  const system = await startSystem({ config: stormConfig(Date.now()), data, speed, users: 20 });
  try {
    const { core } = system.simulator;
    // an API that takes any address twice: nobody but us keeps people to one account
    core.setSwitches({ monthlyCreations: null, duplicateEmail: 'allow' });
    const story = tellStory({ events, seed, until: system.clock.now() - HOUR });
    for (const { before: email } of story.lives)
      if (email !== undefined) core.create({ email, formal_name: 'Was There', friendly_name: 'Was' });
    core.faults.set(faultPlan(speed, seed));
    return await play(system, story, options);
  } finally {
    await system.stop();
  }
}

async function play(system: System, story: Story, { speed, progress }: StormOptions): Promise<StormReport> {
  const { core } = system.simulator;
  const watch = watchPauses(system);
  const ended = lineCount(join(system.data, 'outcomes.jsonl'));
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const sent = await sendAll(system, story.deliveries, ended, (accepted) =>
    progress?.(`${seconds().toFixed(1)} s: ${accepted} accepted, ${ended()} ended, ${core.record.calls.length} calls`),
  );
  const patience = performance.now() + PATIENCE_MS;
  while (ended() < sent.accepted.length * NEARLY && performance.now() < patience) await sleep(50);
  const planned = core.faults.list();
  core.faults.set([]);
  await system.idle({ timeoutMs: PATIENCE_MS });
  const took = seconds();
  const pauses = await watch.stop();
  const { found, searched } = searchData(system.data, await canariesOf(system.data, core, system.store));
  return {
    webhooks: story.deliveries.length,
    accepted: sent.accepted.length,
    results: countBy(system.outcomes().map(({ result }) => result)),
    calls: core.record.calls.length,
    fired: {
      ...Object.fromEntries(planned.map(({ id = '', fired }) => [id, fired])),
      [`401 after ${ROTATIONS} rotations`]: core.record.calls.filter(isOldToken).length,
    },
    pauses: pauses.length,
    searched,
    verdict: {
      ...(await judge(system, story, sent, pauses, speed)),
      'no name, address, key or token in any log line, metric or outcome': found,
    },
    seconds: took,
  };
}

/** No fault: the token was no longer the one. */
function isOldToken({ end }: Call): boolean {
  return end?.status === 401 && end.faults.length === 0;
}

function countBy(values: readonly string[]): Record<string, number> {
  const groups = Map.groupBy(values, (value) => value);
  return Object.fromEntries([...groups].map(([value, all]) => [value, all.length]));
}
