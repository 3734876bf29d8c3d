import type { HeldGrant } from '@keywitness/api';
import type { GrantRecord } from '../../keys/index.ts';
import type { Replica } from '../replica.ts';

/** Grants that one answer tells of; it counts the others. */
const GRANTS_MAX = 100;

/** The first of some grants, with the keys that they are on. */
export function heldGrants(state: Replica, grants: readonly GrantRecord[]): readonly HeldGrant[] {
  return grants.slice(0, GRANTS_MAX).map(({ grantId, grantee, keyId, operations }) => ({
    grantId,
    grantee,
    keyArn: state.keys.get(keyId)?.record.arn ?? keyId,
    operations,
  }));
}
