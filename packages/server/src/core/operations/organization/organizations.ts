import type { OrganizationRecord } from '../../identity/index.ts';
import type { Result } from '../params.ts';

/** The organization as it is shown. */
export function describeOrganization(record: OrganizationRecord): Result {
  const { auditAccount, guardrails, id, managementAccount } = record;
  return { auditAccount, guardrails, managementAccount, organizationId: id };
}
