import type { AccessRequest } from './access-request.ts';
import { type CompiledPolicy, compileActions, compileResources, reachOfBounded } from './compile.ts';
import { compileCondition } from './conditions.ts';
import type { DecidingKind, Decision } from './decision.ts';
import type { ConditionElement, Statement } from './document.ts';
import type { CompiledGrant } from './grant.ts';
import { type ApplicablePolicies, judge } from './judge.ts';
import { compileReach, type Reach, type ReachOf } from './principals.ts';
import type { ConditionLookup } from './template.ts';

/** A condition of a statement, or a constraint of a grant, that does not hold for a request. */
export interface FailedCondition {
  /** As the policy wrote it; for a grant, the name of the constraint. */
  readonly operator: string;
  readonly key: string;
  readonly policyValues: readonly string[];
  /** Absent when the request has no such key. */
  readonly requestValues?: readonly string[];
}

/** What came of comparing a statement with a request: the first that does not fit, in this order. */
export type StatementOutcome =
  | 'other-action'
  | 'other-principal'
  | 'other-resource'
  | 'condition-failed'
  | 'matches';

/** What happened to one statement. */
export interface StatementTrace {
  /** Position in the policy, from 0. */
  readonly statementIndex: number;
  readonly sid?: string;
  readonly effect: Statement['effect'];
  readonly outcome: StatementOutcome;
  /** For a statement that matches in the policy of a resource, or a grant: how it reaches the caller. */
  readonly reach?: Exclude<Reach, 'none'>;
  /** All conditions that do not hold, when the outcome is `condition-failed`. */
  readonly failed?: readonly FailedCondition[];
}

/** What happened to the statements of one policy, or to one grant. */
export interface PolicyTrace {
  readonly policyKind: DecidingKind;
  readonly policyName: string;
  readonly policySha256?: string;
  /** For a guardrail: its level, from 0. */
  readonly level?: number;
  readonly statements: readonly StatementTrace[];
}

/** Why a decision is what it is. Data that can be written as JSON. */
export interface DecisionTrace {
  readonly decision: Decision;
  /** Every applicable policy, in the order in which they are judged. */
  readonly policies: readonly PolicyTrace[];
}

/** Judges as {@link judge} does, and tells what every statement of every policy had to say. Slow: prepares nothing. */
export function traceDecision(request: AccessRequest, applicable: ApplicablePolicies): DecisionTrace {
  const {
    quarantine,
    identity,
    resource,
    boundary,
    session = [],
    organization = [],
    grants = [],
  } = applicable;
  const reachOf = boundary === undefined ? compileReach : reachOfBounded;
  const trace = (kind: DecidingKind, policy: CompiledPolicy, level?: number): PolicyTrace => ({
    policyKind: kind,
    policyName: policy.name,
    ...present('policySha256', policy.sha256),
    ...present('level', level),
    statements: policy.document.statements.map((statement, statementIndex) =>
      traceStatement(request, statement, statementIndex, {
        reachOf: reachOf(statement),
        tellsReach: kind === 'resource-based',
        variables: policy.document.version === '2012-10-17',
      }),
    ),
  });
  const policies = [
    ...(quarantine === undefined ? [] : [trace('quarantine', quarantine)]),
    ...organization.flatMap((level, index) =>
      level.map((policy) => trace('service control policy', policy, index)),
    ),
    ...(resource === undefined ? [] : [trace('resource-based', resource)]),
    ...identity.map((policy) => trace('identity-based', policy)),
    ...(boundary === undefined ? [] : [trace('permissions boundary', boundary)]),
    ...session.map((policy) => trace('session policy', policy)),
    ...grants.map((grant) => traceGrant(request, grant)),
  ];
  return { decision: judge(request, applicable), policies };
}

function traceStatement(
  request: AccessRequest,
  statement: Statement,
  statementIndex: number,
  how: { readonly reachOf: ReachOf; readonly tellsReach: boolean; readonly variables: boolean },
): StatementTrace {
  const { effect, sid } = statement;
  const told = { statementIndex, ...present('sid', sid), effect };
  const { conditions: lookup } = request;
  if (!compileActions(statement)(request.action.toLowerCase(), lookup)) {
    return { ...told, outcome: 'other-action' };
  }
  const reach = how.reachOf(request.principal);
  if (reach === 'none') return { ...told, outcome: 'other-principal' };
  if (!compileResources(statement, how.variables)(request.resource, lookup)) {
    return { ...told, outcome: 'other-resource' };
  }
  const failed = statement.conditions
    .filter((condition) => !compileCondition(condition, { effect, variables: how.variables })(lookup))
    .map((condition) => describeCondition(condition, lookup));
  if (failed.length > 0) return { ...told, outcome: 'condition-failed', failed };
  return { ...told, outcome: 'matches', ...present('reach', how.tellsReach ? reach : undefined) };
}

function describeCondition(
  { operator, key, values }: ConditionElement,
  lookup: ConditionLookup,
): FailedCondition {
  return {
    operator: operator.written,
    key,
    policyValues: values,
    ...present('requestValues', lookup(key.toLowerCase())),
  };
}

function traceGrant(request: AccessRequest, compiled: CompiledGrant): PolicyTrace {
  const { grantId, name } = compiled.grant;
  const told = { statementIndex: 0, ...present('sid', name), effect: 'Allow' } as const;
  return {
    policyKind: 'grant',
    policyName: grantId,
    statements: [{ ...told, ...grantOutcome(request, compiled) }],
  };
}

function grantOutcome(
  request: AccessRequest,
  compiled: CompiledGrant,
): Pick<StatementTrace, 'outcome' | 'failed' | 'reach'> {
  const action = request.action.toLowerCase();
  if (!compiled.allowsAction(action)) return { outcome: 'other-action' };
  const reach = compiled.granteeReach(request);
  if (reach === 'none') return { outcome: 'other-principal' };
  const failed = compiled.constraints
    .filter((constraint) => constraint.concerns(action) && !constraint.holds(request.conditions))
    .map(({ operator, key, values }) => ({
      operator,
      key,
      policyValues: values,
      ...present('requestValues', request.conditions(key.toLowerCase())),
    }));
  return failed.length > 0 ? { outcome: 'condition-failed', failed } : { outcome: 'matches', reach };
}

/** A member that is left out when there is no value for it. */
function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  const member: { [Key in Name]?: Value } = {};
  if (value !== undefined) member[name] = value;
  return member;
}
