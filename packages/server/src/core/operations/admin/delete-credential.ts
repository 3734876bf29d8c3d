import type { Operation } from '../operation.ts';
import { describeCredential, requireCredential } from './credentials.ts';
import { refuseOwn } from './own-access.ts';

/** `DeleteCredential`: the sealed secret is gone with it, and nothing that it signed is accepted any more (G5). */
export const deleteCredential: Operation = {
  name: 'DeleteCredential',
  action: 'credential.delete',
  run(attempt, params) {
    attempt.note.parameters = { force: params.flag('force') };
    const known = requireCredential(attempt, params, 'keywitness:DeleteCredential');
    const isOwn = known.accessKeyId === attempt.caller.credentialId;
    refuseOwn(isOwn, params, 'this credential signed the request');
    attempt.note.change = {
      before: { accessKeyId: known.accessKeyId, disabled: known.disabled, principal: known.principalArn },
    };
    attempt.write(`credential:${known.accessKeyId}`, null);
    return describeCredential(known);
  },
};
