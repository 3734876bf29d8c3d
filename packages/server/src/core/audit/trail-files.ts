/** A file of the trail as a listing shows it. */
export interface TrailFileEntry {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of what is in it, uncompressed, in hexadecimal digits. */
  readonly sha256: string;
  /** When the file could first be read, milliseconds since the epoch. */
  readonly sinceMs: number;
}

/** A file of the trail, compressed as it is served. */
export interface TrailFile extends Omit<TrailFileEntry, 'bytes'> {
  readonly content: Uint8Array;
  /** Of digests: the signature in hexadecimal digits (`spec/cloudtrail.md`). */
  readonly signature?: string;
}

/** What a listing asks for. */
export interface TrailFileQuery {
  readonly prefix: string;
  /** Only paths after this one. */
  readonly after: string;
  /** At least 1. */
  readonly limit: number;
}

/** A page of a listing, in the order of the paths. */
export interface TrailFilePage {
  readonly files: readonly TrailFileEntry[];
  readonly isLast: boolean;
}

/** The public key that digests are signed with. */
export interface TrailKey {
  readonly fingerprint: string;
  /** PKCS#1 (RFC 8017, appendix A.1.1), DER. */
  readonly publicKey: Uint8Array;
}

/**
 * The trail as files; kept by a follower, joined to the fronts by main. When hours of many events have to be made first,
 * `list` and `read` reject after some seconds with an error whose `code` is `CatchingUp`, and go on making them.
 */
export interface TrailFiles {
  key(): Promise<TrailKey>;
  /** Covers every hour that has ended for the log as it was when this was asked. */
  list(query: TrailFileQuery): Promise<TrailFilePage>;
  read(path: string): Promise<TrailFile | undefined>;
}
