import { parseArn, rootArn } from '../../identity/index.ts';
import type { GrantRecord } from '../../keys/index.ts';
import type { EventParameters } from '../../audit/index.ts';
import { OperationError } from '../errors.ts';
import type { StoredGrant } from '../grant-book.ts';
import type { Result } from '../params.ts';
import { isService } from './grant-principals.ts';

const GRANT_ID = /^[0-9a-f]{64}$/;

/** KMS's `GrantListEntry` of a grant. */
export function grantEntry({ record }: StoredGrant, keyArn: string): Result {
  const { constraints, grantee, issuer, name, retiring } = record;
  return {
    constraints,
    creationDate: record.createdAtMs,
    grantId: record.grantId,
    ...(isService(grantee) ? { granteeServicePrincipal: grantee } : { granteePrincipal: grantee }),
    issuingAccount: rootArn(accountOf(issuer)),
    keyId: keyArn,
    name: name ?? '',
    operations: record.operations,
    ...(retiring === undefined ? {} : retirer(retiring)),
  };
}

function retirer(retiring: string): Result {
  return isService(retiring) ? { retiringServicePrincipal: retiring } : { retiringPrincipal: retiring };
}

function accountOf(arn: string): string {
  return parseArn(arn)?.account ?? '';
}

/** What the record says of a grant that is gone. */
export function noteGrant(grant: GrantRecord): EventParameters {
  const { constraints, grantee, grantId, name, operations, retiring } = grant;
  return {
    constraints: constraints === undefined ? undefined : { ...constraints },
    grantId,
    grantee,
    name,
    operations,
    retiring,
  };
}

/** @throws OperationError `InvalidGrantId`. */
export function requireGrantId(grantId: string): string {
  if (GRANT_ID.test(grantId)) return grantId;
  throw new OperationError('InvalidGrantId', `The grant ID ${grantId} is not valid.`);
}

/** The error for a grant that there is not. */
export function grantNotFound(grantId: string): OperationError {
  return new OperationError('NotFound', `Grant ID ${grantId} not found`);
}
