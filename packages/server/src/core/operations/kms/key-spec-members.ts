import { KEY_SPECS, type KeySpec } from '../../crypto/index.ts';
import { OperationError } from '../errors.ts';

/**
 * Reads a key spec. Fronts have checked it against the API's own values.
 *
 * @throws OperationError `Validation`.
 */
export function readKeySpec(text: string): KeySpec {
  const spec = KEY_SPECS.find((candidate) => candidate === text);
  if (spec === undefined) throw new OperationError('Validation', `there is no key spec \`${text}\``);
  return spec;
}
