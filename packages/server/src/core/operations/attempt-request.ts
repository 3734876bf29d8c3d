import type { Client, ProtocolOperation } from '../audit/index.ts';

/** When a key was last used with success. */
export interface KeyUse {
  /** Milliseconds since the epoch; `undefined` when it never was. */
  readonly lastMs: number | undefined;
  /** The use itself, when there was one. */
  readonly last?: RecordedUse | undefined;
  /** The record did not tell in time. The key counts as in use now: nobody is let do by that what use of it forbids. */
  readonly isUnknown?: true | undefined;
}

/** A use of a key, as the record has it. */
export interface RecordedUse {
  /** KMS's name of the operation. */
  readonly operation: string;
  readonly eventId: string;
  readonly requestId: string;
}

/** What a front knows about an attempt before anything is decided. */
export interface AttemptRequest {
  readonly requestId: string;
  readonly traceId?: string;
  readonly client: Client;
  /** Set when a trusted proxy sent it: what its connection proves, such as a certificate, is the proxy's. */
  readonly isRelayed?: true | undefined;
  readonly protocol: ProtocolOperation;
  /** When the first byte was handled, `performance.now()` milliseconds of this thread; for the duration. */
  readonly startedMs: number;
  /** Why the caller says that it asks: its own words, printable, at most 512 UTF-16 units. */
  readonly justification?: string | undefined;
  /** What the record says of the key that is asked for, when a front looked. */
  readonly keyUse?: KeyUse | undefined;
  /** Condition keys that the transport knows, lower case, for example `aws:sourceip`. */
  readonly conditions?: Readonly<Record<string, readonly string[]>>;
}
