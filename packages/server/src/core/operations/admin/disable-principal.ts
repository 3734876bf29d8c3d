import type { Operation } from '../operation.ts';
import { refuseOwn } from './own-access.ts';
import { writePrincipal } from '../principal-records.ts';
import { describePrincipal, requirePrincipal } from './principals.ts';

/** `DisablePrincipal`: none of its credentials is accepted from the moment this is answered (G5). */
export const disablePrincipal: Operation = {
  name: 'DisablePrincipal',
  action: 'principal.disable',
  run(attempt, params) {
    attempt.note.parameters = { force: params.flag('force') };
    const known = requirePrincipal(attempt, params, 'keywitness:DisablePrincipal');
    refuseOwn(known.arn === attempt.principal.record.arn, params, 'you are this principal');
    const record = { ...known, disabled: true };
    attempt.note.change = { before: { disabled: known.disabled }, after: { disabled: true } };
    writePrincipal(attempt, record);
    return describePrincipal(record);
  },
};
