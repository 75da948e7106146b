import { only, Refused } from './headers.ts';
import type { SignedRequest } from './signed.ts';

/** How some senders look whether anybody is there; answered only where the configuration names it. */
export const HANDSHAKES = ['hibob-ping', 'github-ping', 'okta-challenge', 'cloudevents'] as const;
export type Handshake = (typeof HANDSHAKES)[number];

export interface Greeting {
  statusCode: 200;
  headers: Record<string, string>;
  body: string;
}

interface Rule {
  method: 'GET' | 'OPTIONS' | 'POST';
  /** Whether it must be verified like a delivery first. */
  signed: boolean;
  answer: (request: SignedRequest) => Greeting | undefined;
}

const json = (body: unknown): Greeting => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const NOTHING = json({ events: [] });

/** The two bodies of HiBob's connection test, the first also without its quotes; blanks left out. */
const PINGS = ['"Pingtest"', 'Pingtest', '{"text":"Pingtest"}'];
const ORIGIN = /^[A-Za-z0-9.:*/_-]{1,253}$/;
const RATE = /^[1-9]\d{0,8}$/;

const RULES: Record<Handshake, Rule> = {
  // whether it is signed is not documented, and it says nothing
  'hibob-ping': {
    method: 'POST',
    signed: false,
    answer: ({ body }) =>
      body.length <= 64 && PINGS.includes(Buffer.from(body).toString().replaceAll(/\s/g, '')) ? NOTHING : undefined,
  },
  'github-ping': {
    method: 'POST',
    signed: true,
    answer: (request) => (headerOf(request, 'x-github-event') === 'ping' ? NOTHING : undefined),
  },
  // with the secret of its deliveries: https://support.okta.com/help/s/article/Unable-to-verify-event-hook-Hook-hook-name-execution-failed
  'okta-challenge': {
    method: 'GET',
    signed: true,
    answer: (request) => {
      const challenge = headerOf(request, 'x-okta-verification-challenge');
      return challenge === undefined ? undefined : json({ verification: challenge });
    },
  },
  /** HTTP 1.1 Web Hooks for Event Delivery, section 4. Its callback address is never called. */
  cloudevents: {
    method: 'OPTIONS',
    signed: false,
    answer: (request) => {
      const origin = headerOf(request, 'webhook-request-origin') ?? '';
      const rate = headerOf(request, 'webhook-request-rate') ?? '';
      if (!ORIGIN.test(origin)) return undefined;
      const allowed = { 'webhook-allowed-origin': origin, 'webhook-allowed-rate': RATE.test(rate) ? rate : '*' };
      return { statusCode: 200, headers: { allow: 'POST', ...allowed }, body: '' };
    },
  },
};

/** The answer to a handshake; undefined where the request is none of this kind. `proven`: it has been verified. */
export function greeting(name: Handshake, request: SignedRequest, proven: boolean): Greeting | undefined {
  const { method, signed, answer } = RULES[name];
  return request.method === method && signed === proven ? answer(request) : undefined;
}

/** Whether a request would be answered as a handshake once it is verified. */
export function awaits(name: Handshake, request: SignedRequest): boolean {
  return greeting(name, request, true) !== undefined;
}

function headerOf({ headers }: SignedRequest, name: string): string | undefined {
  try {
    return only(headers, name);
  } catch (error) {
    if (error instanceof Refused) return undefined; // then it is no handshake
    throw error;
  }
}
