import { sha256Hex } from '../../crypto/index.ts';
import { loosenedBy } from '../loosened.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { bypassCondition, requireDefaultPolicyName, requireUsablePolicy } from './policy-checks.ts';
import { policyWarnings } from './policy-warnings.ts';
import { requireShortPolicy } from './quotas.ts';

/** `PutKeyPolicy`: the new policy decides from the moment this is answered (G5). */
export const putKeyPolicy: Operation = {
  name: 'PutKeyPolicy',
  action: 'key.change-policy',
  run(attempt, params) {
    const policy = params.text('policy');
    const bypass = params.flag('bypassPolicyLockoutSafetyCheck');
    attempt.note.parameters = { bypassPolicyLockoutSafetyCheck: bypass };
    const conditions = bypassCondition(params);
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:PutKeyPolicy', conditions);
    requireDefaultPolicyName(params);
    requireShortPolicy(attempt, policy);
    const document = requireUsablePolicy(attempt, policy, key.record.arn, bypass);
    attempt.note.parameters = {
      bypassPolicyLockoutSafetyCheck: bypass,
      warnings: policyWarnings(attempt, document, key.record.arn),
    };
    attempt.note.change = {
      before: { policySha256: sha256Hex(key.record.policy) },
      after: {
        loosened: loosenedBy({ before: key.record.policy, after: policy }, 'key', key.record.account),
        policySha256: sha256Hex(policy),
      },
    };
    attempt.write(`document:${sha256Hex(policy)}`, policy);
    writeKey(attempt, { ...key.record, policy });
    return {};
  },
};
