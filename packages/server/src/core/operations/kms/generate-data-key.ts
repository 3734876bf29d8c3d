import { currentMaterial } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import {
  encryptWith,
  endDryRun,
  keyForUse,
  checkTokensAndRecipient,
  SYMMETRIC_ALGORITHM,
} from './use-key.ts';

const SPEC_BYTES: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 };

/** `GenerateDataKey`: fresh random bytes, in clear and encrypted under the key. */
export const generateDataKey: Operation = {
  name: 'GenerateDataKey',
  action: 'key.generate-data-key',
  run(attempt, params) {
    const { result, dataKey } = newDataKey(attempt, params, 'kms:GenerateDataKey');
    return { ...result, plaintext: dataKey };
  },
};

/** `GenerateDataKeyWithoutPlaintext`: the same, and nobody sees it in clear until it is decrypted. */
export const generateDataKeyWithoutPlaintext: Operation = {
  name: 'GenerateDataKeyWithoutPlaintext',
  action: 'key.generate-data-key-without-plaintext',
  run(attempt, params) {
    const { result, dataKey } = newDataKey(attempt, params, 'kms:GenerateDataKeyWithoutPlaintext');
    dataKey.fill(0);
    return result;
  },
};

function newDataKey(
  attempt: Attempt,
  params: Params,
  permission: string,
): { readonly result: Result; readonly dataKey: Uint8Array } {
  const context = params.textMap('encryptionContext');
  attempt.note.context = context;
  attempt.note.algorithm = SYMMETRIC_ALGORITHM;
  attempt.note.parameters = {
    keySpec: params.optionalText('keySpec'),
    numberOfBytes: params.optionalNumber('numberOfBytes'),
  };
  const key = keyForUse(attempt, params.text('keyId'), { permission, context }, () => {
    checkTokensAndRecipient(attempt, params);
    dataKeyBytes(params);
  });
  endDryRun(params);
  const dataKey = attempt.entropy.bytes(dataKeyBytes(params));
  const result = {
    ciphertextBlob: encryptWith(attempt, key, context, dataKey),
    keyId: key.record.arn,
    keyMaterialId: currentMaterial(key.record).id,
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
