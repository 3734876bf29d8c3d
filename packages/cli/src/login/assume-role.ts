import type { FoundService } from '../connection/index.ts';
import { Failure, reasonOf } from '../failure.ts';

/** Who wants to be what. */
export interface RoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly webIdentityToken: string;
}

/** Short-lived credentials. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
  /** Of the assumed role's session. */
  readonly arn: string;
}

const answerMsMax = 60_000;
const answerBytesMax = 64 * 1024;

/**
 * Exchanges a web identity token for credentials: `AssumeRoleWithWebIdentity` of STS, in AWS's Query protocol. The
 * token is the proof, so the request is not signed. The caller has seen to it that nobody on the way can read it.
 *
 * @throws Failure
 */
export async function assumeRole(service: FoundService, request: RoleRequest): Promise<SessionCredentials> {
  const { response, xml } = await send(service, request);
  if (!response.ok) throw refusal(response, xml);
  const credentials = readCredentials(xml);
  if (credentials !== undefined) return credentials;
  throw new Failure('could-not', `the service at \`${service.endpoint}\` did not answer as STS does`);
}

interface Answer {
  readonly response: Response;
  readonly xml: string;
}

async function send(service: FoundService, request: RoleRequest): Promise<Answer> {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: request.roleArn,
    RoleSessionName: request.sessionName,
    WebIdentityToken: request.webIdentityToken,
  });
  try {
    const response = await service.fetch(`${service.endpoint.replace(/\/+$/, '')}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(answerMsMax),
    });
    return { response, xml: await readAnswer(response) };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const message = `could not reach the service at \`${service.endpoint}\`: ${reasonOf(cause)}`;
    throw new Failure('could-not', message, { cause });
  }
}

async function readAnswer(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let text = '';
  for (;;) {
    const piece: { readonly value?: Uint8Array } | undefined = await reader?.read();
    if (piece?.value === undefined) return text;
    text += decoder.decode(piece.value, { stream: true });
    if (text.length > answerBytesMax) {
      await reader?.cancel();
      throw new Failure('could-not', 'the answer of the service is too long');
    }
  }
}

function refusal(response: Response, xml: string): Failure {
  const code = element(xml, 'Code');
  if (code === undefined) {
    return new Failure('could-not', `the service answered with status ${response.status} and no reason`);
  }
  const eventId = response.headers.get('x-keywitness-event-id');
  const record = eventId === null ? '' : `, on the record as ${eventId}`;
  return new Failure('refused', `${element(xml, 'Message') ?? 'refused'} (${code}${record})`);
}

/** What goes into files and environments of others has to look like what it is. */
function readCredentials(xml: string): SessionCredentials | undefined {
  const accessKeyId = element(xml, 'AccessKeyId') ?? '';
  const secretAccessKey = element(xml, 'SecretAccessKey') ?? '';
  const sessionToken = element(xml, 'SessionToken') ?? '';
  const expiresAt = new Date(element(xml, 'Expiration') ?? '');
  const isUsable =
    /^[A-Z0-9]{16,128}$/.test(accessKeyId) &&
    /^[\w+/=-]{16,128}$/.test(secretAccessKey) &&
    /^[\w+/=.:~-]{1,16384}$/.test(sessionToken) &&
    !Number.isNaN(expiresAt.getTime());
  const arn = element(xml, 'Arn') ?? 'signed in';
  return isUsable ? { accessKeyId, secretAccessKey, sessionToken, expiresAt, arn } : undefined;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The text of the first element of a name. STS's answers hold no attributes, comments or CDATA in what is read here. */
function element(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text?.replaceAll(/&(lt|gt|quot|apos|amp);/g, (all, entity: string) => entities[entity] ?? all);
}
