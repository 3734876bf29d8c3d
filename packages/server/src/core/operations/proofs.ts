import type { SecretKey } from '../crypto/index.ts';
import { assumedRoleArn, type Session, SigningKeys, type SigningScope } from '../identity/index.ts';
import type { Keyring } from '../keys/index.ts';
import { type Caller, isExpired } from './caller.ts';
import type { Replica } from './replica.ts';
import { SessionTokens } from './session-tokens.ts';

/** What a front may know of a credential in order to check a signature. */
export interface SignatureKey {
  readonly key: SecretKey;
  readonly caller: Caller;
}

/** Tells fronts what a caller's proof is to be checked against, and whom it stands for. One per thread. */
export class Proofs {
  readonly #replica: Replica;
  readonly #keyring: Keyring;
  readonly #nowMs: () => number;
  readonly #signingKeys = new SigningKeys();
  readonly #sessionTokens: SessionTokens;

  constructor(replica: Replica, keyring: Keyring, nowMs: () => number) {
    this.#replica = replica;
    this.#keyring = keyring;
    this.#nowMs = nowMs;
    this.#sessionTokens = new SessionTokens(keyring);
  }

  /**
   * The key that a signature with these credentials must verify under; `undefined` for unknown or disabled ones,
   * `expired` for a session that was ours and has ended. Whether the credentials may still be used is decided again, and
   * for good, when the operation is committed.
   */
  signatureKey(
    accessKeyId: string,
    scope: SigningScope,
    sessionToken?: string,
  ): SignatureKey | 'expired' | undefined {
    if (sessionToken !== undefined) return this.#sessionKey(accessKeyId, sessionToken, scope);
    const replica = this.#replica;
    const credential = replica.credentials.get(accessKeyId);
    if (credential === undefined || credential.disabled) return undefined;
    const principal = replica.principals.get(credential.principalArn);
    if (principal === undefined || principal.record.disabled) return undefined;
    const key = this.#signingKeys.for(credential, scope, () =>
      this.#keyring.openSecret(['access-key', accessKeyId], credential.sealedSecret),
    );
    return { key, caller: { principalArn: principal.record.arn, credentialId: accessKeyId } };
  }

  /**
   * The caller that a session stands for, to whoever shows its token together with its secret access key, as the
   * console's cookie does; `undefined` when the two do not belong together, `expired` for a session that has ended.
   * Whether the session may still be used is decided again, and for good, when the operation is committed.
   */
  sessionCaller(accessKeyId: string, token: string, secret: string): Caller | 'expired' | undefined {
    const session = this.#sessionTokens.sessionWithSecret(accessKeyId, token, secret);
    if (session === undefined) return undefined;
    if (isExpired(session, this.#nowMs())) return 'expired';
    return { principalArn: this.#arnOf(session), credentialId: accessKeyId, session, byConsole: true };
  }

  #sessionKey(accessKeyId: string, token: string, scope: SigningScope): SignatureKey | 'expired' | undefined {
    const session = this.#sessionTokens.session(accessKeyId, token);
    if (session === undefined) return undefined;
    if (isExpired(session, this.#nowMs())) return 'expired';
    const key = this.#signingKeys.for(session, scope, () => this.#sessionTokens.secret(accessKeyId, token));
    return { key, caller: { principalArn: this.#arnOf(session), credentialId: accessKeyId, session } };
  }

  #arnOf(session: Session): string {
    const record = this.#replica.principals.get(session.principalArn)?.record;
    if (record === undefined) return session.principalArn;
    return record.type === 'role'
      ? assumedRoleArn(record.account, record.name, session.name ?? session.accessKeyId)
      : record.arn;
  }

  /** The caller that a TLS client certificate stands for, by the SHA-256 of its DER; the TLS stack has verified it. */
  certificateCaller(sha256: string): Caller | undefined {
    const replica = this.#replica;
    const known = replica.certificates.get(sha256);
    if (known === undefined || known.disabled) return undefined;
    const record = replica.principals.get(known.principalArn)?.record;
    if (record === undefined || record.disabled) return undefined;
    if (record.uniqueId !== known.principalUniqueId) return undefined;
    return { principalArn: record.arn, credentialId: `certificate:${sha256}`, certificate: sha256 };
  }
}
