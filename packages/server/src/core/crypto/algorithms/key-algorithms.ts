import { hmacAlgorithms } from './hmac.ts';
import type { KeyAlgorithm } from './key-algorithm.ts';
import type { KeySpec } from './key-specs.ts';
import { symmetricDefault } from './symmetric.ts';

const algorithms: ReadonlyMap<KeySpec, KeyAlgorithm> = new Map(
  [symmetricDefault, ...hmacAlgorithms].map((algorithm) => [algorithm.spec, algorithm]),
);

/** Everything about a key spec; see `spec/key-algorithms.md`. */
export function keyAlgorithm(spec: KeySpec): KeyAlgorithm {
  const found = algorithms.get(spec);
  if (found === undefined) throw new TypeError(`there is no algorithm for keys of spec ${spec}`);
  return found;
}
