import type { Operation } from '../operation.ts';
import { describeCredential, requireCredential, writeCredential } from './credentials.ts';
import { refuseOwn } from './own-access.ts';

/** `DisableCredential`: nothing that it signed is accepted from the moment this is answered (G5). */
export const disableCredential: Operation = {
  name: 'DisableCredential',
  action: 'credential.disable',
  run(attempt, params) {
    attempt.note.parameters = { force: params.flag('force') };
    const known = requireCredential(attempt, params, 'keywitness:DisableCredential');
    const isOwn = known.accessKeyId === attempt.caller.credentialId;
    refuseOwn(isOwn, params, 'this credential signed the request');
    const record = { ...known, disabled: true, disabledBy: undefined };
    attempt.note.change = { before: { disabled: known.disabled }, after: { disabled: true } };
    writeCredential(attempt, record);
    return describeCredential(record);
  },
};
