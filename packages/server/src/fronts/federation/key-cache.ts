import { type FetchedKeys, fetchKeys, type IssuerAccess } from './fetch-keys.ts';
import type { IssuerKey } from './issuer-key.ts';

/** What is looked for. */
export interface KeyQuestion {
  readonly algorithm: string;
  readonly keyId: string | undefined;
}

/** Keys that fit, none of them yet known to be the right one; or why there are none. */
export type KeyAnswer =
  | { readonly kind: 'keys'; readonly keys: readonly IssuerKey[] }
  | { readonly kind: 'unknown-key' }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** A fetch that was not begun says nothing of the issuer. */
type Refreshed = FetchedKeys | { readonly kind: 'not-now' };

/**
 * The keys of all issuers. How often an issuer is asked depends on time alone and not on how many tokens arrive: a
 * flood of bad tokens does not become a flood to the issuer.
 */
export class KeyCache {
  readonly #issuers = new Map<string, IssuerKeys>();
  readonly #access: IssuerAccess;
  readonly #nowMs: () => number;
  #fetches = 0;

  constructor(access: IssuerAccess, nowMs: () => number) {
    this.#access = access;
    this.#nowMs = nowMs;
  }

  /** Only for issuers that are registered: each takes a place. */
  find(issuer: string, question: KeyQuestion): Promise<KeyAnswer> {
    const { limits } = this.#access;
    const keys = this.#issuers.get(issuer) ?? new IssuerKeys(limits, this.#nowMs, () => this.#fetch(issuer));
    this.#issuers.delete(issuer);
    this.#issuers.set(issuer, keys);
    for (const oldest of this.#issuers.keys()) {
      if (this.#issuers.size <= limits.issuersMax) break;
      this.#issuers.delete(oldest);
    }
    return keys.find(question);
  }

  async #fetch(issuer: string): Promise<Refreshed> {
    if (this.#fetches >= this.#access.limits.fetchesMax) return { kind: 'not-now' };
    this.#fetches += 1;
    try {
      return await fetchKeys(issuer, this.#access);
    } finally {
      this.#fetches -= 1;
    }
  }
}

/** The keys of one issuer. */
class IssuerKeys {
  readonly #limits: IssuerAccess['limits'];
  readonly #nowMs: () => number;
  readonly #fetch: () => Promise<Refreshed>;
  #keys: readonly IssuerKey[] = [];
  #fetchedAtMs: number | undefined;
  #askedAtMs: number | undefined;
  #failure: string | undefined;
  /** Everybody who waits for a fetch waits for the same one. */
  #underWay: Promise<undefined> | undefined;

  constructor(limits: IssuerAccess['limits'], nowMs: () => number, fetch: () => Promise<Refreshed>) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#fetch = fetch;
  }

  async find(question: KeyQuestion): Promise<KeyAnswer> {
    const { keysAgeMsMax, staleKeysAgeMsMax, failureCooldownMs, unknownKeyCooldownMs } = this.#limits;
    if (this.#since(this.#fetchedAtMs) > keysAgeMsMax) await this.#refresh(failureCooldownMs);
    if (this.#since(this.#fetchedAtMs) > staleKeysAgeMsMax) return this.#unreachable();
    const known = fitting(this.#keys, question);
    if (known.length > 0) return { kind: 'keys', keys: known };
    await this.#refresh(unknownKeyCooldownMs);
    const keys = fitting(this.#keys, question);
    if (keys.length > 0) return { kind: 'keys', keys };
    return this.#failure === undefined ? { kind: 'unknown-key' } : this.#unreachable();
  }

  #unreachable(): KeyAnswer {
    return { kind: 'unreachable', reason: this.#failure ?? 'too many issuers are asked at this moment' };
  }

  /** Asks the issuer, unless that was done less than `cooldownMs` ago. */
  async #refresh(cooldownMs: number): Promise<void> {
    if (this.#underWay === undefined && this.#since(this.#askedAtMs) < cooldownMs) return;
    this.#underWay ??= this.#ask();
    await this.#underWay;
  }

  async #ask(): Promise<undefined> {
    const askedAtMs = this.#nowMs();
    try {
      const fetched = await this.#fetch();
      if (fetched.kind === 'not-now') return;
      this.#askedAtMs = askedAtMs;
      this.#failure = fetched.kind === 'failed' ? fetched.reason : undefined;
      if (fetched.kind === 'failed') return;
      // The age counts from before the fetch. An issuer that has withdrawn all its keys is believed.
      this.#keys = fetched.keys;
      this.#fetchedAtMs = askedAtMs;
    } finally {
      this.#underWay = undefined;
    }
  }

  /** A clock that was set back must not make keys young. */
  #since(atMs: number | undefined): number {
    const ms = atMs === undefined ? -1 : this.#nowMs() - atMs;
    return ms < 0 ? Number.POSITIVE_INFINITY : ms;
  }
}

/** Without a key id, any key of the issuer may be the one. */
function fitting(keys: readonly IssuerKey[], { algorithm, keyId }: KeyQuestion): readonly IssuerKey[] {
  return keys.filter(
    ({ id, algorithms }) => algorithms.includes(algorithm) && (keyId === undefined || id === keyId),
  );
}
