import type { AccessRequest } from './access-request.ts';
import { compileCondition, type ConditionTest } from './conditions.ts';
import type { DecidingKind, DecidingStatement, Decision, PolicyNaming } from './decision.ts';
import type { PolicyDocument, Statement } from './document.ts';
import { Interned } from './interned.ts';
import { compilePatterns, type ValueMatcher } from './patterns.ts';
import { compileReach, type Reach, type ReachOf } from './principals.ts';
import { compileDoubt } from './template.ts';

/** What decisions say of one statement. */
export interface NamedStatement {
  /** The answer when this statement alone decides. */
  decision(kind: DecidingKind): Decision;
  /** How decisions name it, in a policy that is used as this kind. */
  identity(kind: DecidingKind): DecidingStatement;
}

/** A statement made ready for judging. */
export interface CompiledStatement extends NamedStatement {
  /** How it reaches the caller, if its action, resource and conditions hold. `action` is in lower case. */
  reach(request: AccessRequest, action: string): Reach;
}

/**
 * A policy made ready for judging, once per revision of its text. One that names no principals can be used as an
 * identity policy, a boundary, a session policy and a guardrail.
 */
export interface CompiledPolicy {
  readonly name: string;
  readonly sha256: string | undefined;
  readonly document: PolicyDocument;
  readonly allows: readonly CompiledStatement[];
  readonly denies: readonly CompiledStatement[];
  /** The same for callers with a permissions boundary, none of whom `NotPrincipal` exempts. */
  readonly deniesBounded: readonly CompiledStatement[];
}

/** Compiles a policy. */
export function compilePolicy(document: PolicyDocument, naming: PolicyNaming): CompiledPolicy {
  const variables = document.version === '2012-10-17';
  const compileAll = (effect: Statement['effect'], isBounded: boolean): CompiledStatement[] =>
    [...document.statements.entries()]
      .filter(([, statement]) => statement.effect === effect)
      .map(([index, statement]) => {
        const names = new StatementNames(naming, statement.sid, index, effect === 'Allow');
        return new PreparedStatement(compileTest(statement, variables, isBounded), names);
      });
  const { name, sha256 } = naming;
  const denies = compileAll('Deny', false);
  const deniesBounded = document.statements.some(isExempting) ? compileAll('Deny', true) : denies;
  return { name, sha256, document, allows: compileAll('Allow', false), denies, deniesBounded };
}

/** How a statement reaches callers with a permissions boundary. AWS documents that no `NotPrincipal` exempts them. */
export function reachOfBounded(statement: Statement): ReachOf {
  return isExempting(statement) ? () => 'direct' : compileReach(statement);
}

function isExempting({ effect, notPrincipal }: Statement): boolean {
  return effect === 'Deny' && notPrincipal !== undefined;
}

class PreparedStatement implements CompiledStatement {
  readonly #test: StatementTest;
  readonly #names: StatementNames;

  constructor(test: StatementTest, names: StatementNames) {
    this.#test = test;
    this.#names = names;
  }

  reach(request: AccessRequest, action: string): Reach {
    return this.#test.reach(request, action);
  }

  decision(kind: DecidingKind): Decision {
    return this.#names.decision(kind);
  }

  identity(kind: DecidingKind): DecidingStatement {
    return this.#names.identity(kind);
  }
}

/** What a statement compares with a request, whatever policy it stands in. */
class StatementTest {
  readonly #actions: ValueMatcher;
  readonly #reachOf: ReachOf;
  readonly #resources: ValueMatcher;
  readonly #conditions: readonly ConditionTest[];

  constructor(statement: Statement, variables: boolean, reachOf: ReachOf) {
    const { effect } = statement;
    this.#actions = compileActions(statement);
    this.#reachOf = reachOf;
    this.#resources = compileResources(statement, variables);
    this.#conditions = statement.conditions.map((condition) =>
      compileCondition(condition, { effect, variables }),
    );
  }

  reach(request: AccessRequest, action: string): Reach {
    const { conditions } = request;
    if (!this.#actions(action, conditions)) return 'none';
    const reach = this.#reachOf(request.principal);
    if (reach === 'none' || !this.#resources(request.resource, conditions)) return 'none';
    for (const holds of this.#conditions) if (!holds(conditions)) return 'none';
    return reach;
  }
}

const internedTests = new Interned<StatementTest>();

function compileTest(statement: Statement, variables: boolean, isBounded: boolean): StatementTest {
  const key = JSON.stringify([{ ...statement, sid: undefined }, variables, isBounded]);
  return internedTests.of(key, () => {
    const reachOf = isBounded ? reachOfBounded(statement) : compileReach(statement);
    return new StatementTest(statement, variables, reachOf);
  });
}

/** Makes what decisions say of a statement, once for each kind that its policy is used as. */
export class StatementNames implements NamedStatement {
  readonly #naming: PolicyNaming;
  readonly #sid: string | undefined;
  readonly #statementIndex: number;
  readonly #allowed: boolean;
  #known: (Decision & { readonly by: DecidingStatement })[] = [];

  constructor(naming: PolicyNaming, sid: string | undefined, statementIndex: number, allowed: boolean) {
    this.#naming = naming;
    this.#sid = sid;
    this.#statementIndex = statementIndex;
    this.#allowed = allowed;
  }

  decision(kind: DecidingKind): Decision {
    return this.#of(kind);
  }

  identity(kind: DecidingKind): DecidingStatement {
    return this.#of(kind).by;
  }

  #of(policyKind: DecidingKind): Decision & { readonly by: DecidingStatement } {
    for (const known of this.#known) if (known.by.policyKind === policyKind) return known;
    const { name: policyName, sha256: policySha256 } = this.#naming;
    const statement = { sid: this.#sid, statementIndex: this.#statementIndex };
    const by = { policyKind, policyName, policySha256, ...statement };
    const effect = this.#allowed ? 'allow' : 'explicit-deny';
    const made = { allowed: this.#allowed, effect, by } as const;
    this.#known = [...this.#known, made];
    return made;
  }
}

/** Actions are compared without regard to case. */
export function compileActions({ actions, notActions }: Statement): ValueMatcher {
  const compile = (patterns: readonly string[]): ValueMatcher =>
    compilePatterns(
      patterns.map((pattern) => pattern.toLowerCase()),
      { variables: false, wildcards: true },
    );
  return eitherOf(actions, notActions, compile);
}

/** What a statement covers; a text that the request leaves open covers everything or nothing, for its worse. */
export function compileResources(
  { effect, resources, notResources }: Statement,
  variables: boolean,
): ValueMatcher {
  const covers = eitherOf(resources, notResources, (patterns) =>
    compilePatterns(patterns, { variables, wildcards: true }),
  );
  const isDoubtful = compileDoubt(resources ?? notResources ?? [], variables);
  if (isDoubtful === undefined) return covers;
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
