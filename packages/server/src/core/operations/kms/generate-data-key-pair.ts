import { keyAlgorithm, takeSecretKey } from '../../crypto/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import { keyForDataKey } from './data-keys.ts';
import { encryptWith } from './encryption.ts';
import { readKeySpec } from './key-spec-members.ts';

/** `GenerateDataKeyPair`: a fresh pair for use elsewhere; its private half in clear and encrypted under the key. */
export const generateDataKeyPair: Operation = {
  name: 'GenerateDataKeyPair',
  action: 'key.generate-data-key-pair',
  run(attempt, params) {
    const { privateKey, result } = newDataKeyPair(attempt, params, 'GenerateDataKeyPair');
    return { ...result, privateKeyPlaintext: privateKey };
  },
};

/** `GenerateDataKeyPairWithoutPlaintext`: the same, and nobody sees the private half in clear until it is decrypted. */
export const generateDataKeyPairWithoutPlaintext: Operation = {
  name: 'GenerateDataKeyPairWithoutPlaintext',
  action: 'key.generate-data-key-pair-without-plaintext',
  run(attempt, params) {
    const { privateKey, result } = newDataKeyPair(attempt, params, 'GenerateDataKeyPairWithoutPlaintext');
    privateKey.fill(0);
    return result;
  },
};

/** Private halves are PKCS #8 and public ones SubjectPublicKeyInfo, both DER, as AWS hands them out. */
function newDataKeyPair(
  attempt: Attempt,
  params: Params,
  operation: 'GenerateDataKeyPair' | 'GenerateDataKeyPairWithoutPlaintext',
): { readonly result: Result; readonly privateKey: Uint8Array } {
  const keyPairSpec = params.text('keyPairSpec');
  attempt.note.parameters = { keyPairSpec };
  const conditions = { 'kms:datakeypairspec': [keyPairSpec] };
  const found = keyForDataKey(attempt, params, operation, () => undefined, conditions);
  const spec = readKeySpec(keyPairSpec);
  const made = attempt.newMaterial(spec);
  const privateKey = keyAlgorithm(spec).exportPrivateKey?.(takeSecretKey(made.secret));
  if (privateKey === undefined) throw new TypeError(`keys of spec ${spec} are no pairs`);
  const result = {
    keyId: found.key.record.arn,
    keyMaterialId: found.keyMaterialId,
    keyPairSpec,
    privateKeyCiphertextBlob: encryptWith(attempt, found.key, found.use, privateKey),
    publicKey: made.publicKey,
  };
  return { result, privateKey };
}
