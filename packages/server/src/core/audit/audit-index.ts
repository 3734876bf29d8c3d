/** What must hold of an event. All given conditions must. */
export interface EventFilter {
  /** A key's id or ARN; matches either key of a ReEncrypt. */
  readonly key?: string;
  /** A principal's ARN, or its name. A role's is also that of its sessions. */
  readonly principal?: string;
  /** The account of the principal. */
  readonly account?: string;
  /** The name of a session, or the source identity that it was given. */
  readonly session?: string;
  /** Who vouched for the person or workload behind a session, in its own words. */
  readonly issuer?: string;
  /** The person or workload behind a session, in the issuer's words. */
  readonly subject?: string;
  /** Our action name, for example `key.decrypt`; a trailing `*` matches a prefix; or the protocol's operation name. */
  readonly action?: string;
  /** The protocol's operation name, exact. */
  readonly operation?: string;
  readonly outcome?: string;
  /** The code that was answered. */
  readonly errorCode?: string;
  /** An encryption context pair: the asset that was touched. */
  readonly asset?: { readonly name: string; readonly value: string };
  /** The client's address, exact. */
  readonly source?: string;
  /** The client's user agent; a trailing `*` matches a prefix. */
  readonly userAgent?: string;
  /** Words, all of which must be in the texts of the event. */
  readonly text?: string;
  /** The access key id. */
  readonly credential?: string;
  /** The id of the material of a key that was used, either key's of a ReEncrypt. */
  readonly material?: string;
  /** The id that the attempt's answer had. */
  readonly request?: string;
  /** The id of an incident that the act was about, or that it was refused for. */
  readonly incident?: string;
  /** The id of a ciphertext that was made or opened, such as that of a data key. */
  readonly ciphertext?: string;
  /** Inclusive, milliseconds since the epoch. */
  readonly fromMs?: number;
  /** Exclusive, milliseconds since the epoch. */
  readonly toMs?: number;
}

/** What an auditor asks. */
export interface EventQuery extends EventFilter {
  /** Only entries with an index below this one (for newest first), or above it (for oldest first). */
  readonly beyond?: number;
  readonly order: 'newest' | 'oldest';
  /** 1 to 1,000. */
  readonly limit: number;
}

/** An entry of the log at its index. */
export interface IndexedEntry {
  readonly index: number;
  /** The canonical bytes: the leaf itself, never re-encoded. */
  readonly entry: Uint8Array;
}

/** An answer: matching entries in the order asked for. */
export interface EventPage {
  readonly entries: readonly IndexedEntry[];
  /** The number of log entries that this answer covers: all that were committed when it was asked. */
  readonly size: number;
  /** Pass as `beyond` to continue; absent when there is no more. */
  readonly next?: number;
}

/** The searchable index over the log; kept by a follower, joined to the fronts by main. */
export interface AuditIndex {
  /** Catches up with everything committed before the call, then answers. */
  query(query: EventQuery): Promise<EventPage>;
  /** By event id. */
  find(eventId: string): Promise<IndexedEntry | undefined>;
  /** Resolves as soon as the log holds more than `size` entries, or after `timeoutMs`; answers the size then. */
  waitBeyond(size: number, timeoutMs: number): Promise<number>;
}

/** What a use is known of: a key and a principal by their ARNs, an access key by its id. */
export type UsedKind = 'credential' | 'key' | 'principal';

/** When things were last used, kept by the same index. */
export interface LastUses {
  /**
   * When each of up to 1,000 things was last used, milliseconds since the epoch, in the order of their names; `undefined`
   * for what never was. Catches up first, like a query. A key is used by what succeeded with its material; a user or
   * service, and a long-lived access key, by whatever it proved itself for, refused or not.
   */
  lastUses(kind: UsedKind, names: readonly string[]): Promise<readonly (number | undefined)[]>;
}

/** The published log (C2SP tlog-tiles) as it is served. */
export interface PublishedLog {
  /** A static resource by its path (`checkpoint`, `tile/…`); `undefined` when there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /**
   * A C2SP tlog-proof for the entry at `index` under the latest published checkpoint; waits until one covers it.
   * `undefined` when there is no such entry.
   */
  proof(index: number): Promise<string | undefined>;
  /** The verifier keys (vkeys) that checkpoints are signed with, one a line. */
  verifierKeys(): Promise<string>;
}
