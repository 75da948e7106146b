import { describe, expect, test } from '@jest/globals';
import { sampleOf } from '../../../infra/source/sample.ts';
import { parseConfig, SourceSchema, webhookSources } from '../../../lib/config/index.ts';
import { translate } from '../../../lib/sources/index.ts';
import { sourcesWith } from '../../support/deliveries.ts';

const config = parseConfig(
  {
    company: 'Example',
    sources: { hr: { kind: 'standard-webhooks', secret: 'a' }, bamboohr: { kind: 'bamboohr', secret: 'b' } },
    policy: {
      rules: [
        { name: 'one', when: { department: ['Vendor Risk'] }, grant: { role: 'customer_user' } },
        { name: 'two', when: { department: 'Security', jobTitle: 'Analyst' }, grant: { role: 'customer_user' } },
      ],
    },
  },
  'test',
);
const NOW = Date.parse('2026-11-22T12:00:00Z');

describe.each([['hr'], ['bamboohr']])('what %s says in a sample', (source) => {
  const saying = Promise.all(
    (['hired', 'changed', 'left'] as const).map((event) => {
      const [, settings] = webhookSources(config.sources).find(([id]) => id === source) ?? [];
      if (settings === undefined) throw new Error('the test configures it');
      const raw = Buffer.from(JSON.stringify(sampleOf(settings, event, config, NOW).body));
      const ids = { next: () => 'id' };
      return translate({ raw, headers: {}, receivedAt: NOW, source, config: settings, signed: {} }, ids);
    }),
  );

  test('is a hire, a change and a leave of one person, true at once', async () => {
    const said = await saying;
    expect(said.map((events) => events.map(({ kind }) => kind))).toEqual([['joiner'], ['mover'], ['leaver']]);
    for (const { employeeId, from } of said.flat())
      expect({ employeeId, from }).toEqual({ employeeId: source === 'hr' ? '4712' : '4711', from: NOW });
  });

  test('matches the first rule, then the second one', async () => {
    const said = await saying;
    expect(said[0]?.[0]?.attributes).toMatchObject({
      email: source === 'hr' ? 'kim.berg@example.com' : 'mara.lind@example.com',
      department: 'Vendor Risk',
    });
    expect(said[1]?.[0]?.attributes).toMatchObject({ department: 'Security', jobTitle: 'Analyst' });
  });
});

const fetch = { secret: 'c', baseUrl: 'https://hr.example.com' };
/** Those that do not send the samples of their configuration, which are executed wherever there is one. */
const kinds = SourceSchema.options.flatMap(({ shape }) =>
  'samples' in shape || shape.kind.value === 'roster'
    ? []
    : [{ ...('fetch' in shape && { fetch }), kind: shape.kind.value }],
);

test.each(kinds)('there is something that $kind says of a hire and an end, and it can be read', async (written) => {
  const settings = sourcesWith({ it: { secret: 'a', ...written } as never })['it']; // -- each has what its kind needs
  if (settings === undefined) throw new Error('the test configures it');
  for (const event of ['hired', 'left'] as const) {
    const raw = Buffer.from(JSON.stringify(sampleOf(settings, event, config, NOW).body));
    const delivery = { raw, headers: {}, receivedAt: NOW, source: 'it', config: settings, signed: {} };
    expect(await translate(delivery, { next: () => 'id' })).toHaveLength(1);
  }
});
