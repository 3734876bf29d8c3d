import { parseArn } from '../identity/index.ts';
import type { AccessPrincipal, AccessRequest } from './access-request.ts';
import { compileCondition, type ConditionTest } from './conditions.ts';
import type { Decision, DecidingStatement } from './decision.ts';
import type { PolicyDocument, PrincipalElement, Statement } from './document.ts';
import { compilePatterns, type ValueMatcher } from './patterns.ts';
import { compileDoubt, type ConditionLookup } from './template.ts';

/** How a statement reaches a caller: not at all, by name, or through the account that it delegates to. */
export type Reach = 'none' | 'direct' | 'account';

/** A statement made ready for judging. */
export interface CompiledStatement {
  /** The answer when this statement alone decides: made once, so that judging need not. */
  readonly decision: Decision;
  readonly identity: DecidingStatement;
  /** How it reaches the caller, if its action, resource and conditions hold. `action` is in lower case. */
  reach(request: AccessRequest, action: string): Reach;
}

/** A policy made ready for judging, once per revision of its text. */
export interface CompiledPolicy {
  readonly name: string;
  readonly allows: readonly CompiledStatement[];
  readonly denies: readonly CompiledStatement[];
}

/** Compiles a policy. `name` is how decisions refer to it. */
export function compilePolicy(document: PolicyDocument, name: string): CompiledPolicy {
  const compiled = document.statements.map((statement, index) => ({
    effect: statement.effect,
    statement: compileStatement(statement, describe(document, name, statement.sid, index), document),
  }));
  const withEffect = (effect: Statement['effect']): readonly CompiledStatement[] =>
    compiled.filter((item) => item.effect === effect).map((item) => item.statement);
  return { name, allows: withEffect('Allow'), denies: withEffect('Deny') };
}

function describe(
  document: PolicyDocument,
  policyName: string,
  sid: string | undefined,
  statementIndex: number,
): DecidingStatement {
  const policyKind = document.kind === 'key' ? 'resource-based' : 'identity-based';
  return { policyKind, policyName, sid, statementIndex };
}

function compileStatement(
  statement: Statement,
  identity: DecidingStatement,
  { version }: PolicyDocument,
): CompiledStatement {
  const variables = version === '2012-10-17';
  const actions = compileActions(statement);
  const resources = compileResources(statement, variables);
  const reachOf = compileReach(statement);
  const conditions = statement.conditions.map((condition) =>
    compileCondition(condition, { effect: statement.effect, variables }),
  );
  const allowed = statement.effect === 'Allow';
  return {
    decision: { allowed, effect: allowed ? 'allow' : 'explicit-deny', by: identity },
    identity,
    reach(request, action) {
      if (!actions(action, request.conditions)) return 'none';
      const reach = reachOf(request.principal);
      if (reach === 'none' || !resources(request.resource, request.conditions)) return 'none';
      return allHold(conditions, request.conditions) ? reach : 'none';
    },
  };
}

function allHold(conditions: readonly ConditionTest[], lookup: ConditionLookup): boolean {
  for (const holds of conditions) if (!holds(lookup)) return false;
  return true;
}

/** Actions are compared without regard to case. */
function compileActions({ actions, notActions }: Statement): ValueMatcher {
  const compile = (patterns: readonly string[]): ValueMatcher =>
    compilePatterns(
      patterns.map((pattern) => pattern.toLowerCase()),
      { variables: false, wildcards: true },
    );
  return eitherOf(actions, notActions, compile);
}

function compileResources({ effect, resources, notResources }: Statement, variables: boolean): ValueMatcher {
  const covers = eitherOf(resources, notResources, (patterns) =>
    compilePatterns(patterns, { variables, wildcards: true }),
  );
  const isDoubtful = compileDoubt(resources ?? notResources ?? [], variables);
  return (text, lookup) => (isDoubtful(lookup) ? effect === 'Deny' : covers(text, lookup));
}

/** An element or its `Not` form; neither says everything. */
function eitherOf(
  included: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  compile: (patterns: readonly string[]) => ValueMatcher,
): ValueMatcher {
  if (included !== undefined) return compile(included);
  if (excluded === undefined) return () => true;
  const matches = compile(excluded);
  return (text, lookup) => !matches(text, lookup);
}

type ReachOf = (principal: AccessPrincipal) => Reach;

/** Identity policies name no principal: they reach whom they are attached to. */
function compileReach({ principal, notPrincipal }: Statement): ReachOf {
  if (principal !== undefined) return compilePrincipal(principal);
  if (notPrincipal === undefined) return () => 'direct';
  // As AWS asks for, only who is named together with the account is exempt. An account alone exempts its root.
  const excluded = compilePrincipal(notPrincipal);
  const accounts = new Set(notPrincipal.aws.map(accountOf));
  return (caller) => {
    const isAccountNamed = notPrincipal.everybody || accounts.has(caller.account);
    return isAccountNamed && excluded(caller) === 'direct' ? 'none' : 'direct';
  };
}

const ACCOUNT_ID = /^[0-9]{12}$/;

function compilePrincipal({ everybody, aws }: PrincipalElement): ReachOf {
  if (everybody) return () => 'direct';
  const accounts = new Set(aws.map(accountOf).filter((account) => account !== undefined));
  const arns = new Set([...aws, ...[...accounts].map((account) => `arn:aws:iam::${account}:root`)]);
  return ({ arn, account, roleArn }) => {
    if (arns.has(arn) || (roleArn !== undefined && arns.has(roleArn))) return 'direct';
    return accounts.has(account) ? 'account' : 'none';
  };
}

/** The account that a principal stands for: its id, or the ARN of its root. */
function accountOf(principal: string): string | undefined {
  if (ACCOUNT_ID.test(principal)) return principal;
  const arn = parseArn(principal);
  return arn?.service === 'iam' && arn.resource === 'root' ? arn.account : undefined;
}
