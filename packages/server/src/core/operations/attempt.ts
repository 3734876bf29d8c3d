import type { EventChange, EventDecision, EventKey, EventParameters, StateWrite } from '../audit/index.ts';
import type { Entropy } from '../crypto/index.ts';
import type { EncryptionContext, Keyring } from '../keys/index.ts';
import { type CompiledPolicy, denialMessage, type Decision, judge } from '../policy/index.ts';
import type { AccessQuestion, Asker, Place } from './access-question.ts';
import type { AttemptRequest, Caller } from './attempt-request.ts';
import { conditionLookup } from './conditions.ts';
import { OperationError } from './errors.ts';
import type { Principal } from './principal.ts';
import type { View } from './replica.ts';

/** What an attempt may say about itself for the record. Filled in as the operation finds out. */
export interface EventNote {
  key?: EventKey;
  sourceKey?: EventKey;
  context?: EncryptionContext | undefined;
  sourceContext?: EncryptionContext | undefined;
  algorithm?: string;
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
  readonly place: Place;
  readonly note: EventNote = {};
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
    this.place = parts.place;
  }

  /** Declares a new record for a subject, or its removal, as an effect of this operation. */
  write(subject: string, record: object | string | null): void {
    const text = record === null || typeof record === 'string' ? record : JSON.stringify(record);
    this.writes.push({ subject, record: text });
  }

  /**
   * Asks policy and notes its decision for the record.
   *
   * @throws OperationError `AccessDenied`, in AWS's words, when the answer is no.
   */
  authorize(question: AccessQuestion): void {
    const request = {
      action: question.permission,
      resource: question.resource,
      principal: {
        arn: this.principal.record.arn,
        account: this.principal.record.account,
      },
      resourceAccount: question.key?.record.account ?? this.place.account,
      conditions: conditionLookup(this, question),
    };
    const key: CompiledPolicy | undefined = question.key?.policy();
    const decision = judge(request, {
      identity: this.principal.policies(),
      ...(key === undefined ? {} : { key }),
    });
    this.decisions.push(describe(decision, question));
    if (!decision.allowed) throw new OperationError('AccessDenied', denialMessage(request, decision));
  }
}

/** Members stand in canonical order: see `eventOf`. */
function describe(decision: Decision, question: AccessQuestion): EventDecision {
  const by = decision.by;
  return {
    effect: decision.effect,
    permission: question.permission,
    policy: by?.policyName,
    policyKind: by?.policyKind ?? decision.missing,
    resource: question.resource,
    statement: by === undefined ? undefined : (by.sid ?? `#${by.statementIndex}`),
  };
}
