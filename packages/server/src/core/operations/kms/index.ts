import type { Operation } from '../operation.ts';
import { kmsOperationTable } from './operation-table.ts';

export { keyForAdministration, writeKey } from './change-key.ts';
export { deleteExpiredKeyMaterial } from './delete-expired-key-material.ts';
export { deleteKey } from './delete-key.ts';
export { reportRotationOverdue } from './report-rotation-overdue.ts';
export { rotateKey } from './rotate-key.ts';
export { rotationsDue, rotationsOverdue } from './rotation.ts';
export { isWithin, recordedTerms } from './grant-terms.ts';
export { firstAfter, nameBeforePage, pageOf, writeMarker } from './pages.ts';
export { arnIn } from './multi-region.ts';
export { keyNameIn } from './resolve-key.ts';
export { requireState } from './key-states.ts';
export { retirementsOf } from './retire-grant.ts';
export { noteTags, tagConditions } from './tags.ts';
export { type KmsOperationRow, kmsOperationTable } from './operation-table.ts';

/** Every KMS operation that this version has, by its name. */
export const kmsOperations: ReadonlyMap<string, Operation> = new Map(
  kmsOperationTable.flatMap(({ name, operation }) => (operation === 'later' ? [] : [[name, operation]])),
);
