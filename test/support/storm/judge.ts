import type { System } from '../../../infra/local/system.ts';
import type { Story } from './deliveries.ts';
import { doubles, wrongAccounts } from './judge-accounts.ts';
import { callsInPauses, rashPosts, tooManyAtOnce } from './judge-calls.ts';
import { readLedger, unsettled, wrongReceipts } from './judge-ledger.ts';
import type { Pause } from './pauses.ts';
import type { Sent } from './senders.ts';

/** What must hold → what was found against it, by the simulator's record, the outcomes and the ledger. */
export type Verdict = Record<string, string[]>;

/** A timer may be so early, wall milliseconds. */
const EARLY_MS = 2;

export async function judge(
  system: System,
  story: Story,
  { accepted, wrong }: Sent,
  pauses: readonly Pause[],
  speed: number,
): Promise<Verdict> {
  const ledger = await readLedger(system.store);
  const { core } = system.simulator;
  const { record } = core;
  return {
    'every webhook is answered as it should be': wrong,
    'accepted = done + no-op + held + dead, none in flight': unsettled(
      accepted,
      system.outcomes().filter(({ source }) => source !== 'ledger'),
      ledger,
    ),
    'never two accounts for one person or address': doubles(core, story),
    'an account is made again only after it was confirmed absent': rashPosts(record, EARLY_MS * speed),
    'no call begins whose gate was read in a pause': callsInPauses(record, pauses),
    'never more calls at once than allowed': tooManyAtOnce(record),
    'everybody has the account that events and policy say': wrongAccounts(core, story, ledger),
    'every receipt shows what Bitsight showed, and every change has one': wrongReceipts(record, ledger),
  };
}
