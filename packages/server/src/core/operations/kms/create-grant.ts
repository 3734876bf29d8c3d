import { type GrantRecord, type Key, keyName } from '../../keys/index.ts';
import { grantsReaching } from '../access-case.ts';
import type { Attempt } from '../attempt.ts';
import { grantId } from '../grant-book.ts';
import type { Operation } from '../operation.ts';
import { writeKey } from './change-key.ts';
import { grantPrincipal, grantService, type GrantParty } from './grant-principals.ts';
import {
  constrainedContext,
  type GrantTerms,
  isWithin,
  noteTerms,
  readTerms,
  requireTerms,
  termsConditions,
} from './grant-terms.ts';
import { sealGrantToken } from './grant-tokens.ts';
import { requireState } from './key-states.ts';
import { requireRoomForGrant } from './quotas.ts';
import { describeKey, resolveKeyById } from './resolve-key.ts';
import { checkTokensAndRecipient, endDryRun } from './request-members.ts';

const GRANT_ID_BYTES = 32;

/**
 * `CreateGrant`: lets somebody use a key, from the moment that this is answered. The same request with the same name
 * leads to the same grant.
 */
export const createGrant: Operation = {
  name: 'CreateGrant',
  action: 'grant.create',
  run(attempt, params) {
    const terms = readTerms(params);
    attempt.note.parameters = noteTerms(terms);
    const key = keyForGrant(attempt, params.text('keyId'), terms);
    checkTokensAndRecipient(attempt, params);
    requireTerms(terms, key.record);
    const wanted = grantWith(attempt, key, terms);
    requireState(attempt, key, 'CreateGrant');
    const known = sameGrant(attempt, wanted);
    if (known === undefined) requireRoomForGrant(attempt, key.record);
    endDryRun(params);
    const grant = known ?? wanted;
    if (known === undefined) write(attempt, key, wanted);
    attempt.note.parameters = { ...noteTerms(terms), grantId: grant.grantId };
    return { grantId: grant.grantId, grantToken: sealGrantToken(attempt, grant) };
  },
};

/** Whoever may make grants by a grant alone may pass on what that one allows, and no more. */
function keyForGrant(attempt: Attempt, requested: string, terms: GrantTerms): Key {
  const permission = 'kms:CreateGrant';
  const resolved = resolveKeyById(attempt, requested, permission);
  attempt.note.key = describeKey(attempt, resolved);
  const { key } = resolved;
  const grants = grantsReaching(attempt.state, attempt.principal, key);
  attempt.authorize({
    permission,
    resource: key.record.arn,
    key,
    conditions: termsConditions(terms),
    encryptionContext: constrainedContext(terms.constraints),
    grantOperation: 'CreateGrant',
    grants: grants.filter(({ record }) => isWithin(terms, record)),
  });
  return key;
}

function grantWith(attempt: Attempt, key: Key, terms: GrantTerms): GrantRecord {
  const grantee = partyOf(attempt, terms.granteePrincipal, terms.granteeService);
  const retiring = partyOf(attempt, terms.retiringPrincipal, terms.retiringService);
  return {
    grantId: Buffer.from(attempt.entropy.bytes(GRANT_ID_BYTES)).toString('hex'),
    keyId: keyName(key.record),
    name: terms.name,
    grantee: grantee?.name ?? '',
    granteeUniqueId: grantee?.uniqueId,
    retiring: retiring?.name,
    retiringUniqueId: retiring?.uniqueId,
    operations: terms.operations,
    constraints: terms.constraints,
    issuer: attempt.principal.arn,
    createdAtMs: attempt.nowMs,
  };
}

function partyOf(
  attempt: Attempt,
  principal: string | undefined,
  service: string | undefined,
): GrantParty | undefined {
  if (principal !== undefined) return grantPrincipal(attempt, principal);
  return service === undefined ? undefined : grantService(service);
}

/** The grant that a request with a name made before. It is looked up, so that this is stale when it is revoked. */
function sameGrant(attempt: Attempt, wanted: GrantRecord): GrantRecord | undefined {
  if (wanted.name === undefined) return undefined;
  const text = termsText(wanted);
  const same = attempt.state.grants
    .named(wanted.keyId, wanted.grantee, wanted.name)
    .find(({ record }) => termsText(record) === text);
  return same === undefined ? undefined : attempt.view.grant(grantId(same.record))?.record;
}

function termsText(grant: GrantRecord): string {
  const { constraints, grantee, granteeUniqueId, name, operations, retiring, retiringUniqueId } = grant;
  const { encryptionContextEquals: equals, encryptionContextSubset: subset, sourceArn } = constraints ?? {};
  const parties = [grantee, granteeUniqueId, retiring, retiringUniqueId];
  return JSON.stringify([name, parties, operations, equals, subset, sourceArn]);
}

/**
 * The key is written as well, unchanged: so decisions that knew nothing of the grant are made again and nobody is
 * denied what was granted, like requests with one name cannot both make a grant, and the key cannot be destroyed
 * without it.
 */
function write(attempt: Attempt, key: Key, grant: GrantRecord): void {
  attempt.note.change = { after: { grantId: grant.grantId } };
  attempt.write(`grant:${grantId(grant)}`, grant);
  writeKey(attempt, key.record);
}
