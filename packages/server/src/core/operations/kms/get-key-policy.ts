import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { requireDefaultPolicyName } from './policy-checks.ts';

/** `GetKeyPolicy`: the policy's text as it was put. */
export const getKeyPolicy: Operation = {
  name: 'GetKeyPolicy',
  action: 'key.read-policy',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:GetKeyPolicy');
    requireDefaultPolicyName(params);
    return { policy: key.record.policy, policyName: 'default' };
  },
};
