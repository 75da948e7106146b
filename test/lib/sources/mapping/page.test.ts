import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebhookHandler } from '../../../../functions/webhook/handler.ts';
import { loadConfigFile } from '../../../../infra/config-file.ts';
import { webhookSources } from '../../../../lib/config/index.ts';
import { parseLaneMessage } from '../../../../lib/runtime/lane-message.ts';
import { httpHandler } from '../../../../lib/runtime/http-handler.ts';
import { dialectOf, sign } from '../../../../lib/webhooks/index.ts';
import { countingIds, NOON } from '../../../support/deliveries.ts';
import { contextWith, keptTelemetry, webhookRequest } from '../../../support/lambda.ts';

const page = readFileSync(new URL('../../../../docs/sources/mapping.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'mapping-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, text = '']) => [
  /(\w+): \{\n\s+kind/.exec(text)?.[1],
  text,
]);
const SECRET = 'somebody:with a long password';

test('the page shows every sort of body', () => {
  expect(blocks.map(([name]) => name)).toEqual(['people', 'workday', 'freshservice', 'servicenow', 'payroll', 'core']);
});

describe.each(blocks)('the example %s', (name, text) => {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `export default { company: 'Example AG', bitsight: { baseUrl: 'http://127.0.0.1:1' }, ${text} };`,
  );

  test('passes every check of a configuration, its samples included', async () => {
    expect((await loadConfigFile(file)).config.sources).toHaveProperty(name ?? '');
  });

  test('each of its samples goes through the door, signed as the source says', async () => {
    const { config } = await loadConfigFile(file);
    for (const [id, source] of webhookSources(config.sources)) {
      if (source.kind !== 'mapping') throw new Error('the page is about mappings');
      for (const { body, means } of source.samples) {
        const sent: string[] = [];
        const told = keptTelemetry();
        const handler = createWebhookHandler({
          config,
          secrets: { accepted: () => Promise.resolve([SECRET]) },
          lanes: {
            send: (_, messages) => Promise.resolve(void sent.push(...messages.map((one) => JSON.stringify(one)))),
          },
          clock: { now: () => NOON },
          ids: countingIds(),
          telemetry: told,
        });
        const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
        const headers = sign(dialectOf(source), SECRET, { body: raw, id: '1', at: NOON });
        const answer = await httpHandler(handler, keptTelemetry())(webhookRequest(id, raw, headers), contextWith());
        expect(answer.statusCode).toBe(200);
        expect(sent.map(parseLaneMessage).length).toBeGreaterThanOrEqual(means.length);
        if (means.length === 0)
          expect({ sent, told: JSON.stringify(told) }).toEqual({
            sent: [],
            told: expect.stringContaining('DeliveryIgnored'),
          });
      }
    }
  });
});
