const http = process.getBuiltinModule('node:http');

/**
 * What a bundle gets for `node:http`. An import of the module itself reads all that it exports, and so loads the whole of
 * fetch for a WebSocket nobody wants: 20 ms of a cold start. A name that is missing here ends the bundling.
 */
export const { Agent, request, STATUS_CODES } = http;
// oxlint-disable-next-line import/no-default-export -- the AWS SDK asks for it
export default http;
