import { afterEach, expect, test } from '@jest/globals';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { startAwsJsonServer, type BusEvent } from '../../../infra/local/aws-json-server.ts';
import { createOutcomes } from '../../../lib/aws/outcomes.ts';
import type { Outcome } from '../../../lib/lifecycle/outcome.ts';
import { clientAt } from '../../support/aws.ts';
import { startScriptedServer, type Answer, type Call } from '../../support/scripted-server.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const outcome = (id: string): Outcome => ({
  id,
  result: 'done',
  code: 'PROVEN',
  source: 'hr',
  event: 'e1',
  received: 'r1',
  at: 0,
});
const three = ['o0', 'o1', 'o2'].map(outcome);
const outcomesAt = (url: string) => createOutcomes({ client: new EventBridgeClient(clientAt(url)), bus: 'the-bus' });
const idsOf = ({ body }: Call): string[] =>
  JSON.parse(body.toString()).Entries.map(({ Detail }: BusEvent) => JSON.parse(Detail).id);

/** Answers as EventBridge does when it takes some of the entries. */
const taking =
  (takes: (id: string, n: number) => boolean): Answer =>
  (call, n) => {
    const Entries = idsOf(call).map((id) =>
      takes(id, n) ? { EventId: `e-${id}` } : { ErrorCode: 'ThrottlingException' },
    );
    const FailedEntryCount = Entries.filter((entry) => 'ErrorCode' in entry).length;
    return { status: 200, body: JSON.stringify({ FailedEntryCount, Entries }) };
  };

async function against(answer: Answer) {
  const server = await startScriptedServer(answer);
  stops.push(server.stop);
  return { outcomes: outcomesAt(server.url), calls: server.calls };
}

test('an outcome can be found on the bus by its source and detail type', async () => {
  const seen: BusEvent[] = [];
  const server = await startAwsJsonServer({ secrets: new Map(), onEvents: (entries) => void seen.push(...entries) });
  stops.push(server.stop);
  await outcomesAt(server.url).publish([outcome('o')]);
  expect(seen).toEqual([
    {
      EventBusName: 'the-bus',
      Source: 'bitsight-user-lifecycle',
      DetailType: 'Lifecycle outcome',
      Detail: JSON.stringify(outcome('o')),
    },
  ]);
});

test('what the bus refuses is published once more, and only that', async () => {
  const { outcomes, calls } = await against(taking((id, n) => n > 1 || id !== 'o1'));
  await outcomes.publish(three);
  expect(calls.map(idsOf)).toEqual([['o0', 'o1', 'o2'], ['o1']]);
});

test('what is refused twice is an error although the call itself succeeded', async () => {
  const { outcomes } = await against(taking((id) => id !== 'o1'));
  await expect(outcomes.publish(three)).rejects.toMatchObject({ code: 'OUTCOMES_UNAVAILABLE' });
});

test('a bus that is not there is OUTCOMES_UNAVAILABLE', async () => {
  const { outcomes } = await against(() => 'lost');
  await expect(outcomes.publish(three)).rejects.toMatchObject({ code: 'OUTCOMES_UNAVAILABLE' });
});
