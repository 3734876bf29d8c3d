import { ellipticCurveAlgorithms } from './ecdsa.ts';
import { ed25519Algorithm } from './ed25519.ts';
import { hmacAlgorithms } from './hmac.ts';
import type { KeyAlgorithm } from './key-algorithm.ts';
import type { KeySpec } from './key-specs.ts';
import { mlDsaAlgorithms } from './ml-dsa.ts';
import { mlKemAlgorithms } from './ml-kem.ts';
import { rsaAlgorithms } from './rsa.ts';
import { sm2Algorithm } from './sm2.ts';
import { symmetricDefault } from './symmetric.ts';

const all = [
  symmetricDefault,
  ...hmacAlgorithms,
  ...rsaAlgorithms,
  ...ellipticCurveAlgorithms,
  ed25519Algorithm,
  ...mlDsaAlgorithms,
  ...mlKemAlgorithms,
  sm2Algorithm,
];

const algorithms: ReadonlyMap<KeySpec, KeyAlgorithm> = new Map(
  all.map((algorithm) => [algorithm.spec, algorithm]),
);

/** The algorithm of a key spec, whether or not it has been tested. */
export function untestedAlgorithm(spec: KeySpec): KeyAlgorithm {
  const found = algorithms.get(spec);
  if (found === undefined) throw new TypeError(`there is no algorithm for keys of spec ${spec}`);
  return found;
}
