export { deleteSuppression, expireSuppression } from './delete-suppression.ts';
export { suppressionOf, suppressionsDue } from './known-suppressions.ts';
export { listSuppressions } from './list-suppressions.ts';
export { createSuppression } from './suppression-operations.ts';
