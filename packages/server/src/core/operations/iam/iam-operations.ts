import type { Operation } from '../operation.ts';
import { accessKeyOperations } from './access-keys.ts';
import { accountAliasOperations } from './account-aliases.ts';
import { accountDetailOperations } from './account-details.ts';
import { attachmentOperations } from './attachments.ts';
import { boundaryOperations } from './boundaries.ts';
import { contextKeyOperations } from './context-keys.ts';
import { groupOperations } from './groups.ts';
import { groups, roles, users } from './holders.ts';
import { identityProviderOperations, identityProviders } from './identity-providers.ts';
import { tagOperations } from './identity-tags.ts';
import { inlinePolicyOperations } from './inline-policies.ts';
import { lastAccessedOperations } from './last-accessed.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { membershipOperations } from './memberships.ts';
import { neverPresentOperations } from './never-present.ts';
import { policies } from './policies.ts';
import { policyEntityOperations } from './policy-entities.ts';
import { policyVersionOperations } from './policy-versions.ts';
import { roleOperations } from './roles.ts';
import { simulationOperations } from './simulate-policies.ts';
import { userOperations } from './users.ts';

/** Every operation of IAM that a client can call, by its name (`spec/iam.md`). */
export const iamOperations: ReadonlyMap<string, Operation> = new Map(
  [
    ...userOperations,
    ...inlinePolicyOperations(users),
    ...attachmentOperations(users),
    ...boundaryOperations(users),
    ...tagOperations(users),
    ...groupOperations,
    ...membershipOperations,
    ...inlinePolicyOperations(groups),
    ...attachmentOperations(groups),
    ...roleOperations,
    ...inlinePolicyOperations(roles),
    ...attachmentOperations(roles),
    ...boundaryOperations(roles),
    ...tagOperations(roles),
    ...accessKeyOperations,
    ...managedPolicyOperations,
    ...policyVersionOperations,
    ...policyEntityOperations,
    ...tagOperations(policies),
    ...identityProviderOperations,
    ...tagOperations(identityProviders),
    ...accountDetailOperations,
    ...accountAliasOperations,
    ...contextKeyOperations,
    ...simulationOperations,
    ...lastAccessedOperations,
    ...neverPresentOperations,
  ].map((operation) => [operation.name, operation]),
);
