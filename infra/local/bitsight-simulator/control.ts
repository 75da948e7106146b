import * as z from 'zod';
import { AccountSchema } from './account.ts';
import { json, type ApiResponse } from './core.ts';
import { FaultSchema } from './faults.ts';
import { ActorSchema } from './record.ts';
import type { SimulatorCore } from './simulator.ts';
import { SwitchesSchema } from './switches.ts';

const HandSchema = AccountSchema.omit({ guid: true }).partial();
const RotateSchema = z.strictObject({ token: z.string().min(1).optional(), keep: z.boolean().optional() });
const ResetSchema = z.strictObject({ users: z.int().nonnegative().optional(), seed: z.int().optional() });

type Control = (core: SimulatorCore, body: unknown, url: URL, guid: string) => unknown;
const CONTROLS: Record<string, Control> = {
  'GET faults': (core) => core.faults.list(),
  'PUT faults': (core, body) => {
    core.faults.set(z.array(FaultSchema).parse(body));
    return core.faults.list();
  },
  'GET switches': (core) => core.switches,
  'PUT switches': (core, body) => {
    core.setSwitches(SwitchesSchema.parse({ ...core.switches, ...z.looseObject({}).parse(body) }));
    return core.switches;
  },
  'GET calls': (core) => ({
    maximumConcurrent: core.record.maximumConcurrent,
    fired: core.record.fired(),
    createdPerEmail: Object.fromEntries(core.record.createdPerEmail()),
    coexisted: core.record.coexisted(),
    pauses: core.record.pauses(),
    calls: core.record.calls,
    byHand: core.record.effects.filter(({ call }) => call === null),
  }),
  'GET users': (core) => core.users(),
  'POST users': (core, body, url) => core.create(HandSchema.parse(body), actor(url)),
  'GET users/': (core, _body, _url, guid) => core.user(guid),
  'PATCH users/': (core, body, url, guid) => core.edit(guid, HandSchema.parse(body), actor(url)),
  'DELETE users/': (core, _body, url, guid) => core.edit(guid, null, actor(url)),
  'POST rotate': (core, body) => ({ token: core.rotate(RotateSchema.parse(body)) }),
  'POST reset': (core, body) => {
    core.reset(ResetSchema.parse(body));
    return { users: core.users().length, token: core.tokens()[0] };
  },
};

/** The simulator's own door for tests and people, under /__simulator/; not recorded and without a token. */
export function control(core: SimulatorCore, method: string, url: URL, body: string): ApiResponse {
  const [, name = '', guid = ''] = /^\/__simulator\/(\w+\/?)(.*)$/.exec(url.pathname) ?? [];
  const handler = CONTROLS[`${method} ${guid === '' ? name.replace('/', '') : name}`];
  if (handler === undefined) return json(404, { detail: `One of: ${Object.keys(CONTROLS).join(', ')}` });
  try {
    const answer = handler(core, body === '' ? {} : JSON.parse(body), url, guid);
    return answer === undefined ? json(404, { detail: 'No such account.' }) : json(200, answer);
  } catch (error) {
    if (error instanceof z.ZodError) return json(400, { detail: z.prettifyError(error) });
    if (error instanceof SyntaxError) return json(400, { detail: error.message });
    throw error;
  }
}

/** Who does it by hand: `?by=sso` for single sign-on, else a person in the user interface. */
function actor(url: URL): z.infer<typeof ActorSchema> {
  return ActorSchema.parse(url.searchParams.get('by') ?? 'ui');
}
