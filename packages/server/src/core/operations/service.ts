import {
  type Actor,
  type AuditEvent,
  type EventOutcome,
  type Ledger,
  LedgerError,
  newEventId,
} from '../audit/index.ts';
import type { Entropy, SecretKey } from '../crypto/index.ts';
import { type CredentialRecord, SigningKeys, type SigningScope } from '../identity/index.ts';
import type { Keyring } from '../keys/index.ts';
import { Attempt, type Place } from './attempt.ts';
import { Coalescer, type Schedule } from './coalescer.ts';
import { OperationError } from './errors.ts';
import { encodeEvent, eventOf, outcomeOf } from './event-builder.ts';
import type { AttemptRequest, Caller, FrontRefusal, Operation, Performed, Recorded } from './operation.ts';
import type { Params, Result } from './params.ts';
import { type Principal, principalFromRecord } from './principal.ts';
import type { Replica, View } from './replica.ts';

/** How often an attempt is judged anew when the state moves under it, before it is throttled. */
const JUDGE_ROUNDS_MAX = 16;

/** What a service is made of. Everything that is not deterministic is handed in here. */
export interface ServiceParts {
  readonly ledger: Ledger;
  readonly replica: Replica;
  readonly keyring: Keyring;
  readonly entropy: Entropy;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** A monotonic clock, milliseconds, the one that `AttemptRequest.startedMs` is read from. */
  readonly monotonicMs: () => number;
  readonly schedule: Schedule;
  readonly place: Place;
  /** Told of every attempt once it is answered; for metrics. */
  readonly observe?: (outcome: EventOutcome, durationMs: number) => void;
}

/** What a front may know of a credential in order to check a signature. */
export interface SignatureKey {
  readonly key: SecretKey;
  readonly caller: Caller;
}

/** One round's outcome, before it is recorded. */
interface Round {
  readonly decided: Decided;
  readonly event: AuditEvent;
  readonly view: View;
  readonly attempt: Attempt | undefined;
}

type Decided =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'refused'; readonly error: OperationError };

/**
 * The one road of every request (`ARCHITECTURE.md`, "the way of a request"). Fronts call {@link Service.perform} for
 * what they understood and {@link Service.refuse} for what they did not; both resolve only after the event is
 * durable, and there is no other way to a result.
 */
