import * as z from 'zod';
import { normaliseEmail } from '../../../lib/email.ts';
import { isTimeZone } from '../../../lib/time.ts';
import { answer, type Choice, type Question, type Terminal } from './ask.ts';
import { plain } from './plain.ts';
import { companiesText, type Group, type Survey } from './survey.ts';

const SOURCES = {
  bamboohr: 'webhooks of BambooHR',
  hibob: 'webhooks of HiBob',
  personio: 'webhooks of Personio',
  okta: 'event hooks of Okta, where no HR system sends webhooks',
  'standard-webhooks': 'any system that sends signed webhooks (Standard Webhooks)',
  roster: 'any system that exports a file with everybody who is employed',
  none: 'none yet: only the nightly export and its review',
};
const SIGN_INS = {
  password: 'with a password at Bitsight',
  saml: 'at your identity provider; their accounts are made before',
  'saml-jit': 'at your identity provider, whose log-in also makes accounts: a deleted one comes back with it',
};
const MODES = {
  restrict: 'the account stays with the least role in a group that sees no company; signing in may go on working',
  delete: 'the account is deleted, with the shared folders its owner made; nothing brings them back',
  'restrict-then-delete': 'restricted at once, deleted after 30 days',
};
export type Answers = {
  company: string;
  tenant: string;
  source: keyof typeof SOURCES;
  signIn: keyof typeof SIGN_INS;
  /** The identity provider sets role and group at log-in. */
  mapped: boolean;
  mode?: keyof typeof MODES;
  parkingGroup?: string;
  protected: string[];
  timeZone: string;
};

export const ANSWER_OPTIONS = [
  'company',
  'tenant',
  'source',
  'sign-in',
  'mapped',
  'mode',
  'parking-group',
  'protected',
  'time-zone',
] as const;
export type Given = { [option in (typeof ANSWER_OPTIONS)[number]]?: string | undefined };

/** `taken` says what is wrong with a tenant's name beyond its form. */
export interface Asking {
  given: Given;
  terminal: Terminal | undefined;
  survey: Survey;
  systemZone: string;
  taken: (tenant: string) => string | undefined;
}

export async function askAll({ given, terminal, survey, systemZone, taken }: Asking): Promise<Answers> {
  const ask = (question: Question & { option: keyof Given }): Promise<string> =>
    answer(question, given[question.option], terminal);
  const choose = async <T extends string>(
    question: Question & { option: keyof Given },
    among: Record<T, string>,
  ): Promise<T> => (await ask({ ...question, choices: choicesOf(among) })) as T; // -- an answer is one of the choices

  const company = await ask({ option: 'company', asks: 'Name of your company, as reviews show it', wrong: nameWrong });
  const tenant = await ask({
    option: 'tenant',
    asks: 'Short id of this deployment, part of the names of its stack and secrets',
    ...fallback(slugOf(company)),
    wrong: (text) => (slugOf(text) === text ? taken(text) : 'use lower-case letters, digits and hyphens, at most 40'),
  });
  const source = await choose({ option: 'source', asks: 'Which system says who joins, moves and leaves?' }, SOURCES);
  const signIn = await choose({ option: 'sign-in', asks: 'How do people sign in to Bitsight?' }, SIGN_INS);
  const mapped =
    signIn !== 'password' &&
    (await choose(MAPPED, {
      yes: 'both then belong to it; differences are only reported',
      no: 'this software sets them',
    })) === 'yes';
  const offboarding = source === 'none' ? {} : await askOffboarding(survey.groups, ask);
  const text = await ask({ ...PROTECTED, wrong: addressesWrong });
  const addresses = listOf(text);
  for (const address of addresses.filter((one) => !survey.emails.has(normaliseEmail(one))))
    terminal?.say(`Nobody in Bitsight has the address ${plain(address)} at present.`);
  const timeZone = await ask({
    option: 'time-zone',
    asks: 'Time zone of your company: of the night, and of dates that come without one',
    fallback: systemZone,
    wrong: (text) => (isTimeZone(text) ? undefined : 'name an IANA time zone such as Europe/Berlin'),
  });
  return { company, tenant, source, signIn, mapped, ...offboarding, protected: addresses, timeZone };
}

const MAPPED = { option: 'mapped', asks: 'Does the identity provider set role and access group at log-in?' } as const;
const PROTECTED = {
  option: 'protected',
  asks: 'Accounts that must never be touched, such as break-glass ones: addresses with commas between, Enter for none',
  fallback: '',
} as const;

async function askOffboarding(
  groups: readonly Group[],
  ask: (question: Question & { option: keyof Given }) => Promise<string>,
): Promise<Pick<Answers, 'mode' | 'parkingGroup'>> {
  const fitting = groups.filter(({ companies }) => companies === 0 || companies === undefined);
  const mode = (await ask({
    option: 'mode',
    asks: "What becomes of a leaver's account?",
    note: 'A fourth one, deactivate, is there once npm run ops -- probe --write has shown that your Bitsight can.',
    choices: choicesOf(MODES),
    wrong: (text) =>
      text === 'delete' || fitting.length > 0
        ? undefined
        : 'restricting needs an access group that sees no company, and there is none: make one in Bitsight, then begin again',
  })) as keyof typeof MODES; // -- an answer is one of the choices
  if (mode === 'delete') return { mode };
  const [only] = fitting.length === 1 ? fitting : [];
  const parkingGroup = await ask({
    option: 'parking-group',
    asks: 'The access group that restricted accounts are put into; it must see no company',
    choices: fitting.map((group) => ({
      value: group.ref,
      means: `${group.ref === group.name ? '' : `${group.name}, `}sees: ${companiesText(group)}`,
    })),
    ...(only && { fallback: only.ref }),
  });
  return { mode, parkingGroup };
}

const choicesOf = (among: Record<string, string>): Choice[] =>
  Object.entries(among).map(([value, means]) => ({ value, means }));
const fallback = (text: string): { fallback?: string } => (text === '' ? {} : { fallback: text });
const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const nameWrong = (text: string): string | undefined =>
  text.length >= 1 && text.length <= 100 && plain(text) === text ? undefined : 'write 1 to 100 letters in one line';

function addressesWrong(text: string): string | undefined {
  const wrong = listOf(text).find((one) => !z.email().safeParse(one).success);
  return wrong === undefined ? undefined : `"${plain(wrong)}" is no e-mail address`;
}

function slugOf(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return ascii.replaceAll(/^-+/g, '').slice(0, 40).replace(/-+$/, '');
}
