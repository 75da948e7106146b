/**
 * Stands in for the native part of the Lambda runtime client, which is not built on installation: loaded by `--import`,
 * it answers for `rapid-client.node` with the four functions that the client calls. Plain JavaScript, so that a start is
 * timed without the stripping of types, and modules as `require` has them: `import` of node:http would load the whole of
 * fetch beforehand, which a function that needs it then had for nothing.
 */
const { Agent, request } = process.getBuiltinModule('node:http');
const { registerHooks } = process.getBuiltinModule('node:module');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.endsWith('/rapid-client.node')
      ? { url: import.meta.url, format: 'module', shortCircuit: true }
      : next(specifier, context),
});

const api = new URL(`http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/`);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body = '', headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, api), { method, agent, headers }, (response) => {
      let bodyJson = '';
      response.setEncoding('utf8').on('data', (text) => (bodyJson += text));
      response.on('error', reject).on('end', () => resolve({ bodyJson, headers: response.headers }));
    });
    sent.on('error', reject).end(body);
  });
}

// the client does not wait for an answer to be taken, but asks for nothing more before it was
let said = Promise.resolve();
function post(path, body, headers) {
  const { user, system } = process.cpuUsage();
  const more = { 'content-type': 'application/json', 'x-cpu-microseconds': user + system };
  said = said.then(() => call('POST', path, body, { ...more, ...headers }));
}

export function initializeClient() {}
export const next = async () => said.then(() => call('GET', 'invocation/next'));
export const done = (id, body) => post(`invocation/${id}/response`, body);
export const error = (id, body, cause) =>
  post(`invocation/${id}/error`, body, { 'lambda-runtime-function-xray-error-cause': cause });
