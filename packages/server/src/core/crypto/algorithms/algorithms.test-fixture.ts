import assert from 'node:assert/strict';
import {
  keyAlgorithm,
  type KeySpec,
  isRsaKeySpec,
  makeRsaMaterial,
  type NewMaterial,
  type OpenedKey,
  systemEntropy,
  takeSecretKey,
} from '../index.ts';

/** The operating system's. */
export const entropy: ReturnType<typeof systemEntropy> = systemEntropy();

/** Fresh material of any spec. */
export async function freshMaterial(spec: KeySpec): Promise<NewMaterial> {
  if (isRsaKeySpec(spec)) return makeRsaMaterial(spec);
  const material = keyAlgorithm(spec).newMaterial(entropy);
  assert.ok(material !== 'asynchronous');
  return material;
}

/** Opens material; the given bytes stay as they are. */
export function openMaterial(spec: KeySpec, { secret }: NewMaterial): OpenedKey {
  return keyAlgorithm(spec).open(takeSecretKey(Uint8Array.from(secret)));
}

/** Asserts that the value is there. */
export function present<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined);
  return value;
}

/** A copy with one bit changed. */
export function flipped(bytes: Uint8Array, position: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = position % copy.length;
  copy[at] = (copy[at] ?? 0) ^ (1 << (position % 8));
  return copy;
}
