import type { LedgerReader } from '../../core/audit/index.ts';
import type { Keyring } from '../../core/keys/index.ts';
import type {
  FunctionRecord,
  IncidentRecord,
  PlaybookRecord,
  RemediationRecord,
  Schedule,
} from '../../core/operations/index.ts';
import type { OutboundPost, Posted } from '../outbound/index.ts';

/** How an operation that was asked for on remediation's behalf ended. */
export type Acted =
  | { readonly kind: 'released'; readonly result: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** The state as it is now. */
export interface RemediationState {
  readonly playbooks: () => readonly PlaybookRecord[];
  readonly incident: (id: string) => IncidentRecord | undefined;
  readonly remediation: (id: string) => RemediationRecord | undefined;
  /** Those that are approved or whose function is to be called. */
  readonly unfinished: () => readonly RemediationRecord[];
  readonly function: (name: string) => FunctionRecord | undefined;
}

/** What the follower is made of. */
export interface RemediationFollowerOptions {
  readonly reader: LedgerReader;
  readonly state: RemediationState;
  /** The file that holds how far the log was read, `remediation.db`; it may be lost without harm. */
  readonly path: string;
  /** Opens the secrets of functions. */
  readonly keyring: Keyring;
  /** Wall clock, milliseconds since the epoch. */
  readonly nowMs: () => number;
  readonly schedule: Schedule;
  /** Has a front perform an operation as the responder. Rejects when it could not be recorded at all. */
  readonly act: (operationName: string, params: Readonly<Record<string, unknown>>) => Promise<Acted>;
  /**
   * Posts to an address that may be connected to, follows no redirects, and gives up after some seconds. Never rejects for
   * what the network or the receiver does.
   */
  readonly post: (request: OutboundPost) => Promise<Posted>;
  /** Told what an operator should know; never a secret. */
  readonly onFailure: (error: Error) => void;
}
