import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../../lib/errors.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import type { HrRecord } from '../../../lib/lifecycle/ports.ts';
import { DAY, HOUR, MINUTE, SECOND, toIso } from '../../../lib/time.ts';
import { doorOf } from '../../support/door.ts';
import { armedWorld, MARA, START } from '../../support/world.ts';

const APP = { id: '0oa1', type: 'AppInstance' };
const GRANT = { role: 'customer_user', features: {} };
const oktaEvents = (at: string, ...types: string[]) => ({
  data: {
    events: types.map((eventType) => ({
      uuid: `${eventType} ${at}`,
      published: at,
      eventType,
      target: [APP, { id: 'E1', type: 'User' }],
    })),
  },
});
const bamboohr = (type: string, at: string) => ({ type, timestamp: at, data: { companyId: '1', employeeId: 'E1' } });
const hibob = (type: string, at: string) => ({
  companyId: 1,
  type,
  triggeredBy: 'system',
  triggeredAt: at.replace('Z', ''),
  version: 'v2',
  data: { employeeId: 'E1' },
});
const personio = (name: string, at: string) => ({
  company_id: '1',
  event_name: name,
  occurred_at: at,
  payload: { person: { id: 'E1' } },
});

interface Sender {
  source: NonNullable<ConfigInput['sources']>[string];
  hire: (at: string) => object;
  end: (at: string) => object;
  /** When it sends after the first time, as its pages say, milliseconds. */
  again: number[];
}
const fetch = { secret: 'key', baseUrl: 'https://hr.example.com' };
const SENDERS: Record<string, Sender> = {
  bamboohr: {
    source: { kind: 'bamboohr', secret: 's', fetch },
    hire: (at) => bamboohr('employee.created', at),
    end: (at) => bamboohr('employee.updated', at),
    again: [5, 15, 35, 75, 155].map((minutes) => minutes * MINUTE),
  },
  hibob: {
    source: { kind: 'hibob', secret: 's', fetch },
    hire: (at) => hibob('employee.joined', at),
    end: (at) => hibob('employee.left', at),
    again: [MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 2 * DAY, 3 * DAY],
  },
  personio: {
    source: { kind: 'personio', secret: 's', fetch },
    hire: (at) => personio('employment.started', at),
    end: (at) => personio('employment.terminated', at),
    // each attempt has a second one at once
    again: [0, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 2 * DAY, 3 * DAY].flatMap((after) => [after, after + SECOND]),
  },
  okta: {
    source: { kind: 'okta', secret: 's', fetch, app: { id: APP.id, grant: GRANT } },
    hire: (at) => oktaEvents(at, 'application.user_membership.add', 'user.lifecycle.activate'),
    end: (at) => oktaEvents(at, 'user.lifecycle.deactivate'),
    again: [3 * SECOND],
  },
};
const record = (value: 'active' | 'ended', from: number): HrRecord => ({
  attributes: MARA,
  employment: [{ value, from }],
});

async function sending({ source }: Sender) {
  const world = await armedWorld({ config: { sources: { sender: source }, authority: [] } });
  world.hr.set('sender/E1', record('active', START));
  let isDown = false;
  const before = () => {
    if (isDown) throw new AppError('QUEUE_UNAVAILABLE', 'down.');
  };
  const { deliver } = doorOf(world, { before });
  const send = async (body: object, status = 200) => {
    expect(await deliver(body, { source: 'sender', at: world.clock.now() })).toBe(status);
    await world.drain();
  };
  return { world, send, down: (is: boolean) => void (isDown = is) };
}

describe.each(Object.entries(SENDERS))('%s sends again as its pages say', (_, sender) => {
  const { hire, end, again } = sender;

  test('while our queue is down it is told so, and the last time counts', async () => {
    const { world, send, down } = await sending(sender);
    const body = hire(toIso(START));
    down(true);
    for (const after of [0, ...again.slice(0, -1)]) {
      await world.pass(START + after - world.clock.now());
      await send(body, 503);
    }
    expect(world.writes()).toEqual([]);
    down(false);
    await world.pass(START + (again.at(-1) ?? 0) - world.clock.now());
    await send(body);
    await world.pass(HOUR);
    expect(world.writes()).toEqual(['POST']);
    expect(world.account(MARA.email)).toBeDefined();
  });

  test('what was accepted and not answered in time comes again for as long as it takes: one account, and none after its end', async () => {
    const { world, send } = await sending(sender);
    const body = hire(toIso(START));
    await send(body);
    await world.pass(2 * MINUTE);
    expect(world.writes()).toEqual(['POST']);
    const left = world.clock.now();
    world.hr.set('sender/E1', record('ended', left));
    const last = end(toIso(left));
    await send(last);
    await world.pass(2 * MINUTE);
    for (const after of again) {
      await world.pass(Math.max(0, START + after - world.clock.now()));
      await send(body); // before and after its end, in any order
      await send(last);
    }
    await world.pass(HOUR);
    expect(world.writes()).toEqual(['POST', 'DELETE']);
    expect(world.account(MARA.email)).toBeUndefined();
    expect(world.published.filter(({ result }) => result === 'done').map(({ what }) => what)).toEqual(
      expect.arrayContaining(['created', 'removed']),
    );
    for (const { result } of world.published) expect(['done', 'no-op']).toContain(result);
    expect((await world.people()).flatMap(({ open }) => open)).toEqual([]);
  });
});
