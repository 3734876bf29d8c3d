import type { Client, ProtocolOperation } from '../audit/index.ts';

/** What a front knows about an attempt before anything is decided. */
export interface AttemptRequest {
  readonly requestId: string;
  readonly traceId?: string;
  readonly client: Client;
  readonly protocol: ProtocolOperation;
  /** When the first byte was handled, `performance.now()` milliseconds of this thread; for the duration. */
  readonly startedMs: number;
  /** Why the caller says that it asks: its own words, printable, at most 512 UTF-16 units. */
  readonly justification?: string | undefined;
  /** Condition keys that the transport knows, lower case, for example `aws:sourceip`. */
  readonly conditions?: Readonly<Record<string, readonly string[]>>;
}
