import { findUser } from '../admin/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { idOf } from '../principal-records.ts';
import { authorizeOnRecord } from '../record-access.ts';
import { heldGrants } from './held-grants.ts';

/**
 * `GetPrincipalConsequences`: what a user or service of the caller's account holds. What it used is on the record, so this
 * belongs to whoever may read that; whoever answers looks it up.
 */
export const getPrincipalConsequences: Operation = {
  name: 'GetPrincipalConsequences',
  action: 'principal.read-consequences',
  run(attempt, params) {
    const name = params.text('principalName');
    const { arn, record } = findUser(attempt, name);
    const days = params.optionalNumber('days');
    attempt.note.parameters = { ...(days === undefined ? {} : { days }), principal: arn };
    authorizeOnRecord(attempt, 'keywitness:GetPrincipalConsequences');
    if (record === undefined) throw new OperationError('NotFound', `there is no principal \`${name}\``);
    const { state } = attempt;
    const id = idOf(record);
    const own = [...state.credentials.values()].filter(({ principalArn }) => principalArn === id);
    const certificates = [...state.certificates.values()].filter(({ principalArn }) => principalArn === id);
    const grants = state.grants.heldBy(arn, record.uniqueId);
    return {
      arn,
      name,
      disabled: record.disabled,
      createdAt: record.createdAtMs,
      credentials: own.map(({ accessKeyId, disabled }) => ({ accessKeyId, disabled })),
      certificateCount: certificates.length,
      grantCount: grants.length,
      grants: heldGrants(state, grants),
      account: attempt.account,
      revokedSessions: [...state.revokedSessions.keys()],
      sessionsRevokedAt: state.sessionsRevokedAt.get(id) ?? 0,
    };
  },
};
