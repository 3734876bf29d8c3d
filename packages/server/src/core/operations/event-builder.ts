import { entryBytesMax } from '@keywitness/log';
import {
  type Actor,
  type AuditEvent,
  canonicalJson,
  type EventDecision,
  type EventOutcome,
} from '../audit/index.ts';
import type { EventNote } from './attempt.ts';
import type { AttemptRequest } from './attempt-request.ts';
import type { OperationError } from './errors.ts';

/** What an event is built from. */
export interface EventParts {
  readonly id: string;
  readonly nowMs: number;
  readonly durationMs: number;
  readonly request: AttemptRequest;
  readonly action: string;
  readonly actor: Actor;
  readonly revision: number;
  readonly note?: EventNote | undefined;
  readonly decisions?: readonly EventDecision[] | undefined;
  readonly outcome: EventOutcome;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** What is left of each text, in UTF-16 units, when an event is too large even without its large members. */
const BARE_TEXT_MAX = 128;

/** Text of the client's that enters a record is cut at this many UTF-16 units. */
const TEXT_MAX = 1024;

/**
 * Builds the event of an attempt. Members stand in canonical order, so that encoding need not sort; absent ones are
 * `undefined` and are left out by the encoder.
 */
export function eventOf(parts: EventParts): AuditEvent {
  const { request, note, error } = parts;
  return {
    action: parts.action,
    actor: parts.actor,
    algorithm: note?.algorithm,
    change: note?.change,
    ciphertextId: note?.ciphertextId,
    client: request.client,
    context: note?.context,
    decisions: parts.decisions?.length === 0 ? undefined : parts.decisions,
    durationUs: Math.max(0, Math.round(parts.durationMs * 1000)),
    error: error === undefined ? undefined : { code: error.code, message: clip(error.message) },
    id: parts.id,
    justification: request.justification,
    key: note?.key,
    outcome: parts.outcome,
    parameters: note?.parameters,
    protocol: request.protocol,
    requestId: request.requestId,
    revision: parts.revision,
    schema: 'keywitness.event/1',
    sourceCiphertextId: note?.sourceCiphertextId,
    sourceContext: note?.sourceContext,
    sourceKey: note?.sourceKey,
    time: timeText(parts.nowMs),
    traceId: request.traceId,
  };
}

/** The instant that was written last: many events of a loaded server have the same millisecond. */
let latest = { ms: 0, text: new Date(0).toISOString() };

function timeText(ms: number): string {
  if (ms !== latest.ms) latest = { ms, text: new Date(ms).toISOString() };
  return latest.text;
}

/** One record for `count` like attempts: the first one's, with the count and the time of the first. */
export function countedEvent(first: AuditEvent, count: number, lastTime: string): AuditEvent {
  return count === 1 ? first : { ...first, count, firstTime: first.time, time: lastTime };
}

/**
 * The canonical bytes of an event: the leaf of the log. Always within the format's limit: what would be longer loses
 * the members that a request can make large, and says so with `clipped`. Nothing is released on such a record, so
 * only refusals come to it.
 */
export function encodeEvent(event: AuditEvent): Uint8Array {
  return encodeWhole(event) ?? encodeWhole(withoutLarge(event)) ?? encodeBare(event);
}

/** The canonical bytes of an event that has to be recorded as it is; `undefined` when they are too many. */
export function encodeWhole(event: AuditEvent): Uint8Array | undefined {
  const bytes = Buffer.from(canonicalJson(event), 'utf8');
  return bytes.length <= entryBytesMax ? bytes : undefined;
}

function withoutLarge(event: AuditEvent): AuditEvent {
  const large = { change: undefined, context: undefined, parameters: undefined, sourceContext: undefined };
  return { ...event, ...large, clipped: true };
}

/** Who, where, what and how it ended, each text cut: some 30 short texts cannot reach the limit. */
function encodeBare(event: AuditEvent): Uint8Array {
  const key = event.key === undefined ? undefined : { arn: event.key.arn, id: event.key.id };
  const bare = { ...withoutLarge(event), decisions: undefined, key, sourceKey: undefined };
  return Buffer.from(canonicalJson(cutTexts(bare)), 'utf8');
}

function cutTexts(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, BARE_TEXT_MAX);
  if (Array.isArray(value)) return value.map(cutTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cutTexts(member)]));
}

/** The outcome that a refusal is recorded under. */
export function outcomeOf(error: OperationError): EventOutcome {
  switch (error.code) {
    case 'AccessDenied':
    case 'CredentialInvalid':
    case 'ExpiredToken':
    case 'IdentityProviderRejectedClaim':
    case 'InvalidIdentityToken':
      return 'denied';
    case 'Throttled':
      return 'throttled';
    default:
      return 'error';
  }
}

/** Cuts text of the client's to a bounded length. */
export function clip(text: string): string {
  return text.length <= TEXT_MAX ? text : text.slice(0, TEXT_MAX);
}
