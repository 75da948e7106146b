import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebhookHandler } from '../../../../functions/webhook/handler.ts';
import { loadConfigFile } from '../../../../infra/config-file.ts';
import { webhookSources } from '../../../../lib/config/index.ts';
import { jsonIn } from '../../../../lib/json.ts';
import { LaneMessageSchema } from '../../../../lib/lifecycle/event.ts';
import { httpHandler } from '../../../../lib/runtime/http-handler.ts';
import { type Dialect, dialectOf, sign } from '../../../../lib/webhooks/index.ts';
import { countingIds, NOON } from '../../../support/deliveries.ts';
import { contextWith, keptTelemetry, webhookRequest } from '../../../support/lambda.ts';

const TICKETS = ['jira', 'servicenow', 'zendesk', 'github', 'freshservice'];
const pageOf = (name: string) => readFileSync(new URL(`../../../../docs/sources/${name}.md`, import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'mapping-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = ['mapping', 'workday', ...TICKETS].flatMap((page) =>
  [...pageOf(page).matchAll(/```ts\n([^]*?)```/g)].map(([, text = '']) => [
    page,
    /(\w+): \{\n\s+kind/.exec(text)?.[1],
    text,
  ]),
);
const SECRET = 'somebody:with a long password';
const keyFor = (dialect: Dialect) => (isStandard(dialect) ? `whsec_${btoa(SECRET)}` : SECRET);
const isStandard = (dialect: Dialect) => dialect.scheme === 'hmac' && dialect.key.prefix === 'whsec_';

test('the pages show every sort of body and of ticket', () => {
  expect(blocks.map(([page, name]) => [page, name])).toEqual([
    ...['people', 'freshservice', 'servicenow', 'payroll', 'core'].map((name) => ['mapping', name]),
    ...['workday', 'raas'].map((name) => ['workday', name]),
    ...TICKETS.map((name) => [name, name]),
  ]);
});

describe.each(blocks)('on the page %s, the example %s', (page, name, text) => {
  const file = join(folder, `${page}-${name}.mjs`);
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
      if (!('samples' in source)) throw new Error('the page is about mappings');
      const dialect = dialectOf(source);
      for (const { body, means } of source.samples) {
        const sent: string[] = [];
        const told = keptTelemetry();
        const handler = createWebhookHandler({
          config,
          secrets: { accepted: () => Promise.resolve([keyFor(dialect)]) },
          lanes: {
            send: (_, messages) => Promise.resolve(void sent.push(...messages.map((one) => JSON.stringify(one)))),
          },
          clock: { now: () => NOON },
          ids: countingIds(),
          telemetry: told,
        });
        const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
        const headers = sign(dialect, keyFor(dialect), { body: raw, id: '1', at: Date.now() });
        const answer = await httpHandler(handler, keptTelemetry())(webhookRequest(id, raw, headers), contextWith());
        expect(answer.statusCode).toBe(200);
        expect(sent.map((body) => LaneMessageSchema.parse(jsonIn(body))).length).toBeGreaterThanOrEqual(means.length);
        if (means.length === 0)
          expect({ sent, told: JSON.stringify(told) }).toEqual({
            sent: [],
            told: expect.stringContaining('DeliveryIgnored'),
          });
      }
    }
  });
});

test.each(['okta', 'hibob', 'personio', 'bamboohr', 'standard-webhooks'])(
  'the source on the page %s passes every check of a configuration',
  async (page) => {
    const [, text = ''] = /```ts\n([^]*?)```/.exec(pageOf(page)) ?? [];
    const file = join(folder, `${page}.mjs`);
    const rest = "company: 'Example AG', bitsight: { baseUrl: 'http://127.0.0.1:1' }";
    writeFileSync(file, `export default { ${rest}, ${text} };`);
    const { sources } = (await loadConfigFile(file)).config;
    expect(Object.values(sources)).toMatchObject([{ kind: page }]);
  },
);
