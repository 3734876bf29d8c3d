import { newCredential } from '../bootstrap.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { describeCredential, writeCredential } from './credentials.ts';
import { idOf, writePrincipal } from '../principal-records.ts';
import { requirePrincipal } from './principals.ts';

/** AWS's quota: enough to replace a key without an interruption. Disabled ones count. */
const CREDENTIALS_MAX = 2;

/** `CreateCredential`: an access key for a principal. The answer alone holds the secret (G8). */
export const createCredential: Operation = {
  name: 'CreateCredential',
  action: 'credential.create',
  run(attempt, params) {
    const principal = requirePrincipal(attempt, params, 'keywitness:CreateCredential');
    const id = idOf(principal);
    const own = [...attempt.view.peek.credentials.values()].filter(({ principalArn }) => principalArn === id);
    if (own.length >= CREDENTIALS_MAX) {
      throw new OperationError('LimitExceeded', `a principal has at most ${CREDENTIALS_MAX} credentials`);
    }
    const { record, secretAccessKey } = newCredential(attempt, id);
    attempt.note.change = { after: { accessKeyId: record.accessKeyId, principal: principal.arn } };
    // INVARIANT: every creation writes its principal, which it has read. So of two at the same time one is stale,
    // is judged again, and counts the other's credential.
    writePrincipal(attempt, principal);
    writeCredential(attempt, record);
    return { ...describeCredential(record), secretAccessKey };
  },
};
