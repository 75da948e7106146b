import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduledEvent } from '../../infra/local/scheduler.ts';
import { DIALECTS, sign } from '../../lib/webhooks/index.ts';
import { webhookRequest } from '../support/lambda.ts';
import { startRuntime } from '../support/lambda-runtime/runtime.ts';
import { startBundledSystem, type BundledSystem } from './bundled-system.ts';
import { emailOf, hired, terminated } from './local-config.ts';

let system: BundledSystem;
beforeAll(async () => {
  system = await startBundledSystem(mkdtempSync(join(tmpdir(), 'bundled-')));
}, 120_000);
afterAll(() => system.stop());

/** A delivery as API Gateway hands it over, signed with `secret`. */
function delivery(id: string, payload: unknown, secret = system.secrets.value('hr-webhook')) {
  const body = Buffer.from(JSON.stringify(payload));
  const headers = sign(DIALECTS['standard-webhooks'], secret, { body, id, at: Date.now() });
  return webhookRequest('hr', body, { 'content-type': 'application/json', ...headers });
}

test('a forged delivery is refused by the bundle as by the source, and nothing is enqueued', async () => {
  const { functions, aws } = system;
  const forged = delivery('forged', hired(1, Date.now()), `whsec_${Buffer.alloc(32, 1).toString('base64')}`);
  expect(await functions.webhook.invoke(forged)).toMatchObject({ statusCode: 401 });
  expect(aws.waiting('normal') + aws.waiting('urgent')).toBe(0);
});

test('a signed hire goes through every bundle to an account in Bitsight and an outcome on the bus', async () => {
  const { functions, simulator, outcomes } = system;
  expect(await functions.webhook.invoke(delivery('hire', hired(1, Date.now())))).toMatchObject({ statusCode: 200 });
  expect(await outcomes.first(1)).toMatchObject([{ result: 'done', what: 'created' }]);
  expect(simulator.core.usersWith(emailOf(1))).toHaveLength(1);
});

test('a leaver comes by the urgent lane and is gone', async () => {
  const { functions, simulator, outcomes } = system;
  await functions.webhook.invoke(delivery('leave', terminated(1, Date.now())));
  expect(await outcomes.first(2)).toMatchObject([{ what: 'created' }, { result: 'done', what: 'removed' }]);
  expect(simulator.core.usersWith(emailOf(1))).toEqual([]);
});

test('sweeper and night answer: what they need to read and write is in their bundles', async () => {
  const { functions, simulator } = system;
  const now = scheduledEvent(Date.now());
  expect(await functions.sweeper.invoke(now)).toEqual({ woken: 0 });
  const night = await functions['nightly-export'].invoke(now);
  expect(night).toMatchObject({ outcome: 'published', people: 5, tokens: simulator.core.users().length - 5 });
});

test('no bundle makes code from text, which costs a cold start more than it saves', () => {
  for (const runtime of Object.values(system.functions))
    expect(runtime.output()).not.toMatch('code was made from text');
});

test('no bundle warns, and no batch was handed back', () => {
  for (const runtime of Object.values(system.functions)) expect(runtime.output()).not.toMatch(/warning|deprecat/i);
  expect(system.logged).toEqual([]);
});

test('a bundle without its configuration beside it does not start, and says which file it misses', async () => {
  const directory = join(system.directory, 'incomplete');
  mkdirSync(directory);
  copyFileSync(join(system.directory, 'webhook', 'index.mjs'), join(directory, 'index.mjs'));
  const environment = { ...system.aws.environment, CONFIG_FILE: 'lifecycle.json', SECRET_PREFIX: '' };
  const runtime = await startRuntime({ directory, environment });
  await expect(runtime.invoke({})).rejects.toThrow('lifecycle.json cannot be read as JSON.');
  await runtime.stop();
});
