import { SelfTestError } from '../self-test-error.ts';
import { untestedAlgorithm } from './all-algorithms.ts';
import type { KeyAlgorithm } from './key-algorithm.ts';
import type { KeySpec } from './key-specs.ts';
import { type FamilyTest, firstUseTests } from './self-test.ts';

const passed = new Set<FamilyTest>();

/**
 * Everything about a key spec; see `spec/key-algorithms.md`. Before the first key opens whose algorithm is not
 * OpenSSL's alone, that algorithm's known answer is computed.
 *
 * @throws SelfTestError from opening, when it came out wrong.
 */
export function keyAlgorithm(spec: KeySpec): KeyAlgorithm {
  const algorithm = untestedAlgorithm(spec);
  const test = firstUseTests.find(({ specs }) => specs.includes(spec));
  if (test === undefined || passed.has(test)) return algorithm;
  const { openVerifier } = algorithm;
  return {
    ...algorithm,
    open(secret) {
      pass(test);
      return algorithm.open(secret);
    },
    ...(openVerifier !== undefined && {
      openVerifier(publicKey: Uint8Array) {
        pass(test);
        return openVerifier(publicKey);
      },
    }),
  };
}

function pass(test: FamilyTest): void {
  if (passed.has(test)) return;
  if (!test.isRight()) throw new SelfTestError(test.name);
  passed.add(test);
}
