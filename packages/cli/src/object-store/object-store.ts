import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { readBounded } from './read-bounded.ts';

/** An access key of the store. */
export interface StoreCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where objects are kept. */
export interface ObjectStoreOptions {
  /** Of the bucket itself: `https://bucket.s3.eu-west-1.amazonaws.com`, or with path style `https://host/bucket`. */
  readonly bucketUrl: string;
  readonly region: string;
  /** Without any the requests are not signed, which is enough to read what is public. */
  readonly credentials: StoreCredentials | undefined;
}

/** An object as it was read. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** What conditions are stated with; `undefined` when the store gives none. */
  readonly etag: string | undefined;
}

/** How an object is written. */
export interface PutOptions {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Only when there is no such object, or only in place of the one with this entity tag. */
  readonly condition?: { readonly kind: 'absent' } | { readonly kind: 'same'; readonly etag: string };
}

/** What came of writing: `unmet` when the condition was not met, and then nothing was written. */
export type PutOutcome =
  | { readonly kind: 'written'; readonly etag: string | undefined }
  | { readonly kind: 'unmet' };

/** The store did not do what it was asked to. */
class ObjectStoreError extends Error {
  /** Of HTTP. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ObjectStoreError';
    this.status = status;
  }
}

const timeoutMs = 30_000;
/** More than a page of a list can have, and more than a full bundle of the longest entries. */
const bodyBytesMax = 20 * 1024 * 1024;
const errorBytesMax = 16 * 1024;
/** A list is read up to so many pages of 1,000 names. */
const pagesMax = 1000;

interface Asked {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/**
 * A bucket of a store that speaks the protocol of Amazon S3: four operations, signed with SigV4. Every method rejects
 * with `ObjectStoreError` for an answer that is none of those it tells of, and with what `fetch` rejects with.
 */
export class ObjectStore {
  readonly #options: ObjectStoreOptions;

  constructor(options: ObjectStoreOptions) {
    this.#options = options;
  }

  /** `undefined` when there is no such object. */
  async get(key: string): Promise<StoredObject | undefined> {
    const response = await this.#send({ method: 'GET', path: encodeKey(key) });
    if (response.status === 404) return discard(response, undefined);
    if (response.status !== 200) throw await failure('read', key, response);
    return { bytes: await readBounded(response, bodyBytesMax), etag: etagOf(response) };
  }

  /** Stores that do not know conditions write all the same. */
  async put(key: string, body: Uint8Array, options: PutOptions): Promise<PutOutcome> {
    const { contentType, cacheControl, condition } = options;
    const headers = {
      'content-type': contentType,
      'cache-control': cacheControl,
      ...(condition === undefined
        ? {}
        : condition.kind === 'absent'
          ? { 'if-none-match': '*' }
          : { 'if-match': condition.etag }),
    };
    const response = await this.#send({ method: 'PUT', path: encodeKey(key), headers, body });
    // 409: another request with a condition is under way for the same object.
    const isUnmet = condition !== undefined && [404, 409, 412].includes(response.status);
    if (isUnmet) return discard(response, { kind: 'unmet' });
    if (response.status !== 200) throw await failure('write', key, response);
    return discard(response, { kind: 'written', etag: etagOf(response) });
  }

  /** None there is no error. */
  async delete(key: string): Promise<void> {
    const response = await this.#send({ method: 'DELETE', path: encodeKey(key) });
    if (![200, 204, 404].includes(response.status)) throw await failure('remove', key, response);
    await discard(response, undefined);
  }

  /** The keys that start with `prefix`. */
  async list(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    let token = '';
    for (let page = 0; page < pagesMax; page += 1) {
      const from = token === '' ? '' : `continuation-token=${encode(token)}&`;
      const query = `${from}encoding-type=url&list-type=2&prefix=${encode(prefix)}`;
      const response = await this.#send({ method: 'GET', path: `?${query}` });
      if (response.status !== 200) throw await failure('list', prefix, response);
      const text = Buffer.from(await readBounded(response, bodyBytesMax)).toString('utf8');
      keys.push(...[...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => decodeKey(key)));
      token = /<NextContinuationToken>([^<]+)</.exec(text)?.[1] ?? '';
      if (token === '') return keys;
    }
    throw new ObjectStoreError(200, `could not list \`${prefix}\`: there are too many objects`);
  }

  async #send({ method, path, headers = {}, body }: Asked): Promise<Response> {
    const { bucketUrl, region, credentials } = this.#options;
    const sha256 = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    // Node's types know bodies over memory that no other thread has.
    const content = body === undefined ? {} : { body: new Uint8Array(body) };
    const url = `${bucketUrl}/${path}`;
    const signal = AbortSignal.timeout(timeoutMs);
    if (credentials === undefined) {
      return fetch(url, { method, headers, redirect: 'error', signal, ...content });
    }
    const signed = await new AwsV4Signer({
      method,
      url,
      headers: { ...headers, 'x-amz-content-sha256': sha256 },
      service: 's3',
      region,
      ...credentials,
    }).sign();
    return fetch(signed.url, {
      method: signed.method,
      headers: signed.headers,
      redirect: 'error',
      signal,
      ...content,
    });
  }
}

function encodeKey(key: string): string {
  return key.split('/').map(encode).join('/');
}

/** Percent-encodes all but RFC 3986's unreserved characters, as SigV4 wants it. */
function encode(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed());
  return encoded.replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

function etagOf(response: Response): string | undefined {
  return response.headers.get('etag') ?? undefined;
}

async function failure(verb: string, key: string, response: Response): Promise<ObjectStoreError> {
  const { status } = response;
  const bytes = await readBounded(response, errorBytesMax).catch(() => new Uint8Array(0));
  const code = /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(Buffer.from(bytes).toString('utf8'))?.[1];
  const why = code === undefined ? '' : ` (${code})`;
  return new ObjectStoreError(
    status,
    `could not ${verb} \`${key}\`: the object store answered ${status}${why}`,
  );
}

/** The connection is of use again only when the body was read. */
async function discard<Value>(response: Response, value: Value): Promise<Value> {
  await response.body?.cancel();
  return value;
}
