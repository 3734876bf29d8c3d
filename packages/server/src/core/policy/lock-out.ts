import type { AccessPrincipal, AccessRequest } from './access-request.ts';
import { compilePolicy } from './compile.ts';
import type { PolicyDocument } from './document.ts';
import { isLetIn } from './let-in.ts';

/** The key that a policy is for. */
export interface GuardedKey {
  readonly arn: string;
  readonly account: string;
}

/**
 * Whether a key policy would keep its author from changing it again: it denies `kms:PutKeyPolicy` to the author, or
 * allows it neither to the author by name nor to the account for its identity policies to decide (`spec/policy.md`,
 * "lock-out").
 */
export function wouldLockOut(
  document: PolicyDocument,
  author: AccessPrincipal,
  guarded: GuardedKey,
): boolean {
  const resource = compilePolicy(withoutUncertainDenies(document), { name: 'default' });
  return !isLetIn(changePolicy(author, guarded), { resource });
}

/**
 * What a later request says of itself is not known, only who makes it. An allowing statement with other conditions
 * is judged as if their keys were absent; a denying one is left out, because a later request may well avoid it.
 */
function withoutUncertainDenies(document: PolicyDocument): PolicyDocument {
  const statements = document.statements.filter(
    ({ effect, conditions }) =>
      effect === 'Allow' || conditions.every(({ key }) => CERTAIN_KEYS.has(key.toLowerCase())),
  );
  return { ...document, statements };
}

const CERTAIN_KEYS: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'kms:calleraccount',
]);

function changePolicy(principal: AccessPrincipal, guarded: GuardedKey): AccessRequest {
  return {
    action: 'kms:PutKeyPolicy',
    resource: guarded.arn,
    resourceAccount: guarded.account,
    principal,
    conditions: (name) => {
      if (!CERTAIN_KEYS.has(name)) return undefined;
      return [name === 'aws:principalarn' ? (principal.roleArn ?? principal.arn) : principal.account];
    },
  };
}
