import { createHash, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import * as z from 'zod';
import { MAIL_HASH_KEY, webhookSources, type Config } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import { type Dialect, dialectOf } from '../../lib/webhooks/index.ts';
import type { SecretMap } from './aws-json-server.ts';
import type { DataDirectory } from './data-directory.ts';

const FILE = 'secrets.json';
const FileSchema = z.record(z.string(), z.string());
type Values = z.infer<typeof FileSchema>;
/** No name of a secret has a dot: under these endings stand the value before the last change, and one not in use yet. */
const [PREVIOUS, PENDING] = ['.previous', '.pending'];

export interface SecretFile extends SecretMap {
  /** The value of a secret that the configuration names. */
  value(name: string): string;
}

/**
 * Secrets as `{ name: value }` in the data directory, for the owner's eyes. What is given is kept, what the
 * configuration needs and is not there is made. Read anew at each call, so that it can be edited while all runs.
 */
export function openSecretFile(data: DataDirectory, config: Config, apiToken: string): SecretFile {
  const read = (): Values => valuesOf(data);
  const write = (values: Values) => data.write(FILE, `${JSON.stringify(values, null, 2)}\n`, 0o600);
  write({ ...made(config, apiToken), ...read() });
  return {
    value(name) {
      const value = read()[name];
      if (value === undefined) throw new AppError('SECRET_UNAVAILABLE', `${data.at(FILE)} has no ${name}.`);
      return value;
    },
    get(name) {
      const { [name]: current, [name + PREVIOUS]: previous, [name + PENDING]: pending } = read();
      if (current === undefined) return undefined;
      const version = versionAt(statSync(data.at(FILE)).mtimeMs); // of all of them: nothing is written down of each
      return {
        createdAt: 0,
        current: version(current),
        ...(previous !== undefined && { previous: version(previous) }),
        ...(pending !== undefined && { pending: { ...version(pending), id: `pending-${version(pending).id}` } }), // the same value may come again
      };
    },
    set(name, { current, previous, pending }) {
      const { [name + PENDING]: _, ...others } = read();
      write({
        ...others,
        ...(current !== undefined && { [name]: current.value }),
        ...(previous !== undefined && { [name + PREVIOUS]: previous.value }),
        ...(pending !== undefined && { [name + PENDING]: pending.value }),
      });
    },
  };
}

const versionAt = (createdAt: number) => (value: string) => ({
  id: createHash('sha256').update(value).digest('hex'),
  value,
  createdAt,
});

function made(config: Config, apiToken: string): Values {
  const sources = webhookSources(config.sources).map(([, source]) => [source.secret, strongSecret(dialectOf(source))]);
  return {
    ...Object.fromEntries(sources),
    [config.bitsight.tokenSecret]: apiToken,
    [MAIL_HASH_KEY]: randomBytes(32).toString('base64'),
  };
}

/** In the form that the dialect prescribes; where it prescribes none, any text will do. */
export function strongSecret(dialect: Dialect): string {
  const bytes = randomBytes(32);
  if (dialect.scheme === 'static' && dialect.encoding === 'base64') return `bitsight:${bytes.toString('base64url')}`;
  if (dialect.scheme !== 'hmac' || dialect.key.encoding === 'utf8') return bytes.toString('base64url');
  return (dialect.key.prefix ?? '') + bytes.toString(dialect.key.encoding);
}

function valuesOf(data: DataDirectory): Values {
  const parsed = FileSchema.safeParse(data.read(FILE) ?? {});
  if (parsed.success) return parsed.data;
  throw new AppError('ARGUMENT_INVALID', `${data.at(FILE)} is not of the form { "name": "value" }.`);
}
