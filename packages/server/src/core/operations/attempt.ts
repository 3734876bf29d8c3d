import type { EventChange, EventDecision, EventKey, EventParameters, StateWrite } from '../audit/index.ts';
import { type Entropy, keyAlgorithm, type KeySpec, type NewMaterial } from '../crypto/index.ts';
import type { EncryptionContext, Keyring } from '../keys/index.ts';
import { denialMessage, type Decision, isLetIn, judge } from '../policy/index.ts';
import { type AccessCase, accessCase, grantsDeciding } from './access-case.ts';
import type { AccessQuestion, Asker, Place } from './access-question.ts';
import type { AttemptRequest } from './attempt-request.ts';
import type { Caller } from './caller.ts';
import { type CallerPolicies, callerPolicies } from './caller-policies.ts';
import { describeDecision } from './describe-decision.ts';
import { OperationError } from './errors.ts';
import { grantId } from './grant-book.ts';
import type { Principal } from './principal.ts';
import { quarantineOf } from './quarantine.ts';
import type { Quotas } from './quotas.ts';
import { placeIn } from './regions.ts';
import type { Replica, View } from './replica.ts';

/** What an attempt may say about itself for the record. Filled in as the operation finds out. */
export interface EventNote {
  /** Of an operation that does one of several things: which one it did. Its own action unless noted. */
  action?: string;
  key?: EventKey;
  sourceKey?: EventKey;
  context?: EncryptionContext | undefined;
  sourceContext?: EncryptionContext | undefined;
  algorithm?: string;
  ciphertextId?: string;
  sourceCiphertextId?: string;
  parameters?: EventParameters;
  change?: EventChange;
}

/** What one attempt is made of; see {@link Attempt}. */
export interface AttemptParts {
  readonly view: View;
  readonly request: AttemptRequest;
  readonly caller: Caller;
  readonly principal: Principal;
  readonly nowMs: number;
  readonly entropy: Entropy;
  readonly keyring: Keyring;
  readonly place: Place;
  readonly quotas: Quotas;
  /** What was made for {@link NeedsKeyPair}: an earlier round of the same attempt asked for it. */
  readonly keyPair?: MadeKeyPair | undefined;
}

/** A pair of a spec, or that too many are waiting for one. */
export interface MadeKeyPair {
  readonly spec: KeySpec;
  readonly made: NewMaterial | 'busy';
}

/** An attempt that is allowed lacks a key pair, which takes longer to find than a decision may. */
export class NeedsKeyPair extends Error {
  readonly spec: KeySpec;

  constructor(spec: KeySpec) {
    super(`a key pair of spec ${spec} is needed`);
    this.name = 'NeedsKeyPair';
    this.spec = spec;
  }
}

/** One round of deciding an operation on one revision of the state. Thrown away when the ledger says `stale`. */
export class Attempt implements Asker {
  readonly view: View;
  readonly request: AttemptRequest;
  readonly caller: Caller;
  readonly principal: Principal;
  readonly nowMs: number;
  readonly entropy: Entropy;
  readonly keyring: Keyring;
  /** Where the service is asked: the Region is the request's. */
  readonly place: Place;
  readonly quotas: Quotas;
  readonly note: EventNote = {};
  readonly #keyPair: MadeKeyPair | undefined;
  #policies: CallerPolicies | undefined;
  readonly writes: StateWrite[] = [];
  readonly decisions: EventDecision[] = [];

  constructor(parts: AttemptParts) {
    this.view = parts.view;
    this.request = parts.request;
    this.caller = parts.caller;
    this.principal = parts.principal;
    this.nowMs = parts.nowMs;
    this.entropy = parts.entropy;
    this.keyring = parts.keyring;
    this.place = placeIn(parts.place, parts.request.protocol.region);
    this.quotas = parts.quotas;
    this.#keyPair = parts.keyPair;
  }

  /** Declares a new record for a subject, or its removal, as an effect of this operation. */
  write(subject: string, record: object | string | null): void {
    const text = record === null || typeof record === 'string' ? record : JSON.stringify(record);
    this.writes.push({ subject, record: text });
  }

