import type { Key } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';

/**
 * Refuses keys whose material is the service's own.
 *
 * @throws OperationError `Unsupported`, in AWS's words.
 */
export function requireExternal({ record: { arn, origin } }: Key): void {
  if (origin === 'EXTERNAL') return;
  throw new OperationError(
    'Unsupported',
    `${arn} origin is ${origin} which is not valid for this operation.`,
  );
}
