import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import type { NightConnection } from '../../lib/export/connect.ts';
import { runNight, type NightDeps, type NightResult } from '../../lib/export/night.ts';
import { tellWeek, type WeekDeps } from '../../lib/export/tell-week.ts';
import { tellOldKeys, type KeyAgeDeps } from '../../lib/export/old-keys.ts';
import { recordUnheard, type UnheardDeps } from '../../lib/sources/okta/unheard.ts';
import type { Invocation } from '../../lib/lifecycle/ports.ts';
import { scheduleHandler } from '../../lib/runtime/schedule-handler.ts';
import type { LambdaHandler } from '../../lib/runtime/stack.ts';
import type { RuntimeTelemetry } from '../../lib/runtime/telemetry.ts';
import { parseInstant } from '../../lib/time.ts';

/** The instant for which EventBridge scheduled the run; a repeated attempt carries the same. */
const EventSchema = z.looseObject({ time: z.string() });

export interface NightlyExportDeps
  extends
    Omit<NightDeps, 'bitsight' | 'calls' | 'telemetry'>,
    Pick<WeekDeps, 'people' | 'bucket'>,
    Pick<KeyAgeDeps, 'putInAt'>,
    Pick<UnheardDeps, 'fetch' | 'secrets'> {
  telemetry: RuntimeTelemetry;
  /** A read-only client for one run. */
  connect: (invocation: Invocation) => NightConnection;
}

/** Each night: every account exported, compared with the last night, and made into a review; after the first night of a week people hear of it. Then what Okta's events missed. */
export function createNightlyExportHandler(deps: NightlyExportDeps): LambdaHandler<unknown, NightResult> {
  return scheduleHandler(async (event, invocation) => {
    const { connect, ...rest } = deps;
    const { giveBack, ...connection } = connect(invocation);
    try {
      const night = await runNight({ ...rest, ...connection }, invocation, scheduledAt(event));
      if (night.outcome !== 'busy') await tellWeek(deps, night.date);
      await tellOldKeys(deps);
      if (night.outcome !== 'busy') await recordUnheard(deps, invocation);
      return night;
    } finally {
      await giveBack();
    }
  }, deps.telemetry);
}

function scheduledAt(event: unknown): number {
  const parsed = EventSchema.safeParse(event);
  const at = parsed.success ? parseInstant(parsed.data.time, 'UTC') : undefined;
  if (at === undefined) throw new AppError('MESSAGE_UNREADABLE', 'The scheduled event has no time.');
  return at;
}
