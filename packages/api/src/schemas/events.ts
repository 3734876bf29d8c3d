import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { type Outcome, outcomeSchema } from './queries.ts';
import { eventIdSchema, textMapSchema } from './text.ts';

/** A key as it took part in an attempt. */
export interface EventKey {
  readonly requested?: string;
  readonly id?: string;
  readonly arn?: string;
  readonly materialId?: string;
  readonly current?: boolean;
  readonly state?: string;
}

/** What policy decided. */
export interface EventDecision {
  readonly effect: string;
  readonly permission: string;
  readonly resource: string;
  readonly policyKind?: string;
  readonly policy?: string;
  /** Of the policy's document, by which it is asked for. */
  readonly policySha256?: string;
  readonly statement?: string;
}

/** One event of the log, `spec/event.md`. Members that are not named here are kept. */
export interface AuditEvent {
  readonly schema: string;
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly action: string;
  readonly outcome: Outcome;
  readonly error?: { readonly code: string; readonly message: string };
  readonly actor: {
    readonly type: string;
    readonly arn?: string;
    readonly account?: string;
    readonly name?: string;
    readonly credentialId?: string;
    readonly unverified?: boolean;
  };
  readonly client: {
    readonly address: string;
    readonly port?: number;
    readonly userAgent?: string;
    readonly tlsVersion?: string;
  };
  readonly protocol: {
    readonly front: string;
    readonly service: string;
    readonly operation: string;
    /** Absent for the installation's first one. */
    readonly region?: string | undefined;
  };
  readonly requestId: string;
  readonly traceId?: string;
  readonly key?: EventKey;
  readonly sourceKey?: EventKey;
  readonly context?: Readonly<Record<string, string>>;
  readonly sourceContext?: Readonly<Record<string, string>>;
  readonly algorithm?: string;
  /** Names a ciphertext that was made or opened (`spec/event.md`, "Ciphertexts"). */
  readonly ciphertextId?: string;
  readonly sourceCiphertextId?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly decisions?: readonly EventDecision[];
  readonly revision: number;
  readonly change?: {
    readonly before?: Readonly<Record<string, unknown>>;
    readonly after?: Readonly<Record<string, unknown>>;
  };
  readonly durationUs?: number;
  readonly count?: number;
  readonly firstTime?: string;
}

const text = v.exactOptional(v.string());
const texts = v.exactOptional(textMapSchema);
// Not valibot's records: they leave out members with names like `constructor`, which a client may well have chosen.
const values = v.exactOptional(v.custom<Readonly<Record<string, unknown>>>(isObject));

const key = v.exactOptional(
  v.looseObject({
    requested: text,
    id: text,
    arn: text,
    materialId: text,
    current: v.exactOptional(v.boolean()),
    state: text,
  }),
);

const decision = v.looseObject({
  effect: v.string(),
  permission: v.string(),
  resource: v.string(),
  policyKind: text,
  policy: text,
  policySha256: text,
  statement: text,
});

const shape = v.looseObject({
  schema: v.string(),
  id: v.string(),
  time: v.string(),
  action: v.string(),
  outcome: outcomeSchema,
  error: v.exactOptional(v.looseObject({ code: v.string(), message: v.string() })),
  actor: v.looseObject({
    type: v.string(),
    arn: text,
    account: text,
    name: text,
    credentialId: text,
    unverified: v.exactOptional(v.boolean()),
  }),
  client: v.looseObject({
    address: v.string(),
    port: v.exactOptional(v.number()),
    userAgent: text,
    tlsVersion: text,
  }),
  protocol: v.looseObject({
    front: v.string(),
    service: v.string(),
    operation: v.string(),
    region: v.optional(v.string()),
  }),
  requestId: v.string(),
  traceId: text,
  key,
  sourceKey: key,
  context: texts,
  sourceContext: texts,
  algorithm: text,
  ciphertextId: text,
  sourceCiphertextId: text,
  parameters: values,
  decisions: v.exactOptional(v.array(decision)),
  revision: v.number(),
  change: v.exactOptional(v.looseObject({ before: values, after: values })),
  durationUs: v.exactOptional(v.number()),
  count: v.exactOptional(v.number()),
  firstTime: text,
});

/** Reads an event, and hands it out as it came: every member, in its order. */
export const auditEventSchema: Schema<AuditEvent> = v.custom<AuditEvent>((value) => v.is(shape, value));

/** An event and where it stands in the log. */
export interface IndexedEvent {
  readonly index: number;
  readonly event: AuditEvent;
}

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const indexedEventSchema: Schema<IndexedEvent> = v.object({
  index,
  event: auditEventSchema,
});

/** What the path of a request about an event names. */
export const eventPathSchema: Schema<{ readonly eventId: string }> = v.strictObject({
  eventId: eventIdSchema,
});

/** One event with its leaf: the bytes that the log commits to. */
export interface EventDetail extends IndexedEvent {
  /** The canonical bytes of the event, base64. */
  readonly leaf: string;
}

export const eventDetailSchema: Schema<EventDetail> = v.object({
  index,
  event: auditEventSchema,
  leaf: v.pipe(v.string(), v.base64()),
});

/** One page of events, in the order asked for. */
export interface EventPage {
  readonly events: readonly IndexedEvent[];
  /** The number of log entries that this answer covers. */
  readonly size: number;
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const eventPageSchema: Schema<EventPage> = v.object({
  events: v.array(indexedEventSchema),
  size: index,
  next: v.exactOptional(v.string()),
});

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
