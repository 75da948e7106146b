import type { Config } from '../config/schema.ts';

type Step = 'restrict' | 'delete' | 'deactivate';
/** What becomes of each thing that a leaver had. `(inferred)`: no page of Bitsight says so. */
export const LEAVER_LOSES = {
  account: {
    restrict: 'stays, with the least role in a group that sees no company, features off',
    delete: 'gone: its guid is not found, no address finds it',
    deactivate: 'stays as it was, with the status Deactivated',
  },
  'sign-in by password': {
    restrict: '**may still work**',
    delete: 'gone with the account (inferred)',
    deactivate: 'should end (inferred): what is proven is the status',
  },
  'sign-in by SAML': {
    restrict: '**works** as long as the identity provider assigns the app',
    delete: 'no account to sign in to (inferred)',
    deactivate: 'should end (inferred): what is proven is the status',
  },
  'sign-in by SAML, accounts made at log-in': {
    restrict: '**works**; role and group mapped there come back with the next log-in',
    delete: '**comes back** with the next log-in, as long as the identity provider assigns the app',
    deactivate: '**may come back** with the next log-in, as long as the identity provider assigns the app',
  },
  'personal API token': {
    restrict: '**may still work**, with what the restricted account may see (inferred)',
    delete: 'gone with the account (inferred)',
    deactivate: '**may still work**: nobody says',
  },
  'company API tokens they made': {
    restrict: '**still work**: they belong to the company; revoke them by hand',
    delete: '**still work**: they belong to the company; revoke them by hand',
    deactivate: '**still work**: they belong to the company; revoke them by hand',
  },
  'shared folders they made': {
    restrict: 'stay',
    delete: 'deleted too, says Bitsight; they cannot be brought back',
    deactivate: 'stay',
  },
  'contact duties': {
    restrict: 'ended',
    delete: 'gone with the account (inferred): name another contact',
    deactivate: '**stay** as they are: name another contact',
  },
} as const satisfies Record<string, Record<Step, string>>;

/** The steps of each mode, in order. */
export const STEPS_OF: Record<NonNullable<Config['offboarding']>['mode'], readonly Step[]> = {
  restrict: ['restrict'],
  delete: ['delete'],
  'restrict-then-delete': ['restrict', 'delete'],
  deactivate: ['deactivate'],
};
