import { type FederationRefusal, invalid } from './refusal.ts';
import { type Members, parseObject } from './strict-json.ts';

/** AWS takes as many. */
const tokenBytesMax = 20_000;
const keyIdCharactersMax = 256;

const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Signatures by private keys only: a key that verifies must never be one that signs. */
const algorithms: ReadonlySet<string> = new Set(
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' '),
);

/**
 * Kinds of JWT that say who somebody is: none given, `JWT`, and access tokens (RFC 9068). Others, such as logout
 * tokens and proofs of possession, are signed by the same issuers for other ends (RFC 8725, section 3.11).
 */
const types: ReadonlySet<string> = new Set(['jwt', 'at+jwt']);

/** A token that is well-formed. Nothing shows yet that the issuer has made it. */
export interface UnverifiedToken {
  readonly kind: 'token';
  readonly text: string;
  readonly algorithm: string;
  /** Compared with the ids of the issuer's keys, and used for nothing else. */
  readonly keyId: string | undefined;
  readonly unverifiedClaims: Members;
}

/** Takes a signed JWT (RFC 7519, RFC 7515 compact serialization) apart. */
export function readToken(text: string): UnverifiedToken | FederationRefusal {
  if (text.length > tokenBytesMax) return invalid(`the token is longer than ${tokenBytesMax} bytes`);
  // Encrypted tokens have five parts, detached payloads are empty.
  if (!compactForm.test(text)) return invalid('the token is not a signed JWT in compact form');
  const [header, claims, signature] = text.split('.').map(decode);
  if (header === undefined || claims === undefined || signature === undefined) {
    return invalid('the token is not properly base64url encoded');
  }
  const fields = parseObject(header);
  if (fields === undefined) return invalid("the token's header is not a JSON object with distinct members");
  const { alg, typ, kid } = fields;
  if (typeof alg !== 'string' || !algorithms.has(alg)) {
    return invalid("the token's algorithm is not one of those that are accepted");
  }
  const complaint = complainAboutHeader(fields, typ);
  if (complaint !== undefined) return invalid(complaint);
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > keyIdCharactersMax)) {
    return invalid("the token's key id is not a short text");
  }
  const unverifiedClaims = parseObject(claims);
  if (unverifiedClaims === undefined) {
    return invalid("the token's claims are not a JSON object with distinct members");
  }
  return { kind: 'token', text, algorithm: alg, keyId: kid, unverifiedClaims };
}

/** `jku`, `jwk`, `x5u` and `x5c` are not looked at: whoever makes up a token must not choose its key. */
function complainAboutHeader(fields: Members, typ: unknown): string | undefined {
  if ('crit' in fields || 'b64' in fields) return "the token's header has extensions that must be understood";
  if ('cty' in fields || 'enc' in fields || 'zip' in fields) return 'the token is nested or encrypted';
  if (typ === undefined) return undefined;
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
  return types.has(type) ? undefined : "the token's type is not that of an identity token";
}

/** Only the one encoding of some bytes is accepted, so that a token has one text. */
function decode(part: string): Uint8Array | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}
