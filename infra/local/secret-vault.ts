import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { Fault } from './aws-fault.ts';

const VersionSchema = z.object({ id: z.string(), value: z.string(), createdAt: z.number() });
/** One secret: its value, the one before, and one that is not in use yet. `createdAt` in epoch milliseconds. */
export const SecretRecordSchema = z.object({
  createdAt: z.number(),
  current: VersionSchema.optional(),
  previous: VersionSchema.optional(),
  pending: VersionSchema.optional(),
});
export type SecretRecord = z.infer<typeof SecretRecordSchema>;

/** Where the secrets are kept, by name; a `Map` is one. */
export interface SecretMap {
  get(name: string): SecretRecord | undefined;
  set(name: string, record: SecretRecord): unknown;
}

const NamedSchema = z.object({ SecretId: z.string().min(1) });
const GetSchema = NamedSchema.extend({
  VersionStage: z.string().default('AWSCURRENT'),
  VersionId: z.string().optional(),
});
const PutSchema = NamedSchema.extend({
  SecretString: z.string(),
  ClientRequestToken: z.string().optional(),
  VersionStages: z.tuple([z.enum(['AWSCURRENT', 'AWSPENDING'])]).default(['AWSCURRENT']),
});
const PromoteSchema = NamedSchema.extend({
  VersionStage: z.literal('AWSCURRENT'),
  MoveToVersionId: z.string(),
  RemoveFromVersionId: z.string().optional(),
});
const CreateSchema = z.object({
  Name: z.string().min(1),
  SecretString: z.string().optional(),
  ClientRequestToken: z.string().optional(),
});

/**
 * GetSecretValue, PutSecretValue, CreateSecret, ListSecretVersionIds, UpdateSecretVersionStage. What replaces the current value
 * moves it to AWSPREVIOUS; the first value of all is the current one, whatever stage it is put into.
 */
export function secretOperations(secrets: SecretMap) {
  const find = (name: string): SecretRecord => secrets.get(name) ?? notFound("can't find the specified secret.");

  return {
    'secretsmanager.GetSecretValue': (input: unknown) => {
      const { SecretId, VersionStage, VersionId } = GetSchema.parse(input);
      const stages = Object.entries(stagesOf(find(SecretId)));
      const [stage, version] =
        stages.find(([name, at]) => (VersionId === undefined ? name === VersionStage : at?.id === VersionId)) ?? [];
      if (version === undefined)
        return notFound(`can't find the specified secret value for staging label: ${VersionStage}`);
      const { id, value, createdAt } = version;
      return { ...identity(SecretId, createdAt), SecretString: value, VersionId: id, VersionStages: [stage] };
    },
    'secretsmanager.PutSecretValue': (input: unknown) => {
      const {
        SecretId,
        SecretString,
        ClientRequestToken: id = randomUUID(),
        VersionStages: [stage],
      } = PutSchema.parse(input);
      const record = find(SecretId);
      const isPending = stage === 'AWSPENDING' && record.current !== undefined;
      // the SDK sends its token again when it repeats a call whose answer was lost
      if (record.current?.id !== id)
        secrets.set(
          SecretId,
          isPending ? { ...record, pending: version(id, SecretString) } : rotated(record, version(id, SecretString)),
        );
      const { pending, current } = find(SecretId);
      const stored = isPending ? pending : current;
      return { ...identity(SecretId, record.createdAt), VersionId: stored?.id, VersionStages: [stage] };
    },
    'secretsmanager.UpdateSecretVersionStage': (input: unknown) => {
      const { SecretId, MoveToVersionId, RemoveFromVersionId } = PromoteSchema.parse(input);
      const record = find(SecretId);
      const { pending, current } = record;
      if (pending?.id !== MoveToVersionId) return notFound("can't find the specified version.");
      if (RemoveFromVersionId !== current?.id)
        throw new Fault('InvalidParameterException', 'RemoveFromVersionId is not the version that has the label.');
      secrets.set(SecretId, rotated(record, pending));
      return identity(SecretId, record.createdAt);
    },
    'secretsmanager.CreateSecret': (input: unknown) => {
      const { Name, SecretString, ClientRequestToken: id = randomUUID() } = CreateSchema.parse(input);
      const existing = secrets.get(Name);
      if (existing !== undefined && existing.current?.id !== id)
        throw new Fault('ResourceExistsException', 'A secret with this name exists.');
      const empty = { createdAt: Date.now() };
      if (existing === undefined)
        secrets.set(Name, SecretString === undefined ? empty : rotated(empty, version(id, SecretString)));
      return { ...identity(Name, empty.createdAt), ...(SecretString === undefined ? {} : { VersionId: id }) };
    },
    'secretsmanager.ListSecretVersionIds': (input: unknown) => {
      const { SecretId } = NamedSchema.parse(input);
      const Versions = Object.entries(stagesOf(find(SecretId))).flatMap(([stage, at]) =>
        at === undefined ? [] : [{ VersionId: at.id, VersionStages: [stage], CreatedDate: at.createdAt / 1000 }],
      );
      return { Versions };
    },
  };
}

type Version = z.infer<typeof VersionSchema>;
const version = (id: string, value: string): Version => ({ id, value, createdAt: Date.now() });

const stagesOf = ({ current, previous, pending }: SecretRecord): Record<string, Version | undefined> => ({
  AWSCURRENT: current,
  AWSPREVIOUS: previous,
  AWSPENDING: pending,
});

/** What was pending is over. */
function rotated({ createdAt, current: before }: SecretRecord, current: Version): SecretRecord {
  return { createdAt, current, ...(before !== undefined && { previous: before }) };
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
