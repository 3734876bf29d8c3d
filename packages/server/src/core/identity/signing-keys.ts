import { hmacSha256, type SecretKey, takeSecretKey } from '../crypto/index.ts';
import type { CredentialRecord } from './records.ts';

/** The scope of a SigV4 credential: what its signing key is derived for. */
export interface SigningScope {
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** Opens a sealed secret access key; the caller zeroes the bytes. */
export type OpenSecret = (credential: CredentialRecord) => Uint8Array;

const SIGNING_KEYS_MAX = 10_000;

/**
 * SigV4 signing keys (AWS Signature Version 4, "derive a signing key"), derived once per credential and scope and
 * kept as `SecretKey`s. A changed credential record is a different object, so it is never answered from the cache.
 */
export class SigningKeys {
  readonly #openSecret: OpenSecret;
  readonly #derived = new Map<string, { readonly credential: CredentialRecord; readonly key: SecretKey }>();

  constructor(openSecret: OpenSecret) {
    this.#openSecret = openSecret;
  }

  /** The signing key of `credential` for `scope`. */
  for(credential: CredentialRecord, scope: SigningScope): SecretKey {
    const name = `${credential.accessKeyId}/${scope.date}/${scope.region}/${scope.service}`;
    const known = this.#derived.get(name);
    if (known?.credential === credential) return known.key;
    const key = this.#derive(credential, scope);
    if (this.#derived.size >= SIGNING_KEYS_MAX) this.#derived.clear();
    this.#derived.set(name, { credential, key });
    return key;
  }

  #derive(credential: CredentialRecord, scope: SigningScope): SecretKey {
    const secret = this.#openSecret(credential);
    const seed = Buffer.concat([Buffer.from('AWS4', 'utf8'), secret]);
    secret.fill(0);
    let key = takeSecretKey(seed);
    for (const part of [scope.date, scope.region, scope.service, 'aws4_request']) {
      key = takeSecretKey(hmacSha256(key, part));
    }
    return key;
  }
}
