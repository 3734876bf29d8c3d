import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import { keyForDataKey } from './data-keys.ts';
import { encryptWith } from './encryption.ts';

const SPEC_BYTES: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 };

/** `GenerateDataKey`: fresh random bytes, in clear and encrypted under the key. */
export const generateDataKey: Operation = {
  name: 'GenerateDataKey',
  action: 'key.generate-data-key',
  run(attempt, params) {
    const { result, dataKey } = newDataKey(attempt, params, 'GenerateDataKey');
    return { ...result, plaintext: dataKey };
  },
};

/** `GenerateDataKeyWithoutPlaintext`: the same, and nobody sees it in clear until it is decrypted. */
export const generateDataKeyWithoutPlaintext: Operation = {
  name: 'GenerateDataKeyWithoutPlaintext',
  action: 'key.generate-data-key-without-plaintext',
  run(attempt, params) {
    const { result, dataKey } = newDataKey(attempt, params, 'GenerateDataKeyWithoutPlaintext');
    dataKey.fill(0);
    return result;
  },
};

function newDataKey(
  attempt: Attempt,
  params: Params,
  operation: 'GenerateDataKey' | 'GenerateDataKeyWithoutPlaintext',
): { readonly result: Result; readonly dataKey: Uint8Array } {
  attempt.note.parameters = {
    keySpec: params.optionalText('keySpec'),
    numberOfBytes: params.optionalNumber('numberOfBytes'),
  };
  const found = keyForDataKey(attempt, params, operation, () => dataKeyBytes(params));
  const dataKey = attempt.entropy.bytes(dataKeyBytes(params));
  const result = {
    ciphertextBlob: encryptWith(attempt, found.key, found.use, dataKey),
    keyId: found.key.record.arn,
    keyMaterialId: found.keyMaterialId,
  };
  return { result, dataKey };
}

/** @throws OperationError `Validation` unless exactly one member says how many. */
function dataKeyBytes(params: Params): number {
  const spec = params.optionalText('keySpec');
  const numberOfBytes = params.optionalNumber('numberOfBytes');
  const byteCount = spec === undefined ? numberOfBytes : SPEC_BYTES[spec];
  if (byteCount === undefined || (spec !== undefined && numberOfBytes !== undefined)) {
    throw new OperationError('Validation', 'Please specify either number of bytes or key spec.');
  }
  return byteCount;
}
