import {
  type Actor,
  type AuditEvent,
  canonicalJson,
  type EventDecision,
  type EventOutcome,
} from '../audit/index.ts';
import type { EventNote } from './attempt.ts';
import type { OperationError } from './errors.ts';
import type { AttemptRequest } from './operation.ts';

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
    client: request.client,
    context: note?.context,
    decisions: parts.decisions?.length === 0 ? undefined : parts.decisions,
    durationUs: Math.max(0, Math.round(parts.durationMs * 1000)),
    error: error === undefined ? undefined : { code: error.code, message: clip(error.message) },
    id: parts.id,
    key: note?.key,
    outcome: parts.outcome,
    parameters: note?.parameters,
    protocol: request.protocol,
    requestId: request.requestId,
    revision: parts.revision,
    schema: 'keywitness.event/1',
    sourceContext: note?.sourceContext,
    sourceKey: note?.sourceKey,
    time: new Date(parts.nowMs).toISOString(),
    traceId: request.traceId,
  };
}

/** One record for `count` like attempts: the first one's, with the count and the time of the first. */
export function countedEvent(first: AuditEvent, count: number, lastTime: string): AuditEvent {
  return count === 1 ? first : { ...first, count, firstTime: first.time, time: lastTime };
}

/** The canonical bytes of an event: the leaf of the log. */
export function encodeEvent(event: AuditEvent): Uint8Array {
  return Buffer.from(canonicalJson(event), 'utf8');
}

/** The outcome that a refusal is recorded under. */
export function outcomeOf(error: OperationError): EventOutcome {
  switch (error.code) {
    case 'AccessDenied':
    case 'CredentialInvalid':
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
