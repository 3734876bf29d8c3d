import type { AccessRequest } from './access-request.ts';
import { compilePolicy } from './compile.ts';
import type { PolicyDocument } from './document.ts';
import { judge } from './judge.ts';

/**
 * Whether a key policy would keep everybody from changing it again: it allows `kms:PutKeyPolicy` neither to the
 * caller by name nor to the root of the key's account (`spec/policy.md`, "lock-out").
 *
 * @param keyArn the key's ARN when it is known already; `*` matches statements on every resource only.
 */
export function wouldLockOut(
  document: PolicyDocument,
  callerArn: string,
  account: string,
  keyArn: string = '*',
): boolean {
  const key = compilePolicy(withoutUncertainDenies(document), 'default');
  const rootArn = `arn:aws:iam::${account}:root`;
  return ![callerArn, rootArn].some(
    (arn) => judge(changePolicy(arn, account, keyArn), { identity: [], key }).allowed,
  );
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

function changePolicy(arn: string, account: string, resource: string): AccessRequest {
  return {
    action: 'kms:PutKeyPolicy',
    resource,
    resourceAccount: account,
    principal: { arn, account },
    conditions: (name) => {
      if (!CERTAIN_KEYS.has(name)) return undefined;
      return [name === 'aws:principalarn' ? arn : account];
    },
  };
}
