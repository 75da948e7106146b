import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../../infra/source/check.ts';
import { lastCaptured } from '../../../infra/source/delivered.ts';
import { checkSignature } from '../../../infra/source/signature.ts';
import { capturedAs } from '../../../lib/sources/capture.ts';
import { DIALECTS, sign } from '../../../lib/webhooks/index.ts';
import { NOON, sourcesWith } from '../../support/deliveries.ts';
import { createMemoryArchive } from '../../support/memory/archive.ts';
import { given } from '../../support/target.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const SECRET = 'a secret that nobody knows';
const config = file('lifecycle.config.json', {
  company: 'Example AG',
  sources: {
    hr: { kind: 'standard-webhooks', secret: 'hr', auth: 'jira', handshake: 'github-ping' },
  },
  policy: {
    rules: [{ name: 'Risk', when: { department: 'Risk' }, grant: { role: 'customer_user', group: 'Suppliers' } }],
  },
  offboarding: { mode: 'delete' },
});
const body = JSON.stringify({
  type: 'employee.hired',
  timestamp: '2026-11-22T09:30:00Z',
  data: {
    employeeId: '7',
    workEmail: 'kim@example.com',
    lastName: 'Example',
    department: 'Risk',
    terminationDate: '2099-03-31',
  },
});

/** `check hr` on these files; the headers are those of the dialect over `over`. */
async function check(payload: string, options: { dialect?: 'jira' | 'github'; over?: string; secret?: string } = {}) {
  const { dialect = 'jira', over = payload, secret = SECRET } = options;
  const headers = file('headers.json', sign(DIALECTS[dialect], SECRET, { body: Buffer.from(over) }));
  const files = { payload: file('payload.json', payload), headers, 'secret-file': file('secret', `${secret}\n`) };
  return command.runAlone({ config }, given(['hr'], files));
}

test('a delivery that is signed rightly is shown with what it means and what the policy would do, day by day', async () => {
  const { text, attention } = await check(body);
  expect(text).toContain('signature  right; its age was not looked at');
  expect(text).toContain('means      2 events');
  expect(text).toContain('email "kim@example.com", lastName "Example", department "Risk"');
  expect(text).toMatch(/2\d{3}-\d\d-\d\dT[\d:]+Z {2}role customer_user, group Suppliers; by the rule "Risk"/);
  expect(text).toContain('2099-04-01T00:00:00Z  no account; employment ended');
  expect(attention).toBe(false);
});

test.each([
  ['another secret', { secret: 'another secret, as long' }, 'the secret is the field Secret of the webhook'],
  ['a line end that an editor added', { over: body.trimEnd() }, 'right without the line end'],
  ['another dialect', { dialect: 'github' as const }, "it is right in the dialect github: auth: 'github'"],
])('%s is said to be the reason', async (_, options, reason) => {
  const { text, attention } = await check('over' in options ? `${body}\n` : body, options);
  expect(text).toContain('WRONG');
  expect(text).toContain(reason);
  expect(attention).toBe(true);
});

test('what cannot be read is said as the door says it', async () => {
  const { text, attention } = await check('{"type":"employee.hired"}');
  expect(text).toContain('it cannot be read, the door answers 400: ');
  expect(attention).toBe(true);
});

test('without headers nothing is verified, and that is said', async () => {
  const { text } = await command.runAlone({ config }, given(['hr'], { payload: file('payload.json', body) }));
  expect(text).toContain('signature  not checked');
});

test('what the policy lacks is named', async () => {
  const without = body.replace('"department":"Risk",', '');
  const { text, attention } = await check(without);
  expect(text).toContain('to be decided: MISSING (department)');
  expect(attention).toBe(true);
});

test('a handshake is told from a delivery', async () => {
  const headers = file('ping.txt', 'X-GitHub-Event: ping\nContent-Type: application/json\n');
  const options = { payload: file('payload.json', '{"zen":"…"}'), headers };
  const { text } = await command.runAlone({ config }, given(['hr'], options));
  expect(text).toContain('nothing: it is the handshake github-ping');
});

describe('what the door captured', () => {
  const sources = sourcesWith({
    hr: { kind: 'standard-webhooks', secret: 'hr' },
    shown: { kind: 'standard-webhooks', secret: 'hr', auth: 'bearer' },
  });
  const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

  async function captured(source: 'hr' | 'shown', at: number) {
    const settings = sources[source];
    if (settings === undefined) throw new Error('the test configures it');
    const archive = createMemoryArchive();
    const raw = Buffer.from(body);
    const dialect = source === 'hr' ? DIALECTS['standard-webhooks'] : DIALECTS.bearer;
    const request = { method: 'POST', url: 'https://hooks.example.com/webhooks/hr', body: raw };
    const signed = { ...request, headers: sign(dialect, KEY, { body: raw, id: 'msg_1', at: NOON }) };
    for (const [when, id] of [
      [at - 1, 'earlier'],
      [at, 'last'],
    ] as const) {
      const { key, text } = capturedAs([source, settings], signed, { at: when, status: 401, id });
      await archive.put(key, ReadableStream.from([Buffer.from(text)]), 'application/json');
    }
    return { settings, delivered: await lastCaptured(archive, source) };
  }

  test.each([['hr' as const], ['shown' as const]])('of %s is verified as of when it came', async (source) => {
    const { settings, delivered } = await captured(source, NOON + 1000);
    expect(delivered.door).toEqual({ at: NOON + 1000, status: 401 });
    expect(checkSignature(settings, delivered, [KEY]).text).toBe('right');
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    expect(checkSignature(settings, delivered, [other]).text).toContain('signature-wrong');
  });

  test('too late for its tolerance is said to be so', async () => {
    const { settings, delivered } = await captured('hr', NOON + 3_600_000);
    expect(checkSignature(settings, delivered, [KEY]).text).toContain('too-old');
  });

  test('nothing captured is one clear line', async () => {
    await expect(lastCaptured(createMemoryArchive(), 'hr')).rejects.toThrow('sources.hr.capture.until');
  });
});
