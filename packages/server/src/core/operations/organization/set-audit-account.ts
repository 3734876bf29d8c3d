import type { Operation } from '../operation.ts';
import { requireAccount } from './accounts.ts';
import { authorizeForOrganization, requireOrganization } from './organization-access.ts';
import { describeOrganization } from './organizations.ts';

/** `SetAuditAccount`: from the moment this is answered, principals of this account alone may read the record. */
export const setAuditAccount: Operation = {
  name: 'SetAuditAccount',
  action: 'organization.set-audit-account',
  run(attempt, params) {
    const auditAccount = params.text('accountId');
    attempt.note.parameters = { accountId: auditAccount };
    authorizeForOrganization(attempt, 'keywitness:SetAuditAccount');
    const known = requireOrganization(attempt);
    requireAccount(attempt, auditAccount);
    const record = { ...known, auditAccount };
    attempt.note.change = { before: { auditAccount: known.auditAccount }, after: { auditAccount } };
    attempt.write('organization:main', record);
    return describeOrganization(record);
  },
};
