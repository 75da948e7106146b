import type { Target } from '../../infra/ops/frame/target.ts';
import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { command } from '../../infra/ops/review/command.ts';
import type { Given, Report } from '../../infra/ops/frame/command.ts';
import { runNight } from '../../lib/export/night.ts';
import { manifestKey, readNight } from '../../lib/export/nights.ts';
import { takeReviewInbox } from '../../lib/review/take.ts';
import { DAY } from '../../lib/time.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { createMemoryArchive, type MemoryObjects } from './memory/archive.ts';
import { memorySpools } from './memory/spool.ts';
import { given, targetOf } from './target.ts';
import { armedWorld, eventWith, virtualClock, type WorldOptions } from './world.ts';

export const MANAGER = 'vera.adam@example.com';
const PEOPLE = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn', 'gus'];
export const emailOf = (name: string): string => `${name}@example.com`;

/**
 * A tenant with a quarter to review: Vera, and seven people whom HR says she manages; two accounts of nobody in the ledger,
 * one of them an Admin; two company API tokens. One bucket for the commands, the night and the inbox.
 */
export async function quarterDesk(config: WorldOptions['config'] = {}) {
  const clock = virtualClock();
  const watch = new LedgerWatch(() => clock.now());
  const hooks = watch.hooks(() => watch);
  const world = await armedWorld({ config: { ...config }, companyTokens: 2, clock, hooks });
  const objects: MemoryObjects = new Map();
  const target: Target = { ...targetOf(world), archive: createMemoryArchive({ objects }) };
  await world.tell(hire('vera', MANAGER, null), ...PEOPLE.map((name) => hire(name, emailOf(name), MANAGER)));
  const [old, admin] = ['olga', 'root'].map((name) =>
    world.core.create({ email: emailOf(name), formal_name: `${name} Old`, friendly_name: name, status: 'Activated' }),
  );
  if (admin !== undefined) world.core.edit(admin.guid, { roles: ['customer_admin'] });
  const invocation = () => ({ remainingMs: () => 900_000, wallNow: () => world.clock.now() });
  const desk = {
    world,
    watch,
    target,
    objects,
    old,
    admin,
    /** The night that is due now, and the morning after it. */
    async night(): Promise<string> {
      const deps = {
        bitsight: target.bitsight(),
        calls: () => 0,
        store: world.store,
        archive: target.archive,
        clock: world.clock,
        ids: world.ids,
        config: world.config,
        openSpool: memorySpools().openSpool,
        telemetry: world.telemetry,
        configHash: target.configHash,
        mailKey: () => target.secrets.current(MAIL_HASH_KEY),
        product: { name: 'test', version: '1' },
        lanes: target.lanes,
      };
      const { date } = await runNight(deps, invocation(), world.clock.now());
      world.clock.advance(DAY);
      return date;
    },
    /** What a command of `ops -- review` says. */
    async review(...args: string[]): Promise<Report & { asked: string[] }> {
      return desk.with({}, ...args);
    },
    async with(options: Given['options'], ...args: string[]): Promise<Report & { asked: string[] }> {
      const asking = given(args, options);
      return { ...(await command.run(target, asking)), asked: asking.asked };
    },
    body: (key: string): string => Buffer.from(objects.get(key)?.body ?? []).toString('utf8'),
    drop: (name: string, text: string): void =>
      void objects.set(`review-inbox/${name}`, { body: Buffer.from(text), contentType: 'text/csv' }),
    inbox: () => takeReviewInbox({ ...target, telemetry: world.telemetry }),
    manifest: async (date: string) => readNight(target.archive, manifestKey(date)),
  };
  return desk;
}
export type QuarterDesk = Awaited<ReturnType<typeof quarterDesk>>;

const hire = (id: string, email: string, managerEmail: string | null) =>
  eventWith({
    kind: 'joiner',
    employeeId: id,
    attributes: { email, firstName: id, lastName: 'Berg', department: 'Vendor Risk', managerEmail },
  });

/** A worksheet filled in: by e-mail (or row text) what is decided, and why. */
export function filled(
  sheet: string,
  decisions: Record<string, [decision: string, note?: string]>,
  reviewer?: string,
): string {
  const [head = '', ...lines] = sheet.replace('\uFEFF', '').trimEnd().split('\r\n');
  const decided = lines.map((line) => {
    const cells = line.split(',');
    const found = Object.entries(decisions).find(([who]) => cells.includes(who));
    if (found === undefined) return line;
    const [, [decision, note = '']] = found;
    return [...cells.slice(0, -3), reviewer ?? cells.at(-3), decision, note].join(',');
  });
  return `${[head, ...decided].join('\r\n')}\r\n`;
}
