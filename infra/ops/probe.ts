import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { BitsightOptions } from '../../lib/bitsight/index.ts';
import type { Capabilities, Config, Finding } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import { readGate } from '../../lib/lifecycle/gate.ts';
import { capabilitiesPath, loadConfigFile } from '../config-file.ts';
import { connect } from './connection.ts';
import { namingHost } from './explain.ts';
import { type Given, type Report, type Standalone, FLAG, TEXT } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';
import { openTarget, type Target, type TargetOptions } from './frame/target.ts';
import { probeByReading } from './probe/reading.ts';
import { resultsBefore, resultsOf, resultsText, writeResults } from './probe/results.ts';
import { leftText, otherAddress, probeByWriting, refuseTaken, type Trialled } from './probe/writing.ts';
import { witness } from './probe/witness.ts';
import { readToken } from './token.ts';

/** What is probed, and where the results go. */
interface Subject {
  config: Config;
  /** Results lie beside it. */
  file: string;
  apiToken: BitsightOptions['apiToken'];
  fetch: typeof globalThis.fetch;
  /** Of a running system. */
  target?: Target;
}

export const command: Standalone = {
  summary: 'what your Bitsight does where its documentation says nothing',
  usage: '[--write --email <address>]',
  help: `Without --write it reads only. With --config <file> alone it asks for the API token and probes the tenant of that
configuration, deployed or not; else the one that the stack or npm start talks to. What was found goes to
capabilities.json beside the configuration and becomes part of it; nothing in it is about a person.

  --write           makes one account, changes it, and deletes it again
  --email <address> of that account: one that nobody has in Bitsight, whose mail you read`,
  options: { write: FLAG, email: TEXT },
  async runAlone(where, given) {
    const email = emailOf(given);
    const subject = await openSubject(where, email !== undefined);
    const before = resultsBefore(subject.file, subject.config);
    try {
      return report(subject, before, await findAll(subject, given, email));
    } catch (error) {
      throw namingHost(error, new URL(subject.config.bitsight.baseUrl).host);
    } finally {
      await subject.target?.reader.giveBack();
    }
  },
};

function emailOf({ options }: Given): string | undefined {
  const { write, email } = options;
  if (write !== true && email === undefined) return undefined;
  if (write !== true) throw new AppError('ARGUMENT_INVALID', '--email goes with --write.');
  if (typeof email === 'string' && z.email().safeParse(email).success) return email;
  throw new AppError('ARGUMENT_INVALID', '--write needs --email <address>, one that nobody has in Bitsight.');
}

async function openSubject(where: TargetOptions, asks: boolean): Promise<Subject> {
  if (where.config !== undefined && where.outputs === undefined) return openTenant(where.config, asks);
  const target = await openTarget(where);
  const { reader, secrets, config } = target;
  const file =
    where.outputs === undefined
      ? join(where.data ?? '.data/local', 'lifecycle.json')
      : (await loadConfigFile(where.config)).path;
  return {
    config,
    file,
    target,
    async apiToken(options) {
      await reader.waitOut(); // asked for before every attempt, so no call starts in a pause
      return secrets.current(config.bitsight.tokenSecret, options);
    },
    fetch: reader.telling(globalThis.fetch),
  };
}

/** `asks`: whether the terminal is asked for more than the token. */
async function openTenant(configFile: string, asks: boolean): Promise<Subject> {
  const { config, path } = await loadConfigFile(configFile);
  const token = await readToken({
    env: process.env,
    input: process.stdin,
    prompt: process.stderr,
    more: asks && process.stdin.isTTY,
  });
  return { config, file: path, apiToken: async () => token, fetch: globalThis.fetch };
}

interface Found {
  reading: Finding[];
  writing: Trialled | undefined;
}

async function findAll(
  { config, target, apiToken, fetch }: Subject,
  given: Given,
  email: string | undefined,
): Promise<Found> {
  const seeing = witness(fetch);
  const { baseUrl, timeoutMs, settleMs } = config.bitsight;
  const how = { baseUrl, apiToken, fetch: seeing.fetch, timeoutMs };
  const readOnly = { bitsight: connect(how).bitsight, witness: seeing };
  const reading = await probeByReading(readOnly, new URL(baseUrl).origin);
  if (email === undefined) return { reading, writing: undefined };
  await refuseTaken(readOnly, email);
  const question = `One account is made at ${new URL(baseUrl).host} under ${email}, changed (for a moment it is ${otherAddress(email)}), and deleted again.\nBitsight may write to these addresses.`;
  await given.confirm(question, email);
  await refuseStopped(target);
  const stop = stopping();
  const writing = await probeByWriting({
    bitsight: connect({ ...how, readOnly: false }).bitsight,
    witness: seeing,
    email,
    settle: () => sleep(settleMs),
    stopped: stop.asked,
  }).finally(stop.end);
  if (target !== undefined) await writeDecision(target, given, 'probe --write', { left: writing.left });
  return { reading, writing };
}

async function refuseStopped(target: Target | undefined): Promise<void> {
  if (target === undefined || !(await readGate(target.store)).stopped) return;
  throw new AppError('STOPPED', 'A person stopped all writes.');
}

/** The first Ctrl-C lets what was made be removed. */
function stopping(): { asked: () => boolean; end: () => void } {
  let asked = false;
  const note = (): void => {
    asked = true;
    process.stderr.write('\nStopping: what was made is removed first.\n');
  };
  process.once('SIGINT', note);
  return { asked: () => asked, end: () => void process.removeListener('SIGINT', note) };
}

function report(subject: Subject, before: Capabilities | undefined, { reading, writing }: Found): Report {
  const { config, file } = subject;
  const results = resultsOf(config, Date.now(), { reading, writing: writing?.findings }, before);
  const path = capabilitiesPath(file);
  writeResults(path, results);
  const left =
    writing === undefined || writing.left === 0 ? [] : [`✖ ${leftText(writing.left)} Remove it in Bitsight by hand.`];
  const text = [
    resultsText(results, writing !== undefined),
    `${relative('.', path)} is written. Nothing in it is about a person: it may be shown to anybody.`,
    ...left,
  ];
  const attention =
    left.length > 0 || [...reading, ...(writing?.findings ?? [])].some(({ verdict }) => verdict === 'unknown');
  return { text: text.join('\n\n'), data: results, attention };
}
