import type { Operation } from '../operation.ts';
import { authorizeReading } from '../record-access.ts';
import { requireOrganization } from './organization-access.ts';
import { describeOrganization } from './organizations.ts';

/** `GetOrganization`: who manages the accounts, who owns the record, and what limits all but the managing one. */
export const getOrganization: Operation = {
  name: 'GetOrganization',
  action: 'organization.read',
  run(attempt) {
    authorizeReading(attempt, 'keywitness:GetOrganization');
    return describeOrganization(requireOrganization(attempt));
  },
};
