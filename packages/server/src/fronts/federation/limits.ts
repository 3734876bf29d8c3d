/** How much, how long and how often. */
export interface FederationLimits {
  /** Keys are fetched again when they are older, at the next token. */
  readonly keysAgeMsMax: number;
  /** Keys that cannot be fetched again are used until they are this old. */
  readonly staleKeysAgeMsMax: number;
  /** For a key that is not known, the issuer is asked at most once in this time. */
  readonly unknownKeyCooldownMs: number;
  /** After a fetch that failed, the issuer is left alone for this time. */
  readonly failureCooldownMs: number;
  /** Discovery and keys together. */
  readonly fetchMsMax: number;
  /** Each of the two documents. */
  readonly documentBytesMax: number;
  /** Fetches at the same time, of all issuers together. */
  readonly fetchesMax: number;
  /** Issuers whose keys are kept; the one that was not used for longest goes first. */
  readonly issuersMax: number;
}

/** What `spec/federation.md` promises. */
export const standardLimits: FederationLimits = {
  keysAgeMsMax: 10 * 60_000,
  staleKeysAgeMsMax: 60 * 60_000,
  unknownKeyCooldownMs: 10_000,
  failureCooldownMs: 10_000,
  fetchMsMax: 5_000,
  documentBytesMax: 256 * 1024,
  fetchesMax: 8,
  issuersMax: 256,
};
