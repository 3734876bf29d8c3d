import { hmacSha256, type SecretKey, takeSecretKey } from '../crypto/index.ts';

/** The scope of a SigV4 credential: what its signing key is derived for. */
export interface SigningScope {
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** What has a secret access key: a credential's record, or a session. */
export interface SecretHolder {
  readonly accessKeyId: string;
}

/** Opens a sealed secret access key; whoever asked zeroes the bytes. */
type OpenSecret = () => Uint8Array;

const SIGNING_KEYS_MAX = 10_000;

/**
 * SigV4 signing keys (AWS Signature Version 4, "derive a signing key"), derived once per holder and scope and kept as
 * `SecretKey`s. A changed credential record is a different object, so it is never answered from the cache.
 */
export class SigningKeys {
  readonly #derived = new Map<string, { readonly holder: SecretHolder; readonly key: SecretKey }>();

  /** The signing key of `holder` for `scope`. */
  for(holder: SecretHolder, scope: SigningScope, openSecret: OpenSecret): SecretKey {
    const name = `${holder.accessKeyId}/${scope.date}/${scope.region}/${scope.service}`;
    const known = this.#derived.get(name);
    if (known?.holder === holder) return known.key;
    const key = derive(openSecret(), scope);
    if (this.#derived.size >= SIGNING_KEYS_MAX) this.#derived.clear();
    this.#derived.set(name, { holder, key });
    return key;
  }
}

function derive(secret: Uint8Array, scope: SigningScope): SecretKey {
  const seed = Buffer.concat([Buffer.from('AWS4', 'utf8'), secret]);
  secret.fill(0);
  let key = takeSecretKey(seed);
  for (const part of [scope.date, scope.region, scope.service, 'aws4_request']) {
    key = takeSecretKey(hmacSha256(key, part));
  }
  return key;
}
