import type { Client, ProtocolOperation } from '../audit/index.ts';

/** What a front knows about an attempt before anything is decided. */
export interface AttemptRequest {
  readonly requestId: string;
  readonly traceId?: string;
  readonly client: Client;
  readonly protocol: ProtocolOperation;
  /** When the first byte was handled, `performance.now()` milliseconds of this thread; for the duration. */
  readonly startedMs: number;
  /** Condition keys that the transport knows, lower case, for example `aws:sourceip`. */
  readonly conditions?: Readonly<Record<string, readonly string[]>>;
}

/** Who an authenticated request comes from: the proof has been checked by the front. */
export interface Caller {
  readonly principalArn: string;
  /** The access key id that signed. */
  readonly credentialId: string;
}
