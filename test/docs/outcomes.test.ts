import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { OutcomeSchema } from '../../lib/lifecycle/ledger.ts';
import { HELD, REASONS } from '../../lib/lifecycle/reasons.ts';
import { OutcomeEventSchema } from './outcomes-schema.ts';

const text = readFileSync('docs/outcomes.md', 'utf8');
const [example = '', rule = ''] = [...text.matchAll(/```json\n([^`]+)```/g)].map(([, json = '']) => json);

test('docs/outcomes.md says of each code what the software says', () => {
  const rows = text.match(/^\| `[A-Z].*$/gm);
  expect(rows).toEqual(
    [...Object.entries(REASONS), ...Object.entries(HELD)].map(([code, says]) => `| \`${code}\` | ${says} |`),
  );
});

test('docs/outcomes.md names every field, in the order of the schema', () => {
  const fields = [...text.matchAll(/^\| `([a-z]\w*)` \|/gm)].map(([, field]) => field);
  expect(fields).toEqual(Object.keys(OutcomeSchema.shape));
});

test('the example is an outcome with nothing that is not in the schema, and the rule finds it', () => {
  const event = OutcomeEventSchema.strict().extend({ detail: OutcomeSchema.strict() }).parse(JSON.parse(example));
  const pattern: Record<string, unknown> = JSON.parse(rule);
  expect(pattern).toEqual({
    source: [event.source],
    'detail-type': [event['detail-type']],
    detail: { kind: [event.detail.kind], result: [event.detail.result] },
  });
});
