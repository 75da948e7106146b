import { Duration, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { NightlyExportEnvSchema } from '../../functions/nightly-export/env.ts';
import { ExportBucket } from './export-bucket.ts';
import { InvocationSchedule } from './invocation-schedule.ts';
import { LifecycleAlarms } from './lifecycle-alarms.ts';
import { LifecycleFunction } from './lifecycle-function.ts';
import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { listOf } from '../../lib/sources/okta/unheard.ts';
import type { TenantParts } from './tenant-parts.ts';

/** The night: the complete list, compared and reviewed. Useful without anything else. */
export class NightlyExport extends Construct {
  readonly bucket: ExportBucket;

  constructor(scope: Construct, id: string, { config, configFile, alarms, ledger, secrets }: TenantParts) {
    super(scope, id);
    this.bucket = new ExportBucket(this, 'Archive', { keepNights: Duration.days(config.night.keepDays) });
    const run = new LifecycleFunction(this, 'Run', {
      name: 'nightly-export',
      environment: NightlyExportEnvSchema,
      configFile,
      memoryMb: 1769, // a whole processor: it reads the whole ledger (docs/scale.md)
      expectedWithin: Duration.hours(26), // the longest day of the year has 25
      errorImpact:
        'The access review of this night is missing, and drift and leftover accounts stay unseen; or what comes after it, such as the list of an Okta app, could not be read.',
      alarms,
    });
    new LifecycleAlarms(this, 'Alarms', { alarms, of: ['nightly-export'] });
    ledger.grantReadWrite(run);
    ledger.grantScan(run);
    const lists = Object.values(config.sources).flatMap((source) => {
      const list = listOf(source);
      return list?.app.nightly === true ? [list.api.secret] : [];
    });
    secrets.grantRead(run, [config.bitsight.tokenSecret, MAIL_HASH_KEY, ...lists]);
    secrets.grantAges(run);
    this.bucket.grantReadWrite(run);
    alarms.grantTell(run);

    const [hour, minute] = config.night.at.split(':').map((part) => String(Number(part)));
    new InvocationSchedule(this, 'Nightly', {
      expression: ScheduleExpression.cron({ hour, minute, timeZone: TimeZone.of(config.night.timeZone) }),
      target: run,
      tryFor: Duration.hours(1),
    });
  }
}
