import {
  type AuditEvent,
  type EventOutcome,
  type Ledger,
  LedgerError,
  newEventId,
  newRandomUuid,
  type StateWrite,
} from '../audit/index.ts';
import type { Entropy, KeyPairs } from '../crypto/index.ts';
import { type IdentityProviderRecord, identityProviderArn, type SigningScope } from '../identity/index.ts';
import type { Keyring } from '../keys/index.ts';
import type { Place } from './access-question.ts';
import { Attempt, type MadeKeyPair, NeedsKeyPair } from './attempt.ts';
import { actorOf } from './actor.ts';
import type { AttemptRequest } from './attempt-request.ts';
import { actingPrincipal, type Caller, proofEndMs } from './caller.ts';
import { Coalescer, type Refusal, type RefusalAnswer, type Schedule } from './coalescer.ts';
import { OperationError } from './errors.ts';
import { encodeWhole, eventOf, outcomeOf } from './event-builder.ts';
import type { FrontRefusal, Operation, Performed, Recorded } from './operation.ts';
import type { Params, Result } from './params.ts';
import { Proofs, type SignatureKey } from './proofs.ts';
import { federatedPrincipal, type Principal } from './principal.ts';
import { SYSTEM, systemCaller, systemPrincipal } from './system-caller.ts';
import { type Quotas, standardQuotas } from './quotas.ts';
import { isWithinQuotas, type RequestQuotas, throttledOperation } from './request-quotas.ts';
import type { Replica, View } from './replica.ts';
import { credentialInvalid, throttled, tokenExpired, withheld } from './service-refusals.ts';
import { responderCaller, responderIn } from './responder.ts';
import { Unrecorded, type UnrecordedAttempts } from './unrecorded.ts';

/** How often an attempt is judged anew when the state moves under it, before it is throttled. */
const JUDGE_ROUNDS_MAX = 16;

/** What a service is made of. Everything that is not deterministic is handed in here. */
export interface ServiceParts {
  readonly ledger: Ledger;
  readonly replica: Replica;
  readonly keyring: Keyring;
  /** Where the key pairs come from that take long to find. */
  readonly keyPairs: KeyPairs;
  readonly entropy: Entropy;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** A monotonic clock, milliseconds, the one that `AttemptRequest.startedMs` is read from. */
  readonly monotonicMs: () => number;
  readonly schedule: Schedule;
  readonly place: Place;
  /** AWS's own when absent. */
  readonly quotas?: Quotas;
  /** How fast requests may come; as fast as they do when absent. */
  readonly requestQuotas?: RequestQuotas | undefined;
  /** Told of every attempt once it is answered; for metrics. */
  readonly observe?: (outcome: EventOutcome, durationMs: number) => void;
}

/** What is decided about, in every round anew. */
interface Asked {
  readonly request: AttemptRequest;
  readonly caller: Caller;
  readonly params: Params;
  readonly keyPair: MadeKeyPair | undefined;
}

/** One round's outcome, before it is recorded. */
interface Round {
  readonly decided: Decided;
  readonly event: AuditEvent;
  readonly view: View;
}

type Decided =
  | {
      readonly kind: 'done';
      readonly result: Result;
      readonly writes: readonly StateWrite[];
      readonly entry: Uint8Array;
    }
  | { readonly kind: 'refused'; readonly error: OperationError };

/**
 * The one road of every request (`ARCHITECTURE.md`, "the way of a request"). Fronts call {@link Service.perform} for
 * what they understood and {@link Service.refuse} for what they did not; both resolve only after the event is
 * durable, and there is no other way to a result.
 */
