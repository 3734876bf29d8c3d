import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { sealedPageOf } from './sealed-pages.ts';

const LIMIT_DEFAULT = 100;

/** `ListKeyPolicies`: a key has one policy, named `default`. */
export const listKeyPolicies: Operation = {
  name: 'ListKeyPolicies',
  action: 'key.list-policies',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:ListKeyPolicies');
    const page = sealedPageOf(attempt, ['default'], params, {
      operation: 'ListKeyPolicies',
      limitDefault: LIMIT_DEFAULT,
      filter: [key.record.arn],
    });
    return { nextMarker: page.nextMarker, policyNames: page.names, truncated: page.truncated };
  },
};
