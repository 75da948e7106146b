import type { Deployment } from '../../../infra/ops/frame/deployment.ts';
import type { Target } from '../../../infra/ops/frame/target.ts';
import { LANES } from '../../../lib/lifecycle/event.ts';
import type { synthesized } from '../stack/synthesized.ts';

/** An action of AWS over one thing, as the tests of permissions name it; of the ledger with the partition. */
export interface Needed {
  action: string;
  resource: string;
  partition?: string;
}
type Permissions = ReturnType<ReturnType<typeof synthesized>['permissions']>;

const LEDGER = 'Ledger/Table';
const ALARMS = 'arn:AWS::Partition:cloudwatch:AWS::Region:AWS::AccountId:alarm:*';
const BUCKET = 'Night/Archive/Bucket';
const lanePath = (lane: string): string => `Events/${lane === 'urgent' ? 'Urgent' : 'Normal'}`;

/** A target whose every call is noted as what it needs of AWS. The adapters make of each call exactly these. */
export function noting(target: Target): { target: Target; needed: Needed[] } {
  const needed: Needed[] = [];
  const note = (action: string, resource: string, partition?: string): void =>
    void needed.push({ action, resource, ...(partition !== undefined && { partition }) });
  const ledger = (action: string, pk?: string): void => note(`dynamodb:${action}`, LEDGER, pk);
  const bucket = (action: string, key?: string): void =>
    note(`s3:${action}`, key === undefined ? BUCKET : `${BUCKET}/${key}`);
  const secret = (name: string): void => note('secretsmanager:GetSecretValue', `Secrets/${name}`);
  const letters = (action: string, lanes: readonly string[]): void =>
    lanes.forEach((lane) => note(`sqs:${action}`, `${lanePath(lane)}/DeadLetters`));
  const store = before(target.store, {
    get: ({ pk }) => ledger('GetItem', pk),
    put({ pk }) {
      ledger('PutItem', pk);
      ledger('GetItem', pk); // after a lost condition
    },
    query: (pk) => ledger('Query', pk),
    due: () => note('dynamodb:Query', `${LEDGER}/index/due`),
    scan: () => ledger('Scan'),
  });
  const lanes = before(target.lanes, { send: (lane) => note('sqs:SendMessage', `${lanePath(lane)}/Queue`) });
  const dead = before(target.dead, {
    take: () => letters('ReceiveMessage', LANES),
    giveBack: (some) =>
      letters(
        'ChangeMessageVisibility',
        some.map(({ lane }) => lane),
      ),
    remove: ({ lane }) => letters('DeleteMessage', [lane]),
  });
  const archive = before(target.archive, {
    get(key) {
      bucket('GetObject', key);
      bucket('ListBucket'); // else what is not there is denied, and not told from what may not be read
    },
    put(key) {
      bucket('PutObject', key);
      bucket('AbortMultipartUpload', key);
    },
    list: () => bucket('ListBucket'),
    delete: (key) => bucket('DeleteObject', key),
  });
  const secrets = before(target.secrets, { current: secret, accepted: secret });
  const secretStore = before(target.secretStore, {
    replace: (name) =>
      ['ListSecretVersionIds', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].forEach((action) =>
        note(`secretsmanager:${action}`, `Secrets/${name}`),
      ),
    changedAt: (name) => note('secretsmanager:ListSecretVersionIds', `Secrets/${name}`),
  });
  const deployment = before<Deployment>(
    { alarms: async () => [], configHash: async () => target.configHash },
    {
      alarms: () => note('cloudwatch:DescribeAlarms', ALARMS),
      configHash: () => note('cloudformation:DescribeStacks', 'AWS::StackId'),
    },
  );
  const bitsight: Target['bitsight'] = (apiToken) => {
    secret(target.config.bitsight.tokenSecret);
    ledger('GetItem', 'G'); // the permit under which it calls
    ledger('PutItem', 'G');
    return target.bitsight(apiToken);
  };
  return { needed, target: { ...target, store, lanes, dead, archive, secrets, secretStore, deployment, bitsight } };
}

type Notes<Port> = {
  [Name in keyof Port]: Port[Name] extends (...args: infer Args) => unknown ? (...args: Args) => void : never;
};

/** The port, each of whose calls is noted first. */
function before<Port extends object>(port: Port, notes: Notes<Port>): Port {
  return new Proxy(port, {
    get(of, name) {
      type Call = (...args: unknown[]) => unknown;
      const [note, act] = [notes, of].map((one) => Reflect.get<object, PropertyKey>(one, name) as Call); // -- both have it
      return (...args: unknown[]): unknown => {
        note?.(...args);
        return act?.(...args);
      };
    },
  });
}

/** A permission is a resource, and the partitions to which it is limited. */
export function covers(permission: string, { resource, partition = '' }: Omit<Needed, 'action'>): boolean {
  const [pattern = '', ...partitions] = permission.split(' ');
  return isLike(resource, pattern) && (partitions.length === 0 || partitions.some((one) => isLike(partition, one)));
}

/** What of it the role may not do; each once. */
export function denied(needed: readonly Needed[], permissions: Permissions): string[] {
  const missing = needed.filter((one) => !permissions[one.action]?.some((permission) => covers(permission, one)));
  return [...new Set(missing.map(({ action, resource }) => `${action} ${resource}`))].sort();
}

/** As IAM compares where `*` is the only wildcard. */
function isLike(text: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  return rest.length === 0 ? text === pattern : text.startsWith(start) && text.endsWith(rest.at(-1) ?? '');
}
