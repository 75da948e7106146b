import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalJson, configHash, parseConfig } from '../../../lib/config/index.ts';

const config = parseConfig({ company: 'Example AG', night: { at: '03:15', timeZone: 'Europe/Berlin' } }, 'test');

const ruleCalled = (name: string) => ({ name, when: {}, grant: { role: 'customer_user' } });
const ordered = (...names: string[]) => parseConfig({ company: 'A', policy: { rules: names.map(ruleCalled) } }, 'test');

/** Everything whose keys are names: written in the order given, or turned round. */
function withRecords(turn: <T>(entries: T[]) => T[]): string {
  const record = <T>(...entries: [string, T][]): Record<string, T> => Object.fromEntries(turn(entries));
  const source = { kind: 'standard-webhooks', secret: 's' };
  const features = record(['fq-access', true], ['wfh-ro', false]);
  const when = record(['department', 'Audit'], ['location', 'Berlin']);
  const rules = [{ ...ruleCalled('a'), when, grant: { role: 'customer_user', features } }];
  return canonicalJson(
    parseConfig({ company: 'A', sources: record(['a', source], ['b', source]), policy: { rules } }, 'test'),
  );
}

test('the order in which settings are written changes neither the text nor the hash', () => {
  const turned = parseConfig({ night: { timeZone: 'Europe/Berlin', at: '03:15' }, company: 'Example AG' }, 'test');
  expect(canonicalJson(turned)).toBe(canonicalJson(config));
  expect(configHash(turned)).toBe(configHash(config));
});

test('the order of sources, attributes and features is no order either', () => {
  expect(withRecords((entries) => entries.toReversed())).toBe(withRecords((entries) => entries));
});

test('a setting left at its default hashes as if it were written, so that spelling it out is no change', () => {
  const spelled = parseConfig({ ...config, signIn: 'password' }, 'test');
  expect(configHash(spelled)).toBe(configHash(config));
});

test('every change of a value changes the hash', () => {
  expect(configHash({ ...config, company: 'Other AG' })).not.toBe(configHash(config));
  expect(configHash(config)).toMatch(/^[0-9a-f]{64}$/);
});

test('the order of rules stays, since the first match decides', () => {
  expect(configHash(ordered('a', 'b'))).not.toBe(configHash(ordered('b', 'a')));
});

test('canonical JSON reads back as the same configuration whatever the features are called', () => {
  const features = fc.dictionary(fc.string(), fc.oneof(fc.boolean(), fc.string()));
  fc.assert(
    fc.property(features, (granted) => {
      const rules = [{ ...ruleCalled('a'), grant: { role: 'customer_user', features: granted } }];
      const json = canonicalJson(parseConfig({ company: 'A', policy: { rules } }, 'test'));
      expect(canonicalJson(parseConfig(JSON.parse(json), 'test'))).toBe(json);
    }),
    { seed: 1, numRuns: 200 },
  );
});