export class Service {
  readonly #parts: ServiceParts;
  readonly #proofs: Proofs;
  readonly #coalescer: Coalescer;
  readonly #unrecorded: Unrecorded;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#coalescer = new Coalescer(parts.ledger, parts.schedule);
    this.#unrecorded = new Unrecorded(parts.ledger, parts.schedule, (attempts) =>
      this.#unrecordedEvent(attempts),
    );
    this.#proofs = new Proofs(parts.replica, parts.keyring, parts.nowMs);
  }

  /** Where this service is. */
  get place(): Place {
    return this.#parts.place;
  }

  /** The wall clock that decisions are made by, milliseconds since the epoch. */
  nowMs(): number {
    return this.#parts.nowMs();
  }

  /** See {@link Proofs.signatureKey}. */
  signatureKey(
    accessKeyId: string,
    scope: SigningScope,
    sessionToken?: string,
  ): SignatureKey | 'expired' | undefined {
    return this.#proofs.signatureKey(accessKeyId, scope, sessionToken);
  }

  /** See {@link Proofs.sessionCaller}. */
  sessionCaller(accessKeyId: string, token: string, secret: string): Caller | 'expired' | undefined {
    return this.#proofs.sessionCaller(accessKeyId, token, secret);
  }

  /** See {@link Proofs.certificateCaller}. */
  certificateCaller(sha256: string): Caller | undefined {
    return this.#proofs.certificateCaller(sha256);
  }

  /** The identity provider that an account has registered for an issuer: fronts verify tokens against it. */
  identityProvider(account: string, issuer: string): IdentityProviderRecord | undefined {
    return this.#parts.replica.identityProviders.get(identityProviderArn(account, issuer));
  }

  /**
   * Changes whenever a permission of some caller may have changed: for answers that go on after their permission was
   * recorded, which ask again then (G5). Keys and grants are not counted.
   */
  get standing(): number {
    return this.#parts.replica.standing;
  }

  /**
   * Runs one operation: judge, decide, commit, and only then hand out the result (G1). When the state moved in a way
   * that matters before the commit, all of it runs again on the new state (G5).
   *
   * @throws LedgerError when the attempt could not be recorded; then nothing is released.
   */
  async perform(
    asked: Operation,
    request: AttemptRequest,
    caller: Caller,
    params: Params,
  ): Promise<Performed> {
    const { requestQuotas: limits } = this.#parts;
    const isInTime = limits === undefined || isWithinQuotas(limits, asked, request, caller, params);
    const operation = isInTime ? asked : throttledOperation(asked);
    let keyPair: MadeKeyPair | undefined;
    try {
      for (let rounds = 1; ; rounds += 1) {
        const round = this.#decide(operation, { request, caller, params, keyPair });
        if (round instanceof NeedsKeyPair) {
          keyPair = { spec: round.spec, made: await this.#parts.keyPairs.make(round.spec) };
          continue;
        }
        const performed = await this.#commit(round, request);
        if (performed !== undefined) return performed;
        if (rounds >= JUDGE_ROUNDS_MAX) return await this.#withhold(round.event, throttled(), request);
      }
    } finally {
      if (keyPair !== undefined && keyPair.made !== 'busy') keyPair.made.secret.fill(0);
    }
  }

  /**
   * Records an attempt that never became an operation: malformed, unauthenticated, unknown, oversize (G2).
   *
   * @throws LedgerError when it could not be recorded.
   */
  async refuse(request: AttemptRequest, refusal: FrontRefusal): Promise<Recorded> {
    const nowMs = this.#parts.nowMs();
    const event = eventOf({
      id: newEventId(nowMs, this.#parts.entropy),
      nowMs,
      durationMs: this.#parts.monotonicMs() - request.startedMs,
      request,
      action: refusal.action,
      actor: refusal.actor ?? { type: 'anonymous' },
      revision: this.#parts.replica.revision,
      outcome: refusal.outcome,
      error: { code: refusal.code, message: refusal.message },
    });
    return this.#recordWithoutReads(event, request);
  }

  /** Records what was only counted so far, as far as the ledger takes it: for a stop. */
  flush(): Promise<void> {
    return this.#unrecorded.flush();
  }

  #decide(operation: Operation, { caller, keyPair, params, request }: Asked): Round | NeedsKeyPair {
    const view = this.#parts.replica.view();
    const nowMs = this.#parts.nowMs();
    const principal = this.#principalOf(view, operation, caller, nowMs, request);
    const { entropy, keyring, place, quotas = standardQuotas } = this.#parts;
    let attempt: Attempt | undefined;
    let ran: Result | OperationError | NeedsKeyPair;
    if (principal instanceof OperationError) {
      ran = principal;
    } else {
      const circumstances = { nowMs, entropy, keyring, place, quotas, keyPair };
      attempt = new Attempt({ view, request, caller, principal, ...circumstances });
      ran = run(operation, attempt, params);
      if (ran instanceof NeedsKeyPair) return ran;
    }
    const event = eventOf({
      id: newEventId(nowMs, this.#parts.entropy),
      nowMs,
      durationMs: this.#parts.monotonicMs() - request.startedMs,
      request,
      action: attempt?.note.action ?? operation.action,
      actor: caller === systemCaller ? SYSTEM : actorOf(caller, attempt?.principal),
      revision: view.revision,
      note: attempt?.note,
      decisions: attempt?.decisions,
      outcome: ran instanceof OperationError ? outcomeOf(ran) : 'success',
      error: ran instanceof OperationError ? ran : undefined,
    });
    if (ran instanceof OperationError) return { decided: { kind: 'refused', error: ran }, event, view };
    const entry = encodeWhole(event);
    if (entry === undefined) {
      throwAway(ran);
      const error = new OperationError('Validation', 'The request is too large to be recorded as a whole.');
      return { decided: { kind: 'refused', error }, event: refusedEvent(event, error), view };
    }
    return { decided: { kind: 'done', result: ran, writes: attempt?.writes ?? [], entry }, event, view };
  }

  #principalOf(
    view: View,
    operation: Operation,
    caller: Caller,
    nowMs: number,
    request: AttemptRequest,
  ): Principal | OperationError {
    if (caller === systemCaller) return systemPrincipal(this.#parts.place);
    if (caller === responderCaller) return responderIn(this.#parts.place.account);
    const { webIdentity } = caller;
    if (webIdentity !== undefined) {
      return operation.takesWebIdentity === true ? federatedPrincipal(webIdentity) : credentialInvalid();
    }
    const acting = actingPrincipal(view, caller, nowMs);
    if (acting === 'expired') return tokenExpired();
    if (acting === 'invalid') return credentialInvalid();
    return nowMs > proofEndMs(caller, request) ? credentialInvalid() : acting;
  }

  /** Records one round; `undefined` when the state has moved and it is to be judged again. */
  async #commit({ decided, event, view }: Round, request: AttemptRequest): Promise<Performed | undefined> {
    const judged = { judgedAt: view.revision, reads: view.reads };
    if (decided.kind === 'refused') {
      const { answer, event: record } = await this.#record({ event, ...judged }, request);
      if (answer.kind === 'stale') return undefined;
      return { kind: 'refused', error: decided.error, eventId: record.id, index: answer.index };
    }
    const { entry, writes, result } = decided;
    try {
      const answer = await this.#parts.ledger.commit({ ...judged, writes, entry });
      if (answer.kind === 'committed') {
        this.#observe('success', request);
        return { kind: 'released', result, eventId: event.id, index: answer.index };
      }
      throwAway(result);
      return undefined;
    } catch (error) {
      throwAway(result);
      if (!(error instanceof LedgerError)) throw error;
      return this.#withhold(event, withheld(error), request);
    }
  }

  /**
   * The attempt was judged, but could not be recorded: its result is withheld (G1), and that it was is recorded in the
   * lane that is kept for refusals. The refusal is an event of its own: the ledger may have kept the other one, although
   * it said that it failed.
   *
   * @throws LedgerError when not even that could be written.
   */
  async #withhold(judged: AuditEvent, error: OperationError, request: AttemptRequest): Promise<Performed> {
    const nowMs = this.#parts.nowMs();
    const event = {
      ...refusedEvent(judged, error),
      id: newEventId(nowMs, this.#parts.entropy),
      time: new Date(nowMs).toISOString(),
    };
    const recorded = await this.#recordWithoutReads(event, request);
    return { kind: 'refused', error, ...recorded };
  }

  async #recordWithoutReads(event: AuditEvent, request: AttemptRequest): Promise<Recorded> {
    const refusal = { event, judgedAt: event.revision, reads: [] };
    const { answer, event: record } = await this.#record(refusal, request);
    // With no reads nothing can be stale.
    if (answer.kind === 'stale') throw new TypeError('a refusal without reads was answered as stale');
    return { eventId: record.id, index: answer.index };
  }

  /** @throws LedgerError when the refusal could not be recorded; then it is counted, and the number is (G2). */
  async #record(refusal: Refusal, request: AttemptRequest): Promise<RefusalAnswer> {
    try {
      const recorded = await this.#coalescer.record(refusal, this.#parts.nowMs());
      if (recorded.answer.kind === 'committed') this.#observe(refusal.event.outcome, request);
      return recorded;
    } catch (error) {
      if (error instanceof LedgerError) {
        this.#unrecorded.add(refusal.event);
        this.#observe(refusal.event.outcome, request);
      }
      throw error;
    }
  }

  #unrecordedEvent(attempts: UnrecordedAttempts): AuditEvent {
    const { entropy, monotonicMs } = this.#parts;
    const nowMs = this.#parts.nowMs();
    const event = eventOf({
      id: newEventId(nowMs, entropy),
      nowMs,
      durationMs: 0,
      request: {
        requestId: newRandomUuid(entropy),
        client: { address: 'internal' },
        protocol: { front: 'internal', service: 'keywitness', operation: 'RecordUnavailable' },
        startedMs: monotonicMs(),
      },
      action: 'record.unavailable',
      actor: SYSTEM,
      revision: this.#parts.replica.revision,
      note: { parameters: attempts.byKind },
      outcome: 'error',
      error: { code: 'Unavailable', message: 'Attempts were refused because they could not be recorded.' },
    });
    return { ...event, count: attempts.count, firstTime: attempts.firstTime, time: attempts.lastTime };
  }

  #observe(outcome: EventOutcome, request: AttemptRequest): void {
    this.#parts.observe?.(outcome, this.#parts.monotonicMs() - request.startedMs);
  }
}

function run(operation: Operation, attempt: Attempt, params: Params): Result | OperationError | NeedsKeyPair {
  let ran: Result | undefined;
  try {
    ran = operation.run(attempt, params);
    attempt.refuseQuarantined();
    return ran;
  } catch (error) {
    if (!(error instanceof OperationError || error instanceof NeedsKeyPair)) throw error;
    if (ran !== undefined) throwAway(ran);
    return error;
  }
}

/** A result that is not released: the plaintext or data key in it is of no use to anybody any more (G8). */
function throwAway(result: Result): void {
  for (const value of Object.values(result)) if (value instanceof Uint8Array) value.fill(0);
}

/** The event of an attempt that was judged, but then refused: nothing that it would have changed was changed. */
function refusedEvent(event: AuditEvent, error: OperationError): AuditEvent {
  const { code, message } = error;
  return { ...event, change: undefined, outcome: outcomeOf(error), error: { code, message } };
}
