import type { AccessRequest } from './access-request.ts';
import { type CompiledStatement, StatementNames } from './compile.ts';
import { accountOf, type Reach } from './principals.ts';
import type { ConditionLookup } from './template.ts';

/** What a grant requires of a request beside its operation. */
export interface GrantConstraints {
  /** The encryption context is made of these pairs and no other. */
  readonly encryptionContextEquals?: Readonly<Record<string, string>> | undefined;
  /** The encryption context has these pairs. */
  readonly encryptionContextSubset?: Readonly<Record<string, string>> | undefined;
  /** The request is made on behalf of this resource. */
  readonly sourceArn?: string | undefined;
}

/** A grant on one key, as far as it has a say in decisions. */
export interface Grant {
  readonly grantId: string;
  readonly name?: string | undefined;
  /** The ARN of a user, a role, a session or an account's root, an account's id, or the name of a service. */
  readonly grantee: string;
  /** As KMS names them, for example `Decrypt`. */
  readonly operations: readonly string[];
  readonly constraints?: GrantConstraints | undefined;
}

/** One thing that a grant requires, told as a condition of a policy. */
export interface ConstraintTest {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  /** Whether it speaks of requests for this action, which is in lower case. */
  concerns(action: string): boolean;
  holds(lookup: ConditionLookup): boolean;
}

/** A grant made ready for judging, once per revision of its record. */
export interface CompiledGrant extends CompiledStatement {
  readonly grant: Grant;
  readonly constraints: readonly ConstraintTest[];
  /** Whether it is about an action, which is in lower case. */
  allowsAction(action: string): boolean;
  /** How it reaches a caller, whatever is asked. */
  granteeReach(request: AccessRequest): Reach;
}

/** The operations with a symmetric key, which take an encryption context. */
const WITH_CONTEXT: ReadonlySet<string> = new Set([
  'kms:encrypt',
  'kms:decrypt',
  'kms:generatedatakey',
  'kms:generatedatakeywithoutplaintext',
  'kms:generatedatakeypair',
  'kms:generatedatakeypairwithoutplaintext',
  'kms:reencryptfrom',
  'kms:reencryptto',
]);

/** Whether an operation, as KMS names it, takes an encryption context that constraints of grants speak of. */
export function takesEncryptionContext(operation: string): boolean {
  return WITH_CONTEXT.has(`kms:${operation.toLowerCase()}`);
}

/** Compiles a grant (`spec/policy.md`, "grants"). */
export function compileGrant(grant: Grant): CompiledGrant {
  const actions = new Set(grant.operations.map((operation) => `kms:${operation.toLowerCase()}`));
  const granteeReach = compileGrantee(grant.grantee);
  const constraints = compileConstraints(grant.constraints ?? {});
  const names = new StatementNames({ name: grant.grantId }, grant.name, 0, true);
  return {
    grant,
    constraints,
    granteeReach,
    allowsAction: (action) => actions.has(action),
    decision: (kind) => names.decision(kind),
    identity: (kind) => names.identity(kind),
    reach(request, action) {
      if (!actions.has(action)) return 'none';
      for (const constraint of constraints) {
        if (constraint.concerns(action) && !constraint.holds(request.conditions)) return 'none';
      }
      return granteeReach(request);
    },
  };
}

function compileGrantee(grantee: string): (request: AccessRequest) => Reach {
  const account = accountOf(grantee);
  const named = account === undefined ? grantee : `arn:aws:iam::${account}:root`;
  return ({ principal }) => {
    if (principal.federated !== undefined) return 'none';
    if (principal.service === grantee) return 'outside';
    if (principal.arn === named) return 'direct';
    if (principal.roleArn === named) return 'role';
    return account !== undefined && principal.account === account ? 'account' : 'none';
  };
}

/**
 * As in KMS the names of pairs know no case here, and their values do; and what is said of the encryption context is
 * said of the operations that take one, so not of `DescribeKey` or `RetireGrant`.
 */
function compileConstraints({
  encryptionContextEquals,
  encryptionContextSubset,
  sourceArn,
}: GrantConstraints): readonly ConstraintTest[] {
  return [
    ...(encryptionContextEquals === undefined
      ? []
      : [countTest(Object.keys(encryptionContextEquals)), ...pairTests('Equals', encryptionContextEquals)]),
    ...pairTests('Subset', encryptionContextSubset ?? {}),
    ...(sourceArn === undefined ? [] : [sourceTest(sourceArn)]),
  ];
}

function pairTests(kind: string, pairs: Readonly<Record<string, string>>): readonly ConstraintTest[] {
  return Object.entries(pairs).map(([name, value]) => {
    const key = `kms:EncryptionContext:${name}`;
    const lower = key.toLowerCase();
    return {
      operator: `EncryptionContext${kind}`,
      key,
      values: [value],
      concerns: (action) => WITH_CONTEXT.has(action),
      holds: (lookup) => isOnly(lookup(lower), value),
    };
  });
}

/** With each pair present, no more pairs than those. */
function countTest(names: readonly string[]): ConstraintTest {
  return {
    operator: 'EncryptionContextEquals',
    key: 'kms:EncryptionContextKeys',
    values: names,
    concerns: (action) => WITH_CONTEXT.has(action),
    holds: (lookup) => (lookup('kms:encryptioncontextkeys') ?? []).length === names.length,
  };
}

function sourceTest(sourceArn: string): ConstraintTest {
  return {
    operator: 'SourceArn',
    key: 'aws:SourceArn',
    values: [sourceArn],
    concerns: () => true,
    holds: (lookup) => isOnly(lookup('aws:sourcearn'), sourceArn),
  };
}

/** Whether there are values, all of them this one: where names differ by case alone, the worst of them counts. */
function isOnly(values: readonly string[] | undefined, wanted: string): boolean {
  return values !== undefined && values.length > 0 && values.every((value) => value === wanted);
}
