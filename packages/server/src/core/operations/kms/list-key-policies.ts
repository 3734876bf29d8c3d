import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { pageOf } from './pages.ts';

const LIMIT_DEFAULT = 100;

/** `ListKeyPolicies`: a key has one policy, named `default`. */
export const listKeyPolicies: Operation = {
  name: 'ListKeyPolicies',
  action: 'key.list-policies',
  run(attempt, params) {
    keyForAdministration(attempt, params.text('keyId'), 'kms:ListKeyPolicies');
    const page = pageOf(['default'], params, LIMIT_DEFAULT);
    return { nextMarker: page.nextMarker, policyNames: page.names, truncated: page.truncated };
  },
};
