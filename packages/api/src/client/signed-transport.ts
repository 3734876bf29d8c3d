import { AwsV4Signer } from 'aws4fetch';
import { sendOrExplain, type Transport, urlOf } from './transport.ts';

/** The service name in the credential scope of every request (SigV4). */
const serviceName = 'keywitness';

const derivedKeysMax = 16;

/** What a request is signed with. */
export interface ApiCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How the service is reached. */
export interface ApiClientOptions {
  /** For example `https://kms.example.com:7443`; a path in it is kept as a prefix. */
  readonly endpoint: string;
  readonly region: string;
  /**
   * Asked before every request, so that it may hand out fresh ones. Without any the request is not signed: then a client
   * certificate must say whose it is.
   */
  readonly credentials: () => Promise<ApiCredentials | undefined>;
  /** Instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** How long an answer may take, to its end; 60 seconds unless set. Streams may take as long as they like. */
  readonly timeoutMs?: number;
}

/**
 * Signs every request with SigV4 and sends it.
 *
 * @throws ApiError `Unreachable` from the function made, when there is no answer.
 */
export function signedTransport(options: ApiClientOptions): Transport {
  const send = options.fetch ?? fetch;
  const derivedKeys = new Map<string, ArrayBuffer>();
  return async (request) => {
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const credentials = await options.credentials();
    const url = urlOf(options.endpoint, request);
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const content = { method: request.method, headers, ...(body === undefined ? {} : { body }) };
    const signed =
      credentials === undefined
        ? { url, method: request.method, headers }
        : await sign(derivedKeys, options.region, credentials, { url, ...content });
    return sendOrExplain(send, options.endpoint, signed.url, {
      method: signed.method,
      headers: signed.headers,
      ...(body === undefined ? {} : { body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
  };
}

interface Unsigned {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

function sign(
  derivedKeys: Map<string, ArrayBuffer>,
  region: string,
  { accessKeyId, secretAccessKey, sessionToken }: ApiCredentials,
  unsigned: Unsigned,
): ReturnType<AwsV4Signer['sign']> {
  // The signer keeps one derived key for each day and secret; a client that lives long must not keep them all.
  if (derivedKeys.size > derivedKeysMax) derivedKeys.clear();
  return new AwsV4Signer({
    ...unsigned,
    accessKeyId,
    secretAccessKey,
    service: serviceName,
    region,
    cache: derivedKeys,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  }).sign();
}
