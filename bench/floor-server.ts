import { createCipheriv, createHmac, createSecretKey, hash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

/**
 * The floor: the echo, and between reading and answering only the calls into OpenSSL that a signed Encrypt cannot do
 * without: two hashes and an HMAC for the signature, two AES blocks for the message key, AES-256-GCM for the message.
 * No parsing, no policy, no event, no disk.
 */
const signingKey = createSecretKey(randomBytes(32));
const derivation = createCipheriv('aes-256-ecb', randomBytes(32), null);
derivation.setAutoPadding(false);
const canonicalRequest = randomBytes(300);
const stringToSign = randomBytes(140).toString('hex');
const associatedData = randomBytes(100);
const plaintext = randomBytes(24);
const blocks = randomBytes(32);
const nonce = randomBytes(12);

function cryptography(body: Buffer): void {
  hash('sha256', body, 'hex');
  hash('sha256', canonicalRequest, 'hex');
  createHmac('sha256', signingKey).update(stringToSign).digest('hex');
  const cipher = createCipheriv('aes-256-gcm', derivation.update(blocks), nonce);
  cipher.setAAD(associatedData);
  cipher.update(plaintext);
  cipher.final();
  cipher.getAuthTag();
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    cryptography(body);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': body.length });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`);
});
