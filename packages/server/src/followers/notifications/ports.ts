import type { LedgerReader } from '../../core/audit/index.ts';
import type { Keyring } from '../../core/keys/index.ts';
import type { IncidentRecord } from '../../core/operations/index.ts';
import type { OutboundParts, Resolve } from '../outbound/index.ts';

/** How an operation that was asked for on somebody's behalf ended. */
export type Acted =
  | { readonly kind: 'released'; readonly result: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Has a front perform an own act of the service. Rejects when it could not be recorded at all. */
export type Act = (operationName: string, params: Readonly<Record<string, unknown>>) => Promise<Acted>;

/** What sending takes from outside. */
export interface SendingParts extends OutboundParts {
  /** Wall clock, milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** CIDR ranges that are no public addresses and may be connected to all the same. */
  readonly allowAddresses: readonly string[];
  /** Defaults to the system's resolver. */
  readonly resolve?: Resolve;
  /** Instead of PagerDuty's own, for tests. */
  readonly pagerDutyUrl?: string;
}

/** What notifications are made of. */
export interface NotificationsOptions extends SendingParts {
  readonly reader: LedgerReader;
  /** The file with queues and dead letters, `notifications.db`. */
  readonly path: string;
  readonly keyring: Keyring;
  /** The incident as the state has it now. */
  readonly incident: (id: string) => IncidentRecord | undefined;
  readonly act: Act;
  /** From 0 to below 1: spreads retries. */
  readonly jitter: () => number;
  /** Names this service in messages: the origin line of its log. */
  readonly origin: string;
  /** Where the console is, for links. */
  readonly consoleUrl?: string;
  /** Told what an operator should know; never a secret. */
  readonly onFailure: (error: Error) => void;
}
