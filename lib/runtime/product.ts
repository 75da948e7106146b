/** How this software names itself to Bitsight; a test holds the version equal to package.json. */
export const PRODUCT = { name: 'bitsight-user-lifecycle', version: '0.1.0' } as const;
