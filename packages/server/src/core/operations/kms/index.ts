import type { Operation } from '../operation.ts';
import { cancelKeyDeletion } from './cancel-key-deletion.ts';
import { createAlias } from './create-alias.ts';
import { createGrant } from './create-grant.ts';
import { createKey } from './create-key.ts';
import { decrypt } from './decrypt.ts';
import { deleteAlias } from './delete-alias.ts';
import { describeKeyOperation } from './describe-key.ts';
import { disableKey } from './disable-key.ts';
import { enableKey } from './enable-key.ts';
import { encrypt } from './encrypt.ts';
import { generateDataKey, generateDataKeyWithoutPlaintext } from './generate-data-key.ts';
import { generateRandom } from './generate-random.ts';
import { getKeyPolicy } from './get-key-policy.ts';
import { getKeyRotationStatus } from './get-key-rotation-status.ts';
import { listAliases } from './list-aliases.ts';
import { listGrants } from './list-grants.ts';
import { listKeys } from './list-keys.ts';
import { listResourceTags } from './list-resource-tags.ts';
import { listRetirableGrants } from './list-retirable-grants.ts';
import { putKeyPolicy } from './put-key-policy.ts';
import { reEncrypt } from './re-encrypt.ts';
import { retireGrant } from './retire-grant.ts';
import { revokeGrant } from './revoke-grant.ts';
import { scheduleKeyDeletion } from './schedule-key-deletion.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { updateAlias } from './update-alias.ts';

export { keyForAdministration, writeKey } from './change-key.ts';
export { deleteKey } from './delete-key.ts';
export { isWithin, recordedTerms } from './grant-terms.ts';
export { nameBeforePage, pageOf } from './pages.ts';
export { requireNotPendingDeletion } from './resolve-key.ts';
export { retirementsOf } from './retire-grant.ts';
export { noteTags, tagConditions } from './tags.ts';

/** Every KMS operation that a client can call, by its name. Adding one is a file and a row. */
export const kmsOperations: ReadonlyMap<string, Operation> = new Map(
  [
    cancelKeyDeletion,
    createAlias,
    createGrant,
    createKey,
    decrypt,
    deleteAlias,
    describeKeyOperation,
    disableKey,
    enableKey,
    encrypt,
    generateDataKey,
    generateDataKeyWithoutPlaintext,
    generateRandom,
    getKeyPolicy,
    getKeyRotationStatus,
    listAliases,
    listGrants,
    listKeys,
    listResourceTags,
    listRetirableGrants,
    putKeyPolicy,
    reEncrypt,
    retireGrant,
    revokeGrant,
    scheduleKeyDeletion,
    tagResource,
    untagResource,
    updateAlias,
  ].map((operation) => [operation.name, operation]),
);
