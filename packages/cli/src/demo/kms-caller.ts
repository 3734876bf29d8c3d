import { AwsV4Signer } from 'aws4fetch';
import { Failure } from '../failure.ts';

/** A caller of the KMS operations: JSON in, JSON out. */
export interface KmsCaller {
  /** Rejects with a `Failure` when the service cannot be reached; what it refuses is an answer. */
  call(operation: string, members: object, more?: CallerDetails): Promise<KmsAnswer>;
}

/** What a request says of where it comes from. */
export interface CallerDetails {
  readonly userAgent?: string;
  /** Sent as `X-Forwarded-For`; a service believes it from proxies that it trusts. */
  readonly address?: string;
  /** Signs with a secret that is not the caller's. */
  readonly isForged?: boolean;
}

/** What the service said. */
export interface KmsAnswer {
  readonly ok: boolean;
  /** Of a refusal: the error's name. */
  readonly error?: string;
  readonly message?: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** An access key. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const timeoutMs = 30_000;

/** @param endpoint - of the service, without a path */
export function kmsCaller(endpoint: string, region: string, key: AccessKey): KmsCaller {
  return {
    async call(operation, members, more = {}) {
      const { userAgent = 'keywitness-demo', address, isForged = false } = more;
      const { secretAccessKey, ...rest } = key;
      const body = JSON.stringify(members);
      const signed = await new AwsV4Signer({
        ...rest,
        secretAccessKey: isForged ? secretAccessKey.split('').toReversed().join('') : secretAccessKey,
        url: `${endpoint.replace(/\/+$/, '')}/`,
        method: 'POST',
        service: 'kms',
        region,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `TrentService.${operation}`,
        },
        body,
      }).sign();
      signed.headers.set('user-agent', userAgent);
      if (address !== undefined) signed.headers.set('x-forwarded-for', address);
      const { url, method, headers } = signed;
      const answer = await send(url, { method, headers, body });
      const answered = membersOf(await answer.text());
      return {
        ok: answer.ok,
        members: answered,
        ...(answer.ok
          ? {}
          : {
              error: textOf(answered, '__type') ?? `status ${answer.status}`,
              message: textOf(answered, 'message') ?? textOf(answered, 'Message') ?? '',
            }),
      };
    },
  };
}

/** A member that is a text. */
export function textOf(members: KmsAnswer['members'], name: string): string | undefined {
  const value = members[name];
  return typeof value === 'string' ? value : undefined;
}

/** A member that holds members. */
export function membersIn(members: KmsAnswer['members'], name: string): KmsAnswer['members'] {
  const value = members[name];
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new Failure('could-not', `could not reach the service at \`${url.origin}\``, { cause });
  }
}

function membersOf(text: string): KmsAnswer['members'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  } catch {
    return {};
  }
}
