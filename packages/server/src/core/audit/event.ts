/** Who attempted an operation. `spec/event.md` section "actor". */
export interface Actor {
  readonly type: 'user' | 'role' | 'service' | 'root' | 'web-identity' | 'system' | 'anonymous';
  /** The principal's ARN; absent for anonymous attempts. */
  readonly arn?: string | undefined;
  /** The 12-digit account of the principal. */
  readonly account?: string;
  readonly name?: string;
  /** The access key id that signed, or that was claimed by an attempt that failed to authenticate. */
  readonly credentialId?: string;
  /** Of short-lived credentials: what is behind them. */
  readonly session?: ActorSession | undefined;
  /** True when `credentialId` was only claimed: the signature was not, or not successfully, verified. */
  readonly unverified?: true;
}

/** What is behind short-lived credentials, or a token of an identity provider. */
export interface ActorSession {
  /** Whom the issuer made its token for. */
  readonly audience?: string | undefined;
  /** ARNs that the callers who led to the session acted under, the first one first. */
  readonly chain?: readonly string[] | undefined;
  /** True when the request came from the console: its cookie proved the session. */
  readonly console?: true | undefined;
  /** RFC 3339. */
  readonly issuedAt?: string | undefined;
  /** Whoever vouched for the person or workload: the issuer, in its own words. */
  readonly issuer?: string | undefined;
  /** True when the person proved more than one factor. */
  readonly mfa?: true | undefined;
  /** When the person last proved it, RFC 3339. */
  readonly mfaAt?: string | undefined;
  readonly name?: string | undefined;
  /** The session's policies: ARNs of managed ones, and `sha256:` with the digest of the text of others. */
  readonly policies?: readonly string[] | undefined;
  /** ARN of the identity provider that the issuer is registered as. */
  readonly provider?: string | undefined;
  readonly sourceIdentity?: string | undefined;
  /** The person or workload, in the issuer's words. */
  readonly subject?: string | undefined;
  /** Session tags, each as `key=value`. */
  readonly tags?: readonly string[] | undefined;
}

/** Where an attempt came from, as far as the server saw it itself, or a trusted proxy told it. */
export interface Client {
  /**
   * IPv4 or IPv6 text: the peer's address, or the one that trusted proxies name; `internal` for the service's own
   * acts.
   */
  readonly address: string;
  /** The certificate that the peer proved to own, when it is valid and of a CA that is trusted here. */
  readonly certificate?: ClientCertificate | undefined;
  /** Why a certificate that the peer showed counts for nothing: OpenSSL's name of the error. */
  readonly certificateError?: string | undefined;
  readonly port?: number | undefined;
  /** The trusted proxies between the client and this server, the one next to the client first; at most 8. */
  readonly proxies?: readonly string[] | undefined;
  /** TLS protocol version of the connection to this server, for example `TLSv1.3`; absent on plain connections. */
  readonly tlsVersion?: string | undefined;
  /** As claimed by the client, at most 1,024 UTF-16 units. */
  readonly userAgent?: string | undefined;
}

/** A client certificate. Texts that were too long are cut and end in `…`. */
export interface ClientCertificate {
  /** RFC 4514 text, at most 512 UTF-16 units; so is `subject`. */
  readonly issuer: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly notAfter: string;
  /** Subject alternative names, for example `DNS:app.example`: at most 16 of at most 256 UTF-16 units. */
  readonly sans?: readonly string[] | undefined;
  /** Upper-case hexadecimal digits. */
  readonly serial: string;
  /** Of the DER encoding, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly subject: string;
}

/** The protocol's own words for the attempt. */
export interface ProtocolOperation {
  /** The front that spoke: `aws`, `admin`, `console`, `http` (no protocol could be told) or `internal`. */
  readonly front: 'aws' | 'admin' | 'console' | 'http' | 'internal';
  /** The protocol's service name, for example `kms` or `sts`. */
  readonly service: string;
  /** The operation's name as the protocol spells it; `-` when it could not be told. */
  readonly operation: string;
  /** The Region that was asked; absent for the installation's first one. */
  readonly region?: string | undefined;
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
  /** Condition keys that policy could look at, in lower case, as far as no other member of the event tells them. */
  readonly conditions?: Readonly<Record<string, readonly string[]>> | undefined;
  /** There were more condition keys than an event holds, so none of them is here. */
  readonly conditionsClipped?: true | undefined;
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny';
  /** The grant to an account that let this policy of the account decide. */
  readonly grant?: string | undefined;
  readonly permission: string;
  readonly resource: string;
  /** The kind of policy that held the deciding statement, or that was missing one. */
  readonly policyKind?: string | undefined;
  readonly policy?: string | undefined;
  /** SHA-256 of the text of the policy that decided: the document that is kept under it. */
  readonly policySha256?: string | undefined;
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
  /** Why the caller says that it asked: its own words, printable, at most 512 UTF-16 units. */
  readonly justification?: string | undefined;
  readonly algorithm?: string | undefined;
  /** Names the ciphertext that was made, or was to be opened (`spec/event.md`, "Ciphertexts"). */
  readonly ciphertextId?: string | undefined;
  /** Of a ReEncrypt, the one that was to be opened. */
  readonly sourceCiphertextId?: string | undefined;
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
