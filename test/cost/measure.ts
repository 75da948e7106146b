import { scheduledEvent } from '../../infra/local/scheduler.ts';
import { DAY } from '../../lib/time.ts';
import { CONFIG, emailOf, hired, terminated } from '../e2e/local-config.ts';
import { startBamboohr } from '../support/hr/bamboohr.ts';
import { startTicketSystems, TICKETS } from '../support/tickets/systems.ts';
import type { Counts } from './counts.ts';
import { PEOPLE, startScenes } from './scenes.ts';

const WOKEN = 10;

/** Every kind of event through the bundled functions in the real Lambda runtime loop: what each really asks of AWS and of Bitsight. */
export async function measure(): Promise<Counts> {
  return { ...(await deleting()), ...(await restricting()) };
}

async function deleting(): Promise<Counts> {
  const bamboohr = await startBamboohr('key', { 67_890: employee(90) });
  const tickets = await startTicketSystems();
  const { jira } = tickets.sources;
  const fetch = { secret: 'bamboohr-key', baseUrl: bamboohr.url };
  const sources = {
    ...CONFIG.sources,
    bamboohr: { kind: 'bamboohr', secret: 'bamboohr', fetch },
    ...(jira && { jira }),
  } as const;
  const keys = { ...tickets.keys, 'bamboohr-key': 'key' };
  const scenes = await startScenes({ ...CONFIG, sources }, keys);
  const { scene, quietly, send, say, system } = scenes;
  const joins = hired(2, Date.now());
  const night = (at: number) => system.functions['nightly-export'].invoke(scheduledEvent(at));
  try {
    await scene('joiner, every function new', () => send('hr', hired(1, Date.now())));
    await scene('joiner', () => send('hr', joins, 'same'));
    await scene('redelivery', () => send('hr', joins, 'same'));
    await scene('update that says nothing new', () => say('changed', 2, { lastName: 'Number 2' }));
    await scene('mover: another role', () => say('changed', 2, { department: 'Portfolio' }));
    await scene('mover: another name and address', () =>
      say('changed', 2, { lastName: 'New', workEmail: emailOf(22) }),
    );
    await quietly(() => send('hr', terminated(1, Date.now())));
    await scene('leaver, removed', () => say('terminated', 2, {}));
    await scene('joiner whom no rule matches', () => send('hr', hired(3, Date.now(), { department: 'Sales' })));
    await scene('update of somebody whom no rule matches', () => say('changed', 3, { department: 'Legal' }));
    await scene('leaver whom no rule matches', () => say('terminated', 3, {}));
    await scene('joiner of next week', () => send('hr', hired(4, Date.now(), { startDate: dayAfter(7) })));
    await quietly(() => send('bamboohr', thin()));
    await scene('thin event, looked up', () => send('bamboohr', thin()));
    await quietly(() => send('hr', hired(5, Date.now(), { department: 'Sales' })));
    await scene('request on a ticket, answered', () => send('jira', TICKETS.jira.approval(emailOf(5), Date.now())));
    await scene('refused delivery (401)', () => send('hr', joins, 'forged', `whsec_${'A'.repeat(44)}`));
    await quietly(() => scenes.sweep());
    await scene('sweep, nobody due', () => scenes.sweep());
    for (let n = 100; n < 100 + WOKEN; n++) await quietly(() => send('hr', hired(n, Date.now())));
    await scene(`sweep, ${WOKEN} due`, () => scenes.sweepAll());
    await quietly(() => night(Date.now()));
    await scene(`night of ${PEOPLE} accounts`, () => night(Date.now() + DAY));
    return scenes.counts;
  } finally {
    await Promise.all([scenes.stop(), bamboohr.stop(), tickets.stop()]);
  }
}

async function restricting(): Promise<Counts> {
  const scenes = await startScenes({ ...CONFIG, offboarding: { mode: 'restrict', parkingGroup: 'No Companies' } });
  try {
    for (const n of [1, 2]) await scenes.quietly(() => scenes.send('hr', hired(n, Date.now())));
    await scenes.quietly(() => scenes.send('hr', terminated(1, Date.now())));
    await scenes.scene('leaver, restricted', () => scenes.say('terminated', 2, {}));
    return scenes.counts;
  } finally {
    await scenes.stop();
  }
}

const dayAfter = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

function employee(n: number) {
  return {
    firstName: 'Person',
    lastName: `Number ${n}`,
    workEmail: emailOf(n),
    department: 'Risk',
    status: 'Active',
    hireDate: '2020-01-01',
  };
}

/** BambooHR's event-based webhook says no more than whom it is about. */
const thin = () => ({
  type: 'employee.updated',
  timestamp: new Date().toISOString(),
  data: { companyId: '12345', employeeId: '67890', changedFields: ['department'] },
});
