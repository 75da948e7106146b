import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the Security Token Service says of whoever calls. */
export interface Sts {
  url: string;
  /** An ARN, or the code of an error. */
  says: { arn: string } | { code: string };
  stop(): Promise<void>;
}

/** STS GetCallerIdentity over real HTTP, in the query protocol that the SDK speaks; anything else is an error. */
export async function startSts(arn: string): Promise<Sts> {
  const sts: Sts = { url: '', says: { arn }, stop: async () => undefined };
  const server = createServer((request, response) => void answer(sts, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sts.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // -- it listens
  sts.stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return sts;
}

async function answer({ says }: Sts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = new URLSearchParams(await text(request));
  const known = asked.get('Action') === 'GetCallerIdentity' && request.headers.authorization?.startsWith('AWS4-');
  const said = known === true ? says : { code: 'InvalidAction' };
  response.writeHead('arn' in said ? 200 : 403, { 'content-type': 'text/xml' }).end(xmlOf(said));
}

function xmlOf(says: Sts['says']): string {
  const head = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
  const request = '<RequestId>01234567-0123-4123-8123-0123456789ab</RequestId>';
  if ('code' in says)
    return `<ErrorResponse ${head}><Error><Type>Sender</Type><Code>${says.code}</Code><Message>No.</Message></Error>${request}</ErrorResponse>`;
  const [, , , , account] = says.arn.split(':');
  const result = `<Arn>${says.arn}</Arn><UserId>AROAEXAMPLE:mara.lindt</UserId><Account>${account}</Account>`;
  return `<GetCallerIdentityResponse ${head}><GetCallerIdentityResult>${result}</GetCallerIdentityResult><ResponseMetadata>${request}</ResponseMetadata></GetCallerIdentityResponse>`;
}
