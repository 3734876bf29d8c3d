import type { ManagedPolicyRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { builtInPolicy } from '../built-in-policies.ts';
import { OperationError } from '../errors.ts';
import type { EntityKind } from './entities.ts';
import { groupsOf, rolesOf, usersOf } from './holders.ts';

const POLICY_ARN = /^arn:aws:iam::([0-9]{12}|aws):policy\/(?:[\u0021-\u007F]+\/)?[\w+=,.@-]{1,128}$/;

/** Managed policies: the customer's own ones, and those that come with the service, which nobody changes. */
export const policies: EntityKind<ManagedPolicyRecord> = {
  title: 'Policy',
  word: 'policy',
  noted: 'policy',
  member: 'policyArn',
  find(attempt, arn) {
    if (accountOfPolicy(arn) === 'aws') return builtInPolicy(arn)?.record;
    const record = attempt.view.policy(arn)?.record;
    return record?.account === attempt.account ? record : undefined;
  },
  arnOf: (_attempt, arn) => arn,
  accountOf(attempt, arn) {
    const account = accountOfPolicy(arn);
    return account === 'aws' ? attempt.account : account;
  },
  missing: (arn) => `Policy ${arn} was not found.`,
  write(attempt, record) {
    refuseBuiltIn(record);
    attempt.write(`policy:${record.arn}`, record);
  },
};

/** @throws OperationError `Unmodifiable`. */
export function refuseBuiltIn(record: ManagedPolicyRecord): void {
  if (!isBuiltIn(record)) return;
  throw new OperationError('Unmodifiable', `Policy ${record.arn} comes with the service and is not changed.`);
}

/** Whether a policy comes with the service. */
export function isBuiltIn({ account }: ManagedPolicyRecord): boolean {
  return account === 'aws';
}

/** @throws OperationError `InvalidInput` when it is no ARN of a policy. */
function accountOfPolicy(arn: string): string {
  const account = POLICY_ARN.exec(arn)?.[1];
  if (account === undefined) throw new OperationError('InvalidInput', `ARN ${arn} is not valid.`);
  return account;
}

/**
 * Checks that a policy may be attached, or used as a boundary, and keeps it from being deleted meanwhile: it is written
 * as it is, so that a deletion judged on the state before is stale and counts this use.
 *
 * @throws OperationError `NotFound` or `InvalidInput`.
 */
export function holdPolicy(attempt: Attempt, arn: string): ManagedPolicyRecord {
  const record = policies.find(attempt, arn);
  if (record === undefined) {
    throw new OperationError('NotFound', `Policy ${arn} does not exist or is not attachable.`);
  }
  if (!isBuiltIn(record)) policies.write(attempt, record);
  return record;
}

/** The text of the version of a managed policy that decides. */
export function defaultDocument(record: ManagedPolicyRecord | undefined): string | undefined {
  return record?.versions.find(({ id }) => id === record.defaultVersionId)?.document;
}

/** How often policies are used in the caller's account. */
export interface PolicyUse {
  readonly attached: number;
  readonly asBoundary: number;
}

/** Of a policy that nobody has. */
export const UNUSED: PolicyUse = { attached: 0, asBoundary: 0 };

/**
 * Counts the uses of all policies in one pass. INVARIANT: whoever attaches a policy, or makes it a boundary, writes it
 * too ({@link holdPolicy}), so that a count is still right when the policy's deletion is committed.
 */
export function policyUses(attempt: Attempt): (arn: string) => PolicyUse {
  const uses = new Map<string, PolicyUse>();
  const count = (arn: string, { attached, asBoundary }: PolicyUse): void => {
    const known = uses.get(arn) ?? UNUSED;
    uses.set(arn, { attached: known.attached + attached, asBoundary: known.asBoundary + asBoundary });
  };
  for (const { attached, boundary } of [...usersOf(attempt), ...rolesOf(attempt)]) {
    for (const arn of attached ?? []) count(arn, { attached: 1, asBoundary: 0 });
    if (boundary !== undefined) count(boundary, { attached: 0, asBoundary: 1 });
  }
  for (const { attached } of groupsOf(attempt)) {
    for (const arn of attached) count(arn, { attached: 1, asBoundary: 0 });
  }
  return (arn) => uses.get(arn) ?? UNUSED;
}
