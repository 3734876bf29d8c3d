import type { UserRecord } from '../../identity/index.ts';
import { newUniqueId } from '../bootstrap.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { checkInlinePolicy } from './identity-policies.ts';
import { warningNotes } from '../warning-notes.ts';
import { writePolicyDocument, writePrincipal } from '../principal-records.ts';
import { describePrincipal, findUser } from './principals.ts';

/** The name of the policy that a principal may be created with. */
const FIRST_POLICY = 'default';

/** `CreatePrincipal`: a user or service, without credentials, allowed what its policy allows. */
export const createPrincipal: Operation = {
  name: 'CreatePrincipal',
  action: 'principal.create',
  run(attempt, params) {
    const name = params.text('name');
    const { arn, record: known } = findUser(attempt, name);
    attempt.note.parameters = { principal: arn, type: params.text('type') };
    attempt.authorize({ permission: 'keywitness:CreatePrincipal', resource: arn });
    const document = params.optionalText('policy');
    // Else whoever may create principals could make one that is allowed everything, and act as it.
    if (document !== undefined) {
      attempt.authorize({ permission: 'keywitness:PutPrincipalPolicy', resource: arn });
    }
    if (known !== undefined) {
      throw new OperationError('AlreadyExists', `there is a principal \`${name}\` already`);
    }
    const policies = document === undefined ? [] : [{ name: FIRST_POLICY, document }];
    const warnings = policies.flatMap(checkInlinePolicy);
    const record: UserRecord = {
      arn,
      account: attempt.account,
      name,
      type: typeOf(params),
      uniqueId: newUniqueId('AIDA', attempt.entropy),
      createdAtMs: attempt.nowMs,
      disabled: false,
      policies,
    };
    const [policySha256] = policies.map((policy) => writePolicyDocument(attempt, policy.document));
    attempt.note.change = {
      after: {
        policyName: policySha256 === undefined ? undefined : FIRST_POLICY,
        policySha256,
        principal: arn,
        type: record.type,
        uniqueId: record.uniqueId,
        warnings: warningNotes(warnings),
      },
    };
    writePrincipal(attempt, record);
    return { ...describePrincipal(record), warnings };
  },
};

function typeOf(params: Params): UserRecord['type'] {
  return params.text('type') === 'service' ? 'service' : 'user';
}
