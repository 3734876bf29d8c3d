/** Who attempted an operation. `spec/event.md` section "actor". */
export interface Actor {
  readonly type: 'user' | 'role' | 'service' | 'root' | 'system' | 'anonymous';
  /** The principal's ARN; absent for anonymous attempts. */
  readonly arn?: string | undefined;
  /** The 12-digit account of the principal. */
  readonly account?: string;
  readonly name?: string;
  /** The access key id that signed, or that was claimed by an attempt that failed to authenticate. */
  readonly credentialId?: string;
  /** True when `credentialId` was only claimed: the signature was not, or not successfully, verified. */
  readonly unverified?: true;
}

/** Where an attempt came from, as far as the server saw it itself. */
export interface Client {
  /** The peer's address, IPv4 or IPv6 text; `internal` for the service's own acts. */
  readonly address: string;
  readonly port?: number | undefined;
  /** As claimed by the client, at most 1,024 UTF-16 units. */
  readonly userAgent?: string | undefined;
  /** TLS protocol version, for example `TLSv1.3`; absent on plain connections. */
  readonly tlsVersion?: string | undefined;
}

/** The protocol's own words for the attempt. */
export interface ProtocolOperation {
  /** The front that spoke: `aws`, `admin`, `http` (no protocol could be told) or `internal`. */
  readonly front: 'aws' | 'admin' | 'http' | 'internal';
  /** The protocol's service name, for example `kms` or `sts`. */
  readonly service: string;
  /** The operation's name as the protocol spells it; `-` when it could not be told. */
  readonly operation: string;
}

/** A key as it took part in an attempt. */
export interface EventKey {
  /** How the caller named it: an id, ARN, alias name or alias ARN. Absent when the ciphertext named it. */
  readonly requested?: string | undefined;
  readonly id?: string | undefined;
  readonly arn?: string | undefined;
  /** 64 lower-case hexadecimal digits. */
  readonly materialId?: string | undefined;
  /** Whether the material used was the key's current one. */
  readonly current?: boolean | undefined;
  /** The key's state when it was used, in KMS's words. */
  readonly state?: string | undefined;
}

/** What policy decided, and by which statement. */
export interface EventDecision {
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny';
  readonly permission: string;
  readonly resource: string;
  /** The kind of policy that held the deciding statement, or that was missing one. */
  readonly policyKind?: string | undefined;
  readonly policy?: string | undefined;
  /** The deciding statement's Sid, or its position as `#n`. */
  readonly statement?: string | undefined;
}

/** What an administrative operation changed. Values are plain, never secret. */
export interface EventChange {
  readonly before?: EventParameters | undefined;
  readonly after?: EventParameters | undefined;
}

/** Non-secret parameters of the request that matter to an auditor. */
export interface EventParameters {
  readonly [name: string]: string | number | boolean | readonly string[] | EventParameters | undefined;
}

/** How the attempt ended. */
export type EventOutcome = 'success' | 'denied' | 'error' | 'throttled';

/** One record of the log, `keywitness.event/1` (`spec/event.md`). */
export interface AuditEvent {
  readonly schema: 'keywitness.event/1';
  /** UUIDv7. */
  readonly id: string;
  /** When the outcome was decided: RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly actor: Actor;
  readonly client: Client;
  /** Our name for the act, for example `key.decrypt`. */
  readonly action: string;
  readonly protocol: ProtocolOperation;
  readonly requestId: string;
  readonly traceId?: string | undefined;
  readonly key?: EventKey | undefined;
  /** ReEncrypt alone has a second key, the one that encrypted before. */
  readonly sourceKey?: EventKey | undefined;
  /** The encryption context. Its pairs are the assets that the event names. */
  readonly context?: Readonly<Record<string, string>> | undefined;
  readonly sourceContext?: Readonly<Record<string, string>> | undefined;
  readonly algorithm?: string | undefined;
  readonly parameters?: EventParameters | undefined;
  readonly outcome: EventOutcome;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** Every decision taken for the attempt, in order; the last one decided. */
  readonly decisions?: readonly EventDecision[] | undefined;
  /** The state revision that was judged. */
  readonly revision: number;
  readonly change?: EventChange | undefined;
  /** Microseconds from the request's arrival to the decision, without the commit. */
  readonly durationUs?: number | undefined;
  /** Number of like attempts this one record stands for. Absent means 1. */
  readonly count?: number | undefined;
  /** For a counted record: when the first of them arrived. */
  readonly firstTime?: string | undefined;
  /** The attempt was refused, and members that it made too large for a record are left out. */
  readonly clipped?: true | undefined;
}
