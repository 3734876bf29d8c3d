import { createHash, createHmac } from 'node:crypto';

/** Where and as whom to sign. */
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly host: string;
}

/**
 * A whole HTTP request for a KMS operation, signed as botocore signs (AWS Signature Version 4). The bench signs
 * beforehand, so that what it measures is the server.
 */
export function signedRequest(signer: Signer, operation: string, body: string, at: Date): Buffer {
  const date = `${at.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`;
  const target = `TrentService.${operation}`;
  const type = 'application/x-amz-json-1.1';
  const signed = 'content-type;host;x-amz-date;x-amz-target';
  const canonical = [
    'POST',
    '/',
    '',
    `content-type:${type}`,
    `host:${signer.host}`,
    `x-amz-date:${date}`,
    `x-amz-target:${target}`,
    '',
    signed,
    sha256(body),
  ].join('\n');
  const scope = `${date.slice(0, 8)}/${signer.region}/kms/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${signer.secretAccessKey}`);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const head = [
    'POST / HTTP/1.1',
    `Host: ${signer.host}`,
    `Content-Type: ${type}`,
    `X-Amz-Date: ${date}`,
    `X-Amz-Target: ${target}`,
    `Authorization: AWS4-HMAC-SHA256 Credential=${signer.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'User-Agent: keywitness-bench',
    '',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body, 'utf8')]);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
