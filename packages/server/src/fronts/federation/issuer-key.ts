import type { JWK } from 'jose';
import { isMembers, type Members } from './strict-json.ts';

/** A public key that an issuer signs with. */
export interface IssuerKey {
  readonly id: string | undefined;
  /** What it may verify. */
  readonly algorithms: readonly string[];
  /** The public members and nothing else. */
  readonly jwk: JWK;
}

const rsaAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
const edwardsAlgorithms = ['EdDSA', 'Ed25519'] as const;
const curveAlgorithms: ReadonlyMap<string, string> = new Map([
  ['P-256', 'ES256'],
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
]);

/** 8192 bits: verifying must stay cheap, whatever an issuer publishes. */
const modulusCharactersMax = 1366;
/** 32 bits, for the same reason. */
const exponentCharactersMax = 6;

/**
 * Reads a member of a key set (RFC 7517). `undefined` for what does not verify signatures: secret keys, keys for
 * encryption, unknown types and curves, broken keys. Certificates and URLs in it are not looked at.
 */
export function readIssuerKey(value: unknown): IssuerKey | undefined {
  if (!isMembers(value)) return undefined;
  const { kid, use, key_ops: operations, alg } = value;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !isForVerifying(operations)) return undefined;
  const key = readPublicKey(value);
  if (key === undefined) return undefined;
  const algorithms = alg === undefined ? key.algorithms : key.algorithms.filter((one) => one === alg);
  return { id: typeof kid === 'string' ? kid : undefined, algorithms, jwk: key.jwk };
}

function isForVerifying(operations: unknown): boolean {
  return Array.isArray(operations) && operations.includes('verify');
}

function readPublicKey({ kty, crv, n, e, x, y }: Members): Omit<IssuerKey, 'id'> | undefined {
  if (kty === 'RSA' && typeof n === 'string' && typeof e === 'string') {
    const isCheap = n.length <= modulusCharactersMax && e.length <= exponentCharactersMax;
    return isCheap ? { algorithms: rsaAlgorithms, jwk: { kty, n, e } } : undefined;
  }
  if (kty === 'EC' && typeof crv === 'string' && typeof x === 'string' && typeof y === 'string') {
    const algorithm = curveAlgorithms.get(crv);
    return algorithm === undefined ? undefined : { algorithms: [algorithm], jwk: { kty, crv, x, y } };
  }
  if (kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string') {
    return { algorithms: edwardsAlgorithms, jwk: { kty, crv, x } };
  }
  return undefined;
}
