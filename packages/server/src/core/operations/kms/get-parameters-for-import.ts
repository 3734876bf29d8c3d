import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { sealImportToken, wrappingFor } from './import-token.ts';
import { requireExternal } from './imported-keys.ts';
import { requireState } from './key-states.ts';

const VALID_MS = 86_400_000;

/**
 * `GetParametersForImport`: a wrapping key of its own for each request, good for 24 hours and for this key alone. Its
 * private half leaves in the token, sealed.
 */
export const getParametersForImport: Operation = {
  name: 'GetParametersForImport',
  action: 'key.get-parameters-for-import',
  run(attempt, params) {
    const wrappingAlgorithm = params.text('wrappingAlgorithm');
    const wrappingKeySpec = params.text('wrappingKeySpec');
    attempt.note.parameters = { wrappingAlgorithm, wrappingKeySpec };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:GetParametersForImport', {
      'kms:wrappingalgorithm': [wrappingAlgorithm],
      'kms:wrappingkeyspec': [wrappingKeySpec],
    });
    requireExternal(key);
    requireState(attempt, key, 'GetParametersForImport');
    const { arn, id, spec: keySpec } = key.record;
    const { algorithm, spec } = wrappingFor(keySpec, wrappingAlgorithm, wrappingKeySpec);
    const { publicKey, secret } = attempt.newMaterial(spec);
    const expiresAtMs = attempt.nowMs + VALID_MS;
    const importToken = sealImportToken(attempt, { keyId: id, spec, algorithm, expiresAtMs }, secret);
    return { importToken, keyId: arn, parametersValidTo: expiresAtMs, publicKey };
  },
};
