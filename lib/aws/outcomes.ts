import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AppError } from '../errors.ts';
import type { Outcomes } from '../lifecycle/ports.ts';
import { sendInBatches } from './batches.ts';
import { clientSettings, type ClientLimits } from './clients.ts';
import { orFailure } from './failure.ts';

/** By these a rule of the customer finds the outcomes on the bus; the detail is the Outcome as JSON. */
export const OUTCOME_SOURCE = 'bitsight-user-lifecycle';
export const OUTCOME_DETAIL_TYPE = 'Lifecycle outcome';

export function createEventBridgeClient(limits?: Partial<ClientLimits>): EventBridgeClient {
  return new EventBridgeClient(clientSettings(limits));
}

/** Outcomes as events on a bus. Resolves when every one was taken; after OUTCOMES_UNAVAILABLE all can be published again. */
export function createOutcomes({ client, bus }: { client: EventBridgeClient; bus: string }): Outcomes {
  const entryOf = (detail: string) => ({
    EventBusName: bus,
    Source: OUTCOME_SOURCE,
    DetailType: OUTCOME_DETAIL_TYPE,
    Detail: detail,
  });

  /** Returns the details that were refused. */
  async function putEvents(details: string[]): Promise<string[]> {
    const command = new PutEventsCommand({ Entries: details.map(entryOf) });
    const { Entries = [] } = await orFailure('OUTCOMES_UNAVAILABLE', 'PutEvents', () => client.send(command));
    return details.filter((_, index) => Entries[index]?.EventId === undefined);
  }

  return {
    async publish(outcomes) {
      const details = outcomes.map((outcome) => JSON.stringify(outcome));
      const refused = await sendInBatches(details, (detail) => Buffer.byteLength(detail) + ENVELOPE_BYTES, putEvents);
      if (refused.length > 0)
        throw new AppError('OUTCOMES_UNAVAILABLE', `The bus refused ${refused.length} of ${details.length} outcomes.`);
    },
  };
}

/** Source and detail type count towards the size of an entry. */
const ENVELOPE_BYTES = OUTCOME_SOURCE.length + OUTCOME_DETAIL_TYPE.length;
