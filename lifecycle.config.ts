import type { ConfigInput } from './lib/config/schema.ts';

/**
 * Example configuration: `npm start`, the demo and the tests run on it. Copy it, also to a place outside this
 * repository (the types are for editors here, nothing is loaded), and name the copy by `--config <file>` or
 * LIFECYCLE_CONFIG. Every setting is described in docs/configuration.md. Secrets are named here and stored elsewhere.
 */
export default {
  company: 'Example AG',
  // One tenant, one stack, one ledger. Part of the names of the secrets.
  tenant: 'example',

  // Who may send: the id is the last part of the webhook address, /webhooks/bamboohr.
  sources: {
    bamboohr: { kind: 'bamboohr', secret: 'bamboohr-webhook', timeZone: 'Europe/Berlin' },
    hr: { kind: 'standard-webhooks', secret: 'hr-webhook' },
  },
  // Where both say the same attribute of a person, the first one is believed.
  authority: ['bamboohr', 'hr'],

  policy: {
    // The first rule that matches grants exactly what it names: one role, one group, features. A rule that cannot be
    // decided, because an attribute is unknown, holds the person; it is never skipped. Two matching rules with
    // different roles hold the person too.
    rules: [
      {
        name: 'Vendor Risk',
        when: { department: ['Vendor Risk', 'Third-Party Risk'] },
        grant: { role: 'customer_user', group: 'Vendor Risk' },
      },
      {
        name: 'Security',
        when: { department: 'Security' },
        grant: { role: 'customer_user', group: 'Security' },
      },
      {
        name: 'Procurement in Europe',
        when: { department: 'Procurement', location: ['Berlin', 'Madrid', 'Paris'] },
        grant: { role: 'customer_portfolio_manager', group: 'Europe' },
      },
      {
        name: 'Internal Audit',
        // Values are compared trimmed and without regard to case.
        when: { department: ['Audit', 'Internal Audit'], employmentType: { not: ['Contractor', 'Temporary'] } },
        grant: { role: 'customer_user', group: 'All Companies' },
      },
      {
        name: 'Executives',
        when: { department: 'Executive', jobTitle: ['CISO', 'Chief Risk Officer'] },
        grant: { role: 'customer_group_admin', group: 'All Companies', contact: true },
      },
    ],
    // An account whose owner matches no rule any more stays as it is, and the nightly review shows it.
    noMatch: 'keep',
  },

  // What becomes of a leaver's account. `delete` cannot be undone and takes the user's shared folders with it.
  // To reduce access instead:  { mode: 'restrict', parkingGroup: 'No Companies' }
  offboarding: { mode: 'delete' },

  // How people sign in; `saml-jit` brings a deleted account back at the next log-in, see docs/configuration.md.
  signIn: 'password',
  // Never touched, whatever any sender says.
  protected: ['break-glass@example.com'],

  // Example people: what the policy must say of them. Checked before every test, start and synth.
  examples: [
    { attributes: { department: 'Vendor Risk' }, rule: 'Vendor Risk' },
    { attributes: { department: ' security ' }, rule: 'Security' },
    { attributes: { department: 'Procurement', location: 'Madrid' }, rule: 'Procurement in Europe' },
    { attributes: { department: 'Procurement', location: 'Chicago' }, rule: null },
    { attributes: { department: 'Internal Audit', employmentType: 'Contractor' }, rule: null },
    { attributes: { department: 'Executive', jobTitle: 'CISO' }, rule: 'Executives' },
    { attributes: { department: 'Warehouse' }, rule: null },
  ],

  // The complete list of users is exported and reviewed once a night.
  night: { at: '04:30', timeZone: 'Europe/Berlin' },
} satisfies ConfigInput;