export class Service {
  readonly #parts: ServiceParts;
  readonly #signingKeys: SigningKeys;
  readonly #coalescer: Coalescer;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#coalescer = new Coalescer(parts.ledger, parts.schedule);
    this.#signingKeys = new SigningKeys((credential) =>
      parts.keyring.openSecret(['access-key', credential.accessKeyId], credential.sealedSecret),
    );
  }

  /** Where this service is. */
  get place(): Place {
    return this.#parts.place;
  }

  /** The wall clock that decisions are made by, milliseconds since the epoch. */
  nowMs(): number {
    return this.#parts.nowMs();
  }

  /**
   * The key that a signature by this access key must verify under; `undefined` for unknown or disabled credentials.
   * Whether the credential may still be used is decided again, and for good, when the operation is committed.
   */
  signatureKey(accessKeyId: string, scope: SigningScope): SignatureKey | undefined {
    const view = this.#parts.replica.view();
    const usable = usableCredential(view, accessKeyId);
    if (usable === undefined) return undefined;
    return {
      key: this.#signingKeys.for(usable.credential, scope),
      caller: { principalArn: usable.principal.record.arn, credentialId: accessKeyId },
    };
  }

  /**
   * Runs one operation: judge, decide, commit, and only then hand out the result (G1). When the state moved in a way
   * that matters before the commit, all of it runs again on the new state (G5).
   *
   * @throws LedgerError when the attempt could not be recorded; then nothing is released.
   */
  async perform(
    operation: Operation,
    request: AttemptRequest,
    caller: Caller,
    params: Params,
  ): Promise<Performed> {
    for (let rounds = 0; rounds < JUDGE_ROUNDS_MAX; rounds += 1) {
      const round = this.#decide(operation, request, caller, params);
      const { decided, event, view } = round;
      if (decided.kind === 'refused') {
        const refused = await this.#recordRefusal(event, view);
        if (refused === undefined) continue;
        this.#observe(event.outcome, request);
        return { kind: 'refused', error: decided.error, ...refused };
      }
      try {
        const answer = await this.#parts.ledger.commit({
          judgedAt: view.revision,
          reads: view.reads,
          writes: round.attempt?.writes ?? [],
          entry: encodeEvent(event),
        });
        if (answer.kind === 'committed') {
          this.#observe('success', request);
          return { kind: 'released', result: decided.result, eventId: event.id, index: answer.index };
        }
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        return this.#withhold(event, error, request);
      }
    }
    throw new LedgerError('Unavailable', 'the state changed too often while the request was judged');
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
    const recorded = await this.#recordWithoutReads(event);
    this.#observe(refusal.outcome, request);
    return recorded;
  }

  #decide(
    operation: Operation,
    request: AttemptRequest,
    caller: Caller,
    params: Params,
  ): Round {
    const view = this.#parts.replica.view();
    const nowMs = this.#parts.nowMs();
    const principal = this.#principalOf(view, caller);
    const attempt =
      principal === undefined
        ? undefined
        : new Attempt({ ...this.#parts, view, request, caller, principal, nowMs });
    const decided = attempt === undefined ? credentialInvalid() : decide(operation, attempt, params);
    const event = eventOf({
      id: newEventId(nowMs, this.#parts.entropy),
      nowMs,
      durationMs: this.#parts.monotonicMs() - request.startedMs,
      request,
      action: operation.action,
      actor: actorOf(caller, principal),
      revision: view.revision,
      note: attempt?.note,
      decisions: attempt?.decisions,
      outcome: decided.kind === 'done' ? 'success' : outcomeOf(decided.error),
      error: decided.kind === 'done' ? undefined : decided.error,
    });
    return { decided, event, view, attempt };
  }

  #principalOf(view: View, caller: Caller): Principal | undefined {
    if (caller === systemCaller) return systemPrincipal(this.#parts.place);
    return usableCredential(view, caller.credentialId)?.principal;
  }

  /** Records a refusal that was judged; `undefined` when it is to be judged again. */
  async #recordRefusal(event: AuditEvent, view: View): Promise<Recorded | undefined> {
    const refusal = { event, judgedAt: view.revision, reads: view.reads, reserved: true };
    const { answer, event: record } = await this.#coalescer.record(refusal, this.#parts.nowMs());
    return answer.kind === 'committed' ? { eventId: record.id, index: answer.index } : undefined;
  }

  /**
   * The attempt was allowed, but could not be recorded: its result is withheld (G1), and that it was is recorded in
   * the lane that is kept for refusals.
   *
   * @throws LedgerError when not even that could be written.
   */
  async #withhold(event: AuditEvent, cause: LedgerError, request: AttemptRequest): Promise<Performed> {
    const error =
      cause.code === 'Busy'
        ? new OperationError(
            'Throttled',
            'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
          )
        : new OperationError('Unavailable', 'The attempt could not be recorded, so it was refused.', { cause });
    const { change: _change, ...attempted } = event;
    const refusal: AuditEvent = {
      ...attempted,
      outcome: outcomeOf(error),
      error: { code: error.code, message: error.message },
    };
    const recorded = await this.#recordWithoutReads(refusal);
    this.#observe(refusal.outcome, request);
    return { kind: 'refused', error, ...recorded };
  }

  async #recordWithoutReads(event: AuditEvent): Promise<Recorded> {
    const refusal = { event, judgedAt: event.revision, reads: [], reserved: true };
    const { answer, event: record } = await this.#coalescer.record(refusal, this.#parts.nowMs());
    // With no reads nothing can be stale.
    if (answer.kind === 'stale') throw new TypeError('a refusal without reads was answered as stale');
    return { eventId: record.id, index: answer.index };
  }

  #observe(outcome: EventOutcome, request: AttemptRequest): void {
    this.#parts.observe?.(outcome, this.#parts.monotonicMs() - request.startedMs);
  }
}

/**
 * The service itself as a caller, for its own scheduled acts. Compared by identity: no front can make another one,
 * and its principal has no policies, so it may do only what asks nobody.
 */
export const systemCaller: Caller = { principalArn: 'keywitness', credentialId: 'internal' };

function systemPrincipal(place: Place): Principal {
  return principalFromRecord({
    arn: `arn:aws:iam::${place.account}:service/keywitness`,
    account: place.account,
    name: 'keywitness',
    type: 'service',
    uniqueId: 'KEYWITNESS',
    createdAtMs: 0,
    disabled: false,
    policies: [],
  });
}

/** The credential and its principal, if both may be used now. */
function usableCredential(
  view: View,
  accessKeyId: string,
): { readonly credential: CredentialRecord; readonly principal: Principal } | undefined {
  const credential = view.credential(accessKeyId);
  if (credential === undefined || credential.disabled) return undefined;
  const principal = view.principal(credential.principalArn);
  if (principal === undefined || principal.record.disabled) return undefined;
  return { credential, principal };
}

function decide(
  operation: Operation,
  attempt: Attempt,
  params: Params,
): Decided {
  try {
    return { kind: 'done', result: operation.run(attempt, params) };
  } catch (error) {
    if (error instanceof OperationError) return { kind: 'refused', error };
    throw error;
  }
}

function credentialInvalid(): Decided {
  const message = 'The security token included in the request is invalid.';
  return { kind: 'refused', error: new OperationError('CredentialInvalid', message) };
}

function actorOf(caller: Caller, principal: Principal | undefined): Actor {
  const record = principal?.record;
  if (caller === systemCaller) return { type: 'system', name: 'keywitness' };
  if (record === undefined) {
    return { arn: caller.principalArn, credentialId: caller.credentialId, type: 'user' };
  }
  return {
    account: record.account,
    arn: record.arn,
    credentialId: caller.credentialId,
    name: record.name,
    type: record.type,
  };
}
