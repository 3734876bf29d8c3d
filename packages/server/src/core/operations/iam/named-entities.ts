import type { GroupRecord, ManagedPolicyRecord, RoleRecord, UserRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { noteParameters } from './entities.ts';
import { groups, roles, users } from './holders.ts';
import { policies } from './policies.ts';

/** What an ARN of IAM leads to in the caller's account. */
export type NamedEntity =
  | { readonly kind: 'user'; readonly record: UserRecord }
  | { readonly kind: 'group'; readonly record: GroupRecord }
  | { readonly kind: 'role'; readonly record: RoleRecord }
  | { readonly kind: 'policy'; readonly record: ManagedPolicyRecord };

const ENTITY_ARN =
  /^arn:aws:iam::([0-9]{12}|aws):(user|group|role|policy)\/(?:[\u0021-\u007F]+\/)?([\w+=,.@-]{1,128})$/;

/**
 * Finds what an ARN names, notes it and asks policy about it.
 *
 * @throws OperationError `InvalidInput`, `AccessDenied` or `NotFound`.
 */
export function requireNamed(attempt: Attempt, arn: string, permission: string): NamedEntity {
  noteParameters(attempt, { entity: arn });
  const [, account = '', kind, name] = ENTITY_ARN.exec(arn) ?? [];
  if (kind === undefined || name === undefined) {
    throw new OperationError('InvalidInput', `Invalid Entity Arn: ${arn}`);
  }
  const owner = account === 'aws' ? attempt.account : account;
  const found = owner === attempt.account ? find(attempt, kind, name, arn) : undefined;
  const tags = found === undefined || found.kind === 'group' ? undefined : found.record.tags;
  attempt.authorize({
    permission: `iam:${permission}`,
    resource: found?.record.arn ?? arn,
    resourceAccount: owner,
    resourceTags: tags,
  });
  if (found !== undefined) return found;
  throw new OperationError('NotFound', `The ${kind} with ARN ${arn} cannot be found.`);
}

function find(attempt: Attempt, kind: string, name: string, arn: string): NamedEntity | undefined {
  if (kind === 'user') {
    const record = users.find(attempt, name);
    return record && { kind, record };
  }
  if (kind === 'group') {
    const record = groups.find(attempt, name);
    return record && { kind, record };
  }
  if (kind === 'role') {
    const record = roles.find(attempt, name);
    return record && { kind, record };
  }
  const record = policies.find(attempt, arn);
  return record && { kind: 'policy', record };
}
