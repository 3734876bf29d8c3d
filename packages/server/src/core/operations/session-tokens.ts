import { constantTimeEqual, type Entropy } from '../crypto/index.ts';
import type { Session } from '../identity/index.ts';
import { type Keyring, KeyringError } from '../keys/index.ts';

/** What a session token holds. */
interface Sealed {
  readonly session: Session;
  readonly secret: string;
}

/** Tokens that were opened and are kept: opening one takes longer than everything else about a request. */
const OPEN_MAX = 10_000;
const LABEL = 'session-token';
/** Of a secret access key, in characters. */
const SECRET_LENGTH = 40;

/**
 * Session tokens: a session and its secret access key, sealed under the domain key and bound to the access key id
 * (`spec/session-token.md`). Nobody else can make one, so what is in it is taken as this service wrote it.
 */
export class SessionTokens {
  readonly #keyring: Keyring;
  readonly #open = new Map<string, Session>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /** The session that a token stands for; `undefined` when it is no token of ours, or one for another access key. */
  session(accessKeyId: string, token: string): Session | undefined {
    const known = this.#open.get(token);
    if (known !== undefined) return known.accessKeyId === accessKeyId ? known : undefined;
    // A token has one text, so that nobody fills the memory with many of the same one.
    if (Buffer.from(token, 'base64').toString('base64') !== token) return undefined;
    const sealed = this.#read(accessKeyId, token);
    if (sealed === undefined) return undefined;
    if (this.#open.size >= OPEN_MAX) this.#open.clear();
    this.#open.set(token, sealed.session);
    return sealed.session;
  }

  /** The secret access key of a session whose token was opened before. Whoever asked zeroes the bytes. */
  secret(accessKeyId: string, token: string): Uint8Array {
    return Buffer.from(this.#read(accessKeyId, token)?.secret ?? '', 'utf8');
  }

  /**
   * The session that a token stands for, to whoever has its secret access key as well. A token alone opens nothing: it
   * travels with every signed request. That a token is none of ours takes no less time than that a secret is wrong.
   */
  sessionWithSecret(accessKeyId: string, token: string, secret: string): Session | undefined {
    const session = this.session(accessKeyId, token);
    const known = session === undefined ? Buffer.alloc(SECRET_LENGTH) : this.secret(accessKeyId, token);
    const given = Buffer.from(secret, 'utf8');
    const matches = constantTimeEqual(known, given);
    known.fill(0);
    given.fill(0);
    return matches ? session : undefined;
  }

  #read(accessKeyId: string, token: string): Sealed | undefined {
    try {
      const bytes = this.#keyring.openSecret([LABEL, accessKeyId], token);
      const sealed: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
      bytes.fill(0);
      return isSealed(sealed) ? sealed : undefined;
    } catch (error) {
      if (error instanceof KeyringError) return undefined;
      throw error;
    }
  }
}

/** Seals a session with its secret access key into the token that its holder sends along with every request. */
export function sealSession(keyring: Keyring, entropy: Entropy, session: Session, secret: string): string {
  const bytes = Buffer.from(JSON.stringify({ session, secret }), 'utf8');
  const token = keyring.sealSecret([LABEL, session.accessKeyId], bytes, entropy);
  bytes.fill(0);
  return token;
}

function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && 'session' in value && 'secret' in value;
}
