import { sha256Hex } from '../../crypto/index.ts';
import { OperationError } from '../errors.ts';
import { loosenedBy, loosening } from '../loosened.ts';
import type { Operation } from '../operation.ts';
import { refuseLockOut } from './own-access.ts';
import { writePrincipal } from '../principal-records.ts';
import { describePrincipal, requirePrincipal } from './principals.ts';

/** `DeletePrincipalPolicy`: what only this policy allowed is denied from the moment this is answered (G5). */
export const deletePrincipalPolicy: Operation = {
  name: 'DeletePrincipalPolicy',
  action: 'principal.delete-policy',
  run(attempt, params) {
    const policyName = params.text('policyName');
    attempt.note.parameters = { force: params.flag('force'), policyName };
    const known = requirePrincipal(attempt, params, 'keywitness:DeletePrincipalPolicy');
    const before = known.policies.find(({ name }) => name === policyName);
    if (before === undefined) {
      throw new OperationError('NotFound', `the principal has no policy \`${policyName}\``);
    }
    const record = { ...known, policies: known.policies.filter((policy) => policy !== before) };
    refuseLockOut(attempt, record, params);
    attempt.note.change = {
      before: { policySha256: sha256Hex(before.document) },
      ...loosening(loosenedBy({ before: before.document }, 'identity', known.account)),
    };
    writePrincipal(attempt, record);
    return describePrincipal(record);
  },
};
