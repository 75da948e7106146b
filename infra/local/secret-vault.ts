import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { Fault } from './aws-fault.ts';

const VersionSchema = z.object({ id: z.string(), value: z.string(), createdAt: z.number() });
/** One secret: its value and the one before. `createdAt` in epoch milliseconds. */
export const SecretRecordSchema = z.object({
  createdAt: z.number(),
  current: VersionSchema.optional(),
  previous: VersionSchema.optional(),
});
export type SecretRecord = z.infer<typeof SecretRecordSchema>;

/** Where the secrets are kept, by name; a `Map` is one. */
export interface SecretMap {
  get(name: string): SecretRecord | undefined;
  set(name: string, record: SecretRecord): unknown;
}

const NamedSchema = z.object({ SecretId: z.string().min(1) });
const GetSchema = NamedSchema.extend({ VersionStage: z.string().default('AWSCURRENT') });
const PutSchema = NamedSchema.extend({ SecretString: z.string(), ClientRequestToken: z.string().optional() });
const CreateSchema = z.object({
  Name: z.string().min(1),
  SecretString: z.string().optional(),
  ClientRequestToken: z.string().optional(),
});

/** GetSecretValue, PutSecretValue, CreateSecret, DescribeSecret. A put moves the value it replaces to AWSPREVIOUS. */
export function secretOperations(secrets: SecretMap) {
  const find = (name: string): SecretRecord => secrets.get(name) ?? notFound("can't find the specified secret.");

  return {
    'secretsmanager.GetSecretValue': (input: unknown) => {
      const { SecretId, VersionStage } = GetSchema.parse(input);
      const version = stagesOf(find(SecretId))[VersionStage];
      if (version === undefined)
        return notFound(`can't find the specified secret value for staging label: ${VersionStage}`);
      const { id, value, createdAt } = version;
      return { ...identity(SecretId, createdAt), SecretString: value, VersionId: id, VersionStages: [VersionStage] };
    },
    'secretsmanager.PutSecretValue': (input: unknown) => {
      const { SecretId, SecretString, ClientRequestToken: id = randomUUID() } = PutSchema.parse(input);
      const record = find(SecretId);
      // the SDK sends its token again when it repeats a call whose answer was lost
      if (record.current?.id !== id) secrets.set(SecretId, rotated(record, id, SecretString));
      return { ...identity(SecretId, record.createdAt), VersionId: id, VersionStages: ['AWSCURRENT'] };
    },
    'secretsmanager.CreateSecret': (input: unknown) => {
      const { Name, SecretString, ClientRequestToken: id = randomUUID() } = CreateSchema.parse(input);
      const existing = secrets.get(Name);
      if (existing !== undefined && existing.current?.id !== id)
        throw new Fault('ResourceExistsException', 'A secret with this name exists.');
      const empty = { createdAt: Date.now() };
      if (existing === undefined)
        secrets.set(Name, SecretString === undefined ? empty : rotated(empty, id, SecretString));
      return { ...identity(Name, empty.createdAt), ...(SecretString === undefined ? {} : { VersionId: id }) };
    },
    'secretsmanager.DescribeSecret': (input: unknown) => {
      const { SecretId } = NamedSchema.parse(input);
      const record = find(SecretId);
      const stages = Object.entries(stagesOf(record)).flatMap(([stage, at]) =>
        at === undefined ? [] : [[at.id, [stage]]],
      );
      return { ...identity(SecretId, record.createdAt), VersionIdsToStages: Object.fromEntries(stages) };
    },
  };
}

const stagesOf = ({ current, previous }: SecretRecord): Record<string, SecretRecord['current']> => ({
  AWSCURRENT: current,
  AWSPREVIOUS: previous,
});

function rotated(record: SecretRecord, id: string, value: string): SecretRecord {
  const current = { id, value, createdAt: Date.now() };
  return { ...record, current, ...(record.current === undefined ? {} : { previous: record.current }) };
}

/** Dates are in seconds on the wire. */
const identity = (name: string, createdAt: number) => ({
  ARN: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-000000`,
  Name: name,
  CreatedDate: createdAt / 1000,
});

function notFound(message: string): never {
  throw new Fault('ResourceNotFoundException', `Secrets Manager ${message}`);
}
