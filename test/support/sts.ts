import { type Call, type Reply, startScriptedServer } from './scripted-server.ts';

/** What the Security Token Service says of whoever calls. */
export interface Sts {
  url: string;
  /** An ARN, or the code of an error. */
  says: { arn: string } | { code: string };
  stop(): Promise<void>;
}

/** STS GetCallerIdentity over real HTTP, in the query protocol that the SDK speaks; anything else is an error. */
export async function startSts(arn: string): Promise<Sts> {
  const sts: Sts = { says: { arn }, ...(await startScriptedServer((call) => answer(sts, call))) };
  return sts;
}

function answer({ says }: Sts, { headers, body }: Call): Reply {
  const asked = new URLSearchParams(body.toString());
  const known = asked.get('Action') === 'GetCallerIdentity' && headers.authorization?.startsWith('AWS4-');
  const said = known === true ? says : { code: 'InvalidAction' };
  return { status: 'arn' in said ? 200 : 403, headers: { 'content-type': 'text/xml' }, body: xmlOf(said) };
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
