const PRODUCT = 'bitsight-user-lifecycle';

/** One stack a tenant. */
export const stackName = (tenant: string): string => `${PRODUCT}-${tenant}`;
/** What stands before the names of a tenant's secrets, with a slash at its end. */
export const secretPrefix = (tenant: string): string => `${PRODUCT}/${tenant}/`;
