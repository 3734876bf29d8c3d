import { AwsClient } from 'aws4fetch';

/** Credentials of any kind. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** An answer, and where its attempt is on the record. */
export interface RecordedAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
  readonly index: number;
}

/** Speaks every protocol of the service for one caller, and keeps what it says of the record. */
export class SignedClient {
  readonly #endpoint: string;
  readonly #credentials: Credentials;
  readonly #client: AwsClient;

  constructor(endpoint: string, credentials: Credentials) {
    this.#endpoint = endpoint;
    this.#credentials = credentials;
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    this.#client = new AwsClient({
      accessKeyId,
      secretAccessKey,
      region: 'us-east-1',
      retries: 0,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    });
  }

  /** The same caller at another endpoint. */
  at(endpoint: string): SignedClient {
    return new SignedClient(endpoint, this.#credentials);
  }

  kms(operation: string, members: object): Promise<RecordedAnswer> {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    };
    return this.#send('/', 'kms', { method: 'POST', headers, body: JSON.stringify(members) });
  }

  /** IAM and STS. */
  query(
    service: 'iam' | 'sts',
    Action: string,
    members: Readonly<Record<string, string>>,
  ): Promise<RecordedAnswer> {
    const Version = service === 'iam' ? '2010-05-08' : '2011-06-15';
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const body = new URLSearchParams({ Action, Version, ...members }).toString();
    return this.#send('/', service, { method: 'POST', headers, body });
  }

  admin(method: string, path: string, members?: object): Promise<RecordedAnswer> {
    const headers = { 'content-type': 'application/json' };
    const body = members === undefined ? {} : { body: JSON.stringify(members) };
    return this.#send(path, 'keywitness', { method, headers, ...body });
  }

  async #send(path: string, service: string, init: RequestInit): Promise<RecordedAnswer> {
    const answer = await this.#client.fetch(`${this.#endpoint}${path}`, { ...init, aws: { service } });
    const text = await answer.text();
    const index = Number(answer.headers.get('x-keywitness-log-index') ?? Number.NaN);
    return { ok: answer.ok, status: answer.status, text, index };
  }
}

/** An answer that must be a success. */
export async function must(answer: Promise<RecordedAnswer>): Promise<RecordedAnswer> {
  const { ok, status, text, ...rest } = await answer;
  if (!ok) throw new Error(`answered ${status}: ${text}`);
  return { ok, status, text, ...rest };
}

/** The text of the first XML element with a name; enough for the answers of IAM and STS. */
export function element(xml: string, name: string): string {
  const [, text] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  if (text === undefined) throw new Error(`there is no <${name}> in ${xml}`);
  return text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}
