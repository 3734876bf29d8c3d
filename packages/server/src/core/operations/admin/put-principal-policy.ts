import { sha256Hex } from '../../crypto/index.ts';
import { loosenedBy } from '../loosened.ts';
import type { Operation } from '../operation.ts';
import { checkInlinePolicy, withPolicy } from './identity-policies.ts';
import { refuseLockOut } from './own-access.ts';
import { warningNotes } from '../warning-notes.ts';
import { writePolicyDocument, writePrincipal } from '../principal-records.ts';
import { describePrincipal, requirePrincipal } from './principals.ts';

/** `PutPrincipalPolicy`: the policy decides from the moment this is answered (G5). */
export const putPrincipalPolicy: Operation = {
  name: 'PutPrincipalPolicy',
  action: 'principal.change-policy',
  run(attempt, params) {
    const policyName = params.text('policyName');
    attempt.note.parameters = { force: params.flag('force'), policyName };
    const known = requirePrincipal(attempt, params, 'keywitness:PutPrincipalPolicy');
    const policy = { name: policyName, document: params.text('document') };
    const warnings = checkInlinePolicy(policy);
    const before = known.policies.find(({ name }) => name === policyName);
    const record = { ...known, policies: withPolicy(known.policies, policy) };
    refuseLockOut(attempt, record, params);
    attempt.note.change = {
      before: before === undefined ? undefined : { policySha256: sha256Hex(before.document) },
      after: {
        loosened: loosenedBy({ before: before?.document, after: policy.document }, 'identity', known.account),
        policySha256: writePolicyDocument(attempt, policy.document),
        warnings: warningNotes(warnings),
      },
    };
    writePrincipal(attempt, record);
    return { ...describePrincipal(record), warnings };
  },
};
