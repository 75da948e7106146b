import type { WebhookSource } from '../../lib/config/index.ts';
import { type DialectName, dialectOf } from '../../lib/webhooks/index.ts';

/** Who makes the key that a sender signs with, and where it stands in that system. */
export interface KeyPlace {
  /** `they`: the system makes it and shows it; `we`: it is made here and pasted there. */
  makes: 'we' | 'they';
  where: string;
}

const ours = (where: string): KeyPlace => ({ makes: 'we', where });
const theirs = (where: string): KeyPlace => ({ makes: 'they', where });

/** The words on the vendors' pages; what they call it today may differ. */
const PLACES: Record<DialectName, KeyPlace> = {
  'standard-webhooks': ours('the signing secret of the endpoint, whole, with whsec_'),
  svix: theirs('the signing secret of the endpoint, which begins with whsec_'),
  bamboohr: theirs('the private key that BambooHR shows once, when the webhook is made'),
  hibob: theirs('the secret that Bob shows with the webhook'),
  jira: ours('the field Secret of the webhook'),
  'jira-oauth': theirs('the client secret of the app'),
  github: ours('the field Secret of the webhook'),
  zendesk: theirs('the signing secret that Zendesk shows with the webhook (Reveal secret)'),
  okta: ours('the authentication secret of the event hook; its authentication field is Authorization'),
  authorization: ours('the value of the header Authorization, as it is'),
  bearer: ours('the token, sent as the header Authorization: Bearer <token>'),
  basic: ours('user name and password: the secret is user:password'),
};

/** The rule that docs/sources/servicenow.md prints wants the base64 alone. */
const SERVICENOW = ours('the system property bitsight.webhook.key, without whsec_');

/** Where the key of a source is pasted, or found. */
export function keyPlaceOf(source: WebhookSource): KeyPlace {
  if (source.kind === 'servicenow' && source.auth === 'standard-webhooks') return SERVICENOW;
  if (typeof source.auth === 'string') return PLACES[source.auth];
  const { auth } = source;
  return ours(auth.scheme === 'static' ? `the value of the header ${auth.header}` : 'the secret of the webhook');
}

/** The dialect as the configuration names it, and what is not certain about it. */
export function dialectWords(source: WebhookSource): { name: string; uncertain: string | undefined } {
  const { scheme, uncertain } = dialectOf(source);
  return { name: typeof source.auth === 'string' ? source.auth : `declared (${scheme})`, uncertain };
}

export const pageOf = ({ kind }: { kind: string }): string => `docs/sources/${kind}.md`;
