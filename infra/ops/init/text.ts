import { PRODUCTION } from '../connection.ts';
import type { Answers } from './questions.ts';
import { companiesText, type Group, type Survey } from './survey.ts';

export interface Written {
  answers: Answers;
  survey: Survey;
  baseUrl: URL;
  /** YYYY-MM-DD */
  date: string;
  /** Where the types lie, as the file has to import them; undefined: outside the clone, without types. */
  types: string | undefined;
}

/** The configuration as a commented module, in the style of the example. */
export function configText({ answers, survey, baseUrl, date, types }: Written): string {
  const { company, tenant, signIn, mapped, timeZone } = answers;
  const bitsight =
    baseUrl.href === new URL(PRODUCTION).href
      ? ''
      : `  bitsight: { baseUrl: ${quote(baseUrl.href.replace(/\/$/, ''))} },\n`;
  return `${types === undefined ? '' : `import type { ConfigInput } from ${quote(types)};\n\n`}// Made by npm run init on ${date} for ${baseUrl.host}: ${survey.people} people, ${survey.tokens} company API tokens.
// docs/configuration.md describes every setting. Secrets are named here and stored elsewhere.
//
// Access groups, with what they see:
${survey.groups.map((group) => `//   ${group.name}: ${companiesText(group)}${group.isDefault ? ', the default' : ''}`).join('\n')}
// Roles, with how many people have them:
${survey.roles.map(({ slug, name, people }) => `//   ${slug}${name === '' ? '' : ` (${name})`}: ${people}`).join('\n')}
export default {
  company: ${quote(company)},
  // One tenant, one stack, one ledger. Part of the names of the secrets.
  tenant: ${quote(tenant)},
${bitsight}
${sourceText(answers)}
${policyText(survey.groups)}
${offboardingText(answers)}  // How people sign in.
  signIn: ${quote(signIn)},
${mapped ? '  // The identity provider sets these at each log-in: they are reported, never written.\n  owns: { role: false, group: false },\n' : ''}  // Never touched, whatever any sender says.
  protected: [${answers.protected.map(quote).join(', ')}],

  // Example people: what the policy must say of them. Checked before every test, start and synth; add one for each rule.
  examples: [
    { attributes: { department: ${quote(EXAMPLE)} }, rule: ${quote(EXAMPLE)} },
    { attributes: { department: 'Warehouse' }, rule: null },
  ],

  // The complete list of users is exported and reviewed once a night.
  night: { at: '04:30', timeZone: ${quote(timeZone)} },
}${types === undefined ? '' : ' satisfies ConfigInput'};
`;
}

function sourceText({ source, timeZone }: Answers): string {
  if (source === 'none')
    return `  // The nightly export and its review alone. Take this away once a source is named below.
  features: { webhooks: false },
  // Who may send: sources: { bamboohr: { kind: 'bamboohr', secret: 'bamboohr-webhook' } },
`;
  if (source === 'roster')
    return `  // Files with everybody who is employed (docs/sources/roster.md): npm run ops -- roster <file>. More sources stand beside it.
  sources: {
    people: { kind: 'roster', timeZone: ${quote(timeZone)} },
  },
`;
  const id = source === 'standard-webhooks' ? 'hr' : source;
  return `  // Who may send: the id is the last part of the webhook address, /webhooks/${id}; see docs/sources/${source}.md.
  sources: {
    ${id}: { kind: ${quote(source)}, secret: '${id}-webhook', timeZone: ${quote(timeZone)}${FETCH[source] ?? ''} },
  },
`;
}

/** What brings no more than an id is completed by the system's own API. */
const FETCH: Partial<Record<Answers['source'], string>> = {
  hibob: ", fetch: { secret: 'hibob-service-user' }",
  personio: ", fetch: { secret: 'personio-client' }",
  okta: ", fetch: { secret: 'okta-token', baseUrl: 'https://YOUR-COMPANY.okta.com' }",
};

/** Matches nobody, so that the file gives nobody anything before somebody has thought about it. */
const EXAMPLE = 'Example Department';

const rule = (name: string, { ref }: Group): string =>
  `{ name: ${quote(name)}, when: { department: ${quote(name)} }, grant: { role: 'customer_user', group: ${quote(ref)} } },`;

function policyText(groups: readonly Group[]): string {
  const named = groups.filter(({ isDefault, companies }) => !isDefault && companies !== 0);
  const [first = groups[0]] = named;
  return `  policy: {
    // The first rule that matches grants exactly what it names: one role, one group, features. A rule that cannot be
    // decided, because an attribute is unknown, holds the person; it is never skipped. Two matching rules with
    // different roles hold the person too.
    rules: [
      // An example that matches nobody: put your own in its place. By department, for instance:
${named.map((group) => `      // ${rule(group.name, group)}\n`).join('')}${
    first === undefined
      ? `      { name: '${EXAMPLE}', when: { department: '${EXAMPLE}' }, grant: { role: 'customer_user' } },`
      : `      {
        name: '${EXAMPLE}',
        when: { department: '${EXAMPLE}' },
        grant: { role: 'customer_user', group: ${quote(first.ref)} },
      },`
  }
    ],
    // An account whose owner matches no rule any more stays as it is, and the nightly review shows it.
    noMatch: 'keep',
  },
`;
}

function offboardingText({ mode, parkingGroup }: Answers): string {
  if (mode === undefined) return '';
  const says = {
    restrict: 'Restricting reduces access and does not end it: sign-in and a personal API token may go on working.',
    delete: "Deleting cannot be undone and takes the user's shared folders along.",
    'restrict-then-delete':
      'Restricted first, deleted after graceDays, with the shared folders; that cannot be undone.',
  }[mode];
  const group = parkingGroup === undefined ? '' : `, parkingGroup: ${quote(parkingGroup)}`;
  const grace = mode === 'restrict-then-delete' ? ', graceDays: 30' : '';
  return `  // What becomes of a leaver's account.
  // ${says}
  offboarding: { mode: ${quote(mode)}${group}${grace} },

`;
}

/** A string of JavaScript in single quotes; what JSON leaves alone but JavaScript might not cannot be in it: the names are plain. */
function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
