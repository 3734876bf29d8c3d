import type { OpenCondition, Possibility, RequestGiven } from '@keywitness/api';
import { keyName } from '../../keys/index.ts';
import { type Decision, judge } from '../../policy/index.ts';
import { accessCase } from '../access-case.ts';
import type { AccessQuestion, Asker, Place } from '../access-question.ts';
import type { AttemptRequest } from '../attempt-request.ts';
import { type CallerPolicies, callerPolicies } from '../caller-policies.ts';
import { retirementsOf } from '../kms/index.ts';
import type { Principal } from '../principal.ts';
import { boundOf } from './bounds.ts';
import { canBePresent, openKeys } from './open-keys.ts';
import type { StateView } from './state-view.ts';
import { whatItHangsOn } from './what-it-hangs-on.ts';

/** What is said of a principal and a question about which not everything is known. */
export interface OpenAnswer {
  readonly possibility: Possibility;
  /** For `yes` of every request, for `if` of those that are allowed, for `no` of every request. */
  readonly decision: Decision;
  /** What `if` hangs on. */
  readonly conditions: readonly OpenCondition[];
}

const RETIRE_GRANT = 'kms:retiregrant';
const CONTEXT_KEYS = 'kms:encryptioncontextkeys';

/** Asks policy about requests of which not everything is known. Policies of one principal are collected once. */
export class OpenAsking {
  readonly #view: StateView;
  readonly #place: Place;
  readonly #given: RequestGiven;
  readonly #nowMs: number | undefined;
  readonly #policies = new Map<Principal, CallerPolicies>();
  readonly #request: AttemptRequest;

  /** @param nowMs when quarantines are looked at; absent where only policies are compared */
  constructor(view: StateView, place: Place, given: RequestGiven, nowMs?: number) {
    this.#view = view;
    this.#place = place;
    this.#given = given;
    this.#nowMs = nowMs;
    this.#request = {
      requestId: '',
      client: { address: given.sourceIp ?? '' },
      protocol: { front: 'internal', service: 'keywitness', operation: '-' },
      startedMs: 0,
    };
  }

  ask(principal: Principal, asked: AccessQuestion): OpenAnswer {
    const question = this.#withGiven(this.#withRetirements(principal, asked));
    const { policies, request } = accessCase(this.#askerOf(principal), question, this.#policiesOf(principal));
    const action = question.permission.toLowerCase();
    const isOpen = openKeys(this.#given, question, principal);
    const certain = boundOf(policies, 'certain', isOpen, action);
    const always = judge(request, certain);
    if (always.allowed) return { possibility: 'yes', decision: always, conditions: [] };
    const possible = boundOf(policies, 'possible', isOpen, action);
    const decision = judge(request, possible);
    if (!decision.allowed) return { possibility: 'no', decision, conditions: [] };
    const conditions = whatItHangsOn({ request, policies, certain, possible, decision, isOpen });
    return { possibility: 'if', decision, conditions };
  }

  /** Grants say themselves who may retire them: the question is whether that is so of some grant. */
  #withRetirements(principal: Principal, question: AccessQuestion): AccessQuestion {
    const { key, permission } = question;
    if (key === undefined || permission.toLowerCase() !== RETIRE_GRANT) return question;
    const { grants } = this.#view.peek;
    const onKey = grants.idsOn(keyName(key.record)).flatMap((id) => grants.get(id) ?? []);
    return { ...question, grants: onKey.flatMap(({ record }) => retirementsOf({ principal }, record)) };
  }

  #withGiven(question: AccessQuestion): AccessQuestion {
    const { conditions, context } = this.#given;
    const lower = Object.entries(conditions ?? {}).map(
      ([name, values]) => [name.toLowerCase(), values] as const,
    );
    const takesContext = context !== undefined && canBePresent(CONTEXT_KEYS, question.permission);
    return {
      ...question,
      conditions: { ...question.conditions, ...Object.fromEntries(lower) },
      ...(takesContext ? { encryptionContext: context } : {}),
    };
  }

  #askerOf(principal: Principal): Asker {
    return { principal, request: this.#request, place: this.#place, nowMs: 0, state: this.#view.peek };
  }

  #policiesOf(principal: Principal): CallerPolicies {
    const known = this.#policies.get(principal);
    if (known !== undefined) return known;
    const policies = callerPolicies(this.#view, principal, this.#place.account, this.#nowMs);
    this.#policies.set(principal, policies);
    return policies;
  }
}
