import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { Attribute } from '../../lifecycle/event.ts';
import { readAs } from '../delivery.ts';
import type { Fetcher } from '../directory.ts';
import { attributesOf, employmentOf, isPlainId, type State } from '../hr-record.ts';
import { employeeIdValue } from '../values.ts';
import type { OktaConfig } from './translate.ts';

/** Attributes of Okta's default profile. It writes managers as it likes, so their address is asked for only where the configuration names it. */
const PROFILE: Partial<Record<Attribute, string>> = {
  email: 'email',
  firstName: 'firstName',
  lastName: 'lastName',
  displayName: 'displayName',
  department: 'department',
  division: 'division',
  jobTitle: 'title',
  location: 'city',
  costCentre: 'costCenter',
  employmentType: 'userType',
};

const UserSchema = z.object({
  id: employeeIdValue,
  status: z.string(),
  profile: z.record(z.string(), z.unknown()),
});

/** STAGED says nothing: the account is not switched on yet. */
const STATES: Partial<Record<string, State>> = {
  PROVISIONED: 'active',
  ACTIVE: 'active',
  RECOVERY: 'active',
  LOCKED_OUT: 'active',
  PASSWORD_EXPIRED: 'active',
  SUSPENDED: 'suspended',
  DEPROVISIONED: 'ended',
};

/** `GET /api/v1/users/{id}`, `SSWS` and an API token, as Okta's reference has it; tried against our stand-in alone. */
export function oktaFetcher(config: OktaConfig): Fetcher {
  const names = { ...PROFILE, ...config.fields };
  return async ({ employeeId, said, credential, call }) => {
    if (!isPlainId(employeeId)) return undefined;
    const answer = await call({
      path: `/api/v1/users/${employeeId}`,
      headers: { authorization: `SSWS ${credential}` },
    });
    if (answer === undefined) return undefined;
    const { id, status, profile } = readAs(UserSchema, answer);
    // the address takes logins too
    if (id !== employeeId) throw new AppError('DIRECTORY_UNREADABLE', 'Okta answered with another id.');
    return {
      attributes: attributesOf(names, (name) => (Object.hasOwn(profile, name) ? profile[name] : undefined)),
      employment: employmentOf({ state: STATES[status] }, said, config.timeZone),
    };
  };
}
