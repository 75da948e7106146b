/**
 * What a bundle gets for the search for credentials. Lambda hands them over in the environment and nowhere else; what
 * would look for them elsewhere is a quarter of a bundle, read at every cold start.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
