import { keyName } from '../../keys/index.ts';
import { grantId } from '../grant-book.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { grantNotFound, noteGrant, requireGrantId } from './grant-entry.ts';
import { endDryRun } from './request-members.ts';

/** `RevokeGrant`: once it is answered, nobody is allowed anything by the grant any more (G5). */
export const revokeGrant: Operation = {
  name: 'RevokeGrant',
  action: 'grant.revoke',
  run(attempt, params) {
    const wanted = params.text('grantId');
    attempt.note.parameters = { grantId: wanted };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:RevokeGrant', {
      'kms:grantisforawsresource': ['false'],
    });
    const id = grantId({ keyId: keyName(key.record), grantId: requireGrantId(wanted) });
    const grant = attempt.view.grant(id)?.record;
    if (grant === undefined) throw grantNotFound(wanted);
    endDryRun(params);
    attempt.note.change = { before: noteGrant(grant) };
    attempt.write(`grant:${id}`, null);
    return {};
  },
};
