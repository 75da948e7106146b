import { buildApp } from 'fauxqs';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
// The package's own start function listens on every interface. A developer's machine offers this to nobody else, so the
// parts are put together here; they are not exported by name. The version is pinned and test/local/aws.test.ts holds
// what is relied upon.
import { PersistenceManager } from '../../node_modules/fauxqs/dist/persistence.js';
import { FileS3Persistence } from '../../node_modules/fauxqs/dist/s3/fileS3Persistence.js';
import { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
import { MessageSpy } from '../../node_modules/fauxqs/dist/spy.js';
import { SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { jsonIn } from '../../lib/json.ts';

export interface LoopbackFauxqs {
  /** Where SQS, S3 and SNS answer. */
  url: string;
  sqs: SqsStore;
  s3: S3Store;
  sns: SnsStore;
  stop(): Promise<void>;
}

/**
 * SQS with its state in SQLite under `queues`, S3 with its objects as plain files under `bucket`. Survives kill -9.
 * `onPublish` gets the message of each Publish to a topic of SNS.
 */
export async function startLoopbackFauxqs(
  paths: { queues: string; bucket: string },
  onPublish: (message: string) => void = () => undefined,
): Promise<LoopbackFauxqs> {
  const queues = new PersistenceManager(paths.queues);
  doNotWaitForTheDisk(queues);
  letGiveBack(queues);
  freeReceived(join(paths.queues, 'fauxqs.db'));
  dropTorn(paths.bucket);
  const objects = new FileS3Persistence(paths.bucket);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  stores.snsStore.spy = new Listener(onPublish);
  queues.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  objects.loadS3(stores.s3Store);
  // only now: loading must not write what it reads
  stores.sqsStore.persistence = queues;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = queues;
  stores.s3Store.persistence = objects;
  const app = buildApp({ logger: false, stores });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    sqs: stores.sqsStore,
    s3: stores.s3Store,
    sns: stores.snsStore,
    async stop() {
      await app.close();
      queues.close();
    },
  };
}

class Listener extends MessageSpy {
  private readonly onPublish: (message: string) => void;

  constructor(onPublish: (message: string) => void) {
    super();
    this.onPublish = onPublish;
  }

  override addMessage(seen: Parameters<MessageSpy['addMessage']>[0]): void {
    if (seen.service === 'sns') this.onPublish(seen.body);
  }
}

/** A killed process loses nothing that the kernel has. Only a power cut could; everything else stands still for that. */
function doNotWaitForTheDisk(queues: PersistenceManager): void {
  const database: DatabaseSync = queues['db'];
  database.exec('PRAGMA synchronous = OFF');
}

/** The package forgets that the count of receives may not be null, and loses a message whose visibility ends by request. */
function letGiveBack(queues: PersistenceManager): void {
  const database: DatabaseSync = queues['db'];
  const ready = 'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?';
  const statement = database.prepare(ready);
  queues.updateMessageReady = (messageId) => void statement.run(messageId);
}

/** Whoever had received a message died with the last process: it need not wait for the visibility timeout. */
function freeReceived(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
  database.close();
}

/** A kill in the middle of a write leaves a description that is no JSON; that object was never completed. */
function dropTorn(directory: string): void {
  for (const path of globSync('**/*.meta.json', { cwd: directory }).map((found) => join(directory, found)))
    if (jsonIn(readFileSync(path, 'utf8')) === undefined) rmSync(path);
}
