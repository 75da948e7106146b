import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { contextWith } from '../../support/lambda.ts';
import { tell } from './measured.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;
const ModuleSchema = z.object({ handler: z.custom<Handler>((value) => typeof value === 'function') });
const ResultSchema = z.object({ outcome: z.literal('published'), people: z.number(), tokens: z.number() });

/** The deployed bundle, once, for the night that the second argument names. */
const { handler } = ModuleSchema.parse(await import(process.argv[2] ?? ''));
await tell(async () => {
  const context = contextWith({ getRemainingTimeInMillis: () => 900_000 });
  const { people, tokens } = ResultSchema.parse(await handler({ time: process.argv[3] }, context));
  return people + tokens;
});
