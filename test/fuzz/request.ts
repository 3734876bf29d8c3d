import { createHash, createHmac } from 'node:crypto';

/** Credentials of a caller of the service under test. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of short-lived ones. */
  readonly sessionToken?: string;
}

/** A request as it goes over the wire, before HTTP: a character of a header is a byte. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** What a signature is made with, and for. */
export interface Signing {
  readonly credentials: Credentials;
  readonly region: string;
  readonly service: string;
  /** The end of the credential's scope: `aws4_request`. */
  readonly terminator: string;
  /** `YYYYMMDD'T'HHMMSS'Z'`, as the date header says it. */
  readonly date: string;
}

/** The date of a signature. */
export function signingDate(nowMs: number): string {
  return `${new Date(nowMs).toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`;
}

/** A request to KMS as a client would send it, not yet signed. */
export function kmsRequest(host: string, nowMs: number, operation: string, body: Uint8Array): WireRequest {
  return {
    method: 'POST',
    target: '/',
    headers: [
      ['Host', host],
      ['Content-Type', 'application/x-amz-json-1.1'],
      ['X-Amz-Date', signingDate(nowMs)],
      ['X-Amz-Target', `TrentService.${operation}`],
    ],
    body,
  };
}

/** What a client signs a request to KMS with. */
export function kmsSigning(credentials: Credentials, region: string, nowMs: number): Signing {
  return { credentials, region, service: 'kms', terminator: 'aws4_request', date: signingDate(nowMs) };
}

/** A request with its signature (AWS Signature Version 4), over all headers that it has, each name taken once. */
export function signed(request: WireRequest, signing: Signing): WireRequest {
  const { credentials, date, region, service, terminator } = signing;
  const headers = withToken(request.headers, credentials);
  const fields = new Map<string, string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const before = fields.get(lower);
    const text = value.trim().replaceAll(/ +/g, ' ');
    fields.set(lower, before === undefined ? text : `${before},${text}`);
  }
  const names = [...fields.keys()].toSorted();
  const [path = '', query = ''] = request.target.split('?');
  const canonical = [
    request.method,
    path,
    query,
    ...names.map((name) => `${name}:${fields.get(name) ?? ''}`),
    '',
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  const scope = `${date.slice(0, 8)}/${region}/${service}/${terminator}`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(Buffer.from(canonical, 'latin1'))].join('\n');
  const signature = hmac(signingKey(credentials.secretAccessKey, scope), toSign).toString('hex');
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...request, headers: [...headers, ['Authorization', authorization]] };
}

function withToken(headers: WireRequest['headers'], { sessionToken }: Credentials): WireRequest['headers'] {
  return sessionToken === undefined ? headers : [...headers, ['X-Amz-Security-Token', sessionToken]];
}

const KEYS_MAX = 500;
const signingKeys = new Map<string, Buffer>();

function signingKey(secret: string, scope: string): Buffer {
  const name = `${secret} ${scope}`;
  const known = signingKeys.get(name);
  if (known !== undefined) return known;
  const key = scope.split('/').reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  if (signingKeys.size >= KEYS_MAX) signingKeys.clear();
  signingKeys.set(name, key);
  return key;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** A request as text: the head as it is sent, and the body in base64. */
export function requestText({ method, target, headers, body }: WireRequest): string {
  const head = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return `${head.join('\n')}\n\nbase64 ${Buffer.from(body).toString('base64')}\n`;
}
