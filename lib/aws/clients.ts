/** How every AWS client is set: bounded in time and in attempts, so that an outage is an answer and never a hang. */
export interface ClientLimits {
  /** From the start of a request to the head of its answer, milliseconds. A body may then rest four times as long. */
  requestTimeoutMs: number;
  /** The first attempt included. */
  maxAttempts: number;
}

/**
 * Region, credentials and endpoint (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`) come from the environment, as the
 * SDK reads it. Each adapter makes its own client, so that a bundle holds only the clients it uses.
 */
export function clientSettings({ requestTimeoutMs = 5000, maxAttempts = 3 }: Partial<ClientLimits> = {}) {
  return {
    maxAttempts,
    requestHandler: {
      connectionTimeout: 2000,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true, // else the SDK only logs a warning
      socketTimeout: 4 * requestTimeoutMs,
    },
  };
}
