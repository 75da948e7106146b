import type { Config } from '../../lib/config/index.ts';
import type { AlarmTopic } from './alarm-topic.ts';
import type { LedgerTable } from './ledger-table.ts';
import type { TenantSecrets } from './tenant-secrets.ts';

/** What the night and the event path of one tenant share. */
export interface TenantParts {
  readonly config: Config;
  /** Path of the canonical configuration. */
  readonly configFile: string;
  readonly alarms: AlarmTopic;
  readonly ledger: LedgerTable;
  readonly secrets: TenantSecrets;
}