  /**
   * Fresh material for a key of this spec. The caller zeroes it. INVARIANT: asked for only once everything that could
   * refuse the attempt has been asked, so that nothing is made for whoever may not have it.
   *
   * @throws NeedsKeyPair for pairs that take long to find: the service has one made, and decides again.
   * @throws OperationError `Throttled` when too many are waiting for one.
   */
  newMaterial(spec: KeySpec): NewMaterial {
    const fresh = keyAlgorithm(spec).newMaterial(this.entropy);
    if (fresh !== 'asynchronous') return fresh;
    if (this.#keyPair?.spec !== spec) throw new NeedsKeyPair(spec);
    const { made } = this.#keyPair;
    if (made === 'busy') {
      const message =
        'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.';
      throw new OperationError('Throttled', message);
    }
    // A copy: when the state moves before the commit, the next round needs the pair again.
    return { ...made, secret: Uint8Array.from(made.secret) };
  }

  /** The account that acts, and that everything it makes belongs to. */
  get account(): string {
    return this.principal.account;
  }

  /** The state, for conditions: what they look at is covered by the subjects that the question is about. */
  get state(): Replica {
    return this.view.peek;
  }

  /** The policies of the caller, collected once for all questions of this attempt. */
  get policies(): CallerPolicies {
    this.#policies ??= callerPolicies(this.view, this.principal, this.place.account, this.nowMs);
    return this.#policies;
  }

  /**
   * Asks policy and notes its decision for the record.
   *
   * @throws OperationError `AccessDenied`, in AWS's words, when the answer is no.
   */
  authorize(question: AccessQuestion): void {
    const grants = question.grants ?? grantsDeciding(this, question);
    const asked = accessCase(this, { ...question, grants }, this.policies);
    const decision = judge(asked.request, asked.policies);
    this.#noteGrant(asked, decision);
    this.decisions.push(describeDecision(decision, question, this.note));
    if (!decision.allowed) throw this.#denied(asked, decision);
  }

  /**
   * Keeps a principal under quarantine also from what nobody needs a permission for. The record has it under the
   * protocol's name of the operation.
   *
   * @throws OperationError `AccessDenied`.
   */
  refuseQuarantined(): void {
    if (this.decisions.length > 0) return;
    const quarantine = quarantineOf(this.view, this.principal, this.nowMs);
    if (quarantine === undefined) return;
    const { operation, service } = this.request.protocol;
    const question = { permission: `${service}:${operation}`, resource: '*' };
    const asked = accessCase(this, question, { identity: [], quarantine });
    const decision = judge(asked.request, asked.policies);
    if (decision.effect !== 'explicit-deny') return;
    delete this.note.change;
    this.decisions.push(describeDecision(decision, question, this.note));
    throw this.#denied(asked, decision);
  }

  /**
   * AWS's sentence for a denial. Whoever asks for a key of another account that does not let them in is not told whether
   * there is such a key, nor what stands behind an alias of it: not either by which of their own policies, which may
   * speak of the key's id and tags, denies it.
   */
  #denied({ policies, request }: AccessCase, decision: Decision): OperationError {
    const { action, principal, resource, resourceAccount } = request;
    const isForeignKey = resource.startsWith('arn:aws:kms:') && resourceAccount !== principal.account;
    if (!isForeignKey || isLetIn(request, policies)) {
      return new OperationError('AccessDenied', denialMessage(request, decision));
    }
    const named = [this.note.sourceKey, this.note.key].find((key) => key?.arn === resource)?.requested;
    const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${named ?? resource} because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`;
    return new OperationError('AccessDenied', message);
  }

  /** A decision by a grant hangs on that grant, and on none of the others that were looked at. */
  #noteGrant({ grants }: AccessCase, decision: Decision): void {
    const deciding = [decision.by, decision.via].find((statement) => statement?.policyKind === 'grant');
    if (deciding === undefined) return;
    const grant = grants.find(({ record }) => record.grantId === deciding.policyName);
    if (grant !== undefined) this.view.grant(grantId(grant.record));
  }
}
