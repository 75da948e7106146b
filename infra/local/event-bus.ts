import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { jsonIn } from '../../lib/json.ts';

const EntrySchema = z.object({
  EventBusName: z.string().optional(),
  Source: z.string(),
  DetailType: z.string(),
  Detail: z.string(),
  Time: z.number().optional(),
  Resources: z.array(z.string()).optional(),
});
/** One entry of PutEvents as it came; `Detail` is JSON text. */
export type BusEvent = z.infer<typeof EntrySchema>;
const PutEventsSchema = z.object({ Entries: z.array(EntrySchema).min(1).max(10) });

/** The bus takes each entry for itself: one that is malformed does not hold back the others. */
export function eventOperations(onEvents: (entries: BusEvent[]) => void | Promise<void>) {
  return {
    'AWSEvents.PutEvents': async (input: unknown) => {
      const { Entries } = PutEventsSchema.parse(input);
      const results = Entries.map(resultOf);
      const taken = Entries.filter((_, index) => results[index]?.EventId !== undefined);
      if (taken.length > 0) await onEvents(taken);
      return { FailedEntryCount: Entries.length - taken.length, Entries: results };
    },
  };
}

function resultOf({ Detail }: BusEvent): { EventId?: string; ErrorCode?: string; ErrorMessage?: string } {
  return isJsonObject(Detail)
    ? { EventId: randomUUID() }
    : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function isJsonObject(text: string): boolean {
  const value = jsonIn(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
