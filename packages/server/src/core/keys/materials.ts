import { isMaterialPresent, keyState, materialState, multiRegionType } from './key.ts';
import type { KeyMaterialRecord, KeyRecord, RotationType } from './records.ts';

const DAY_MS = 86_400_000;

/** Imported material that waits for the rotation that makes it the current one; a key has at most one. */
export function pendingMaterial(record: KeyRecord): KeyMaterialRecord | undefined {
  return record.materials.find((material) => isPending(record, material));
}

/** The rotation that a key is due for: only keys that are enabled are rotated, and replicas with their primary key. */
export function dueRotation(record: KeyRecord, nowMs: number): RotationType | undefined {
  if (keyState(record, nowMs) !== 'Enabled' || multiRegionType(record) === 'REPLICA') return undefined;
  if (record.onDemandRotationAtMs !== undefined) return 'ON_DEMAND';
  return record.rotation !== undefined && record.rotation.nextAtMs <= nowMs ? 'AUTOMATIC' : undefined;
}

/**
 * The record once a material is the current one, by a rotation. What encrypted before decrypts on. The schedule goes on
 * from where it was, or from now when it is more than a day behind.
 *
 * @param material Fresh material, or the one that waited.
 */
export function rotated(
  record: KeyRecord,
  material: KeyMaterialRecord,
  rotationType: RotationType,
  nowMs: number,
): KeyRecord {
  const others = record.materials.filter(({ id }) => id !== material.id);
  const current = { ...material, state: 'CURRENT', rotatedAtMs: nowMs, rotationType } as const;
  const materials = [...others.map((other) => ({ ...other, state: 'NON_CURRENT' as const })), current];
  if (rotationType === 'ON_DEMAND') return { ...record, materials, onDemandRotationAtMs: undefined };
  return { ...record, materials, rotation: nextRotation(record, nowMs) };
}

function nextRotation({ rotation }: KeyRecord, nowMs: number): KeyRecord['rotation'] {
  if (rotation === undefined) return undefined;
  const { nextAtMs, periodDays } = rotation;
  const fromMs = nowMs - nextAtMs > DAY_MS ? nowMs : nextAtMs;
  return { periodDays, nextAtMs: fromMs + periodDays * DAY_MS };
}

/**
 * The record with imported material: what is known keeps its place, new material waits for a rotation, but for a key's
 * first, which is the current one at once. A replica knows the materials of its primary key.
 */
export function importedInto(record: KeyRecord, imported: KeyMaterialRecord): KeyRecord {
  const known = record.materials.find(({ id }) => id === imported.id);
  if (known === undefined) {
    const state = record.materials.length === 0 ? 'CURRENT' : 'PENDING_ROTATION';
    return { ...record, materials: [...record.materials, { ...imported, state, imported: 'IMPORTED' }] };
  }
  const again: KeyMaterialRecord = {
    ...known,
    ...(imported.publicKey === undefined ? {} : { publicKey: imported.publicKey }),
    sealed: imported.sealed,
    imported: 'IMPORTED',
    expiresAtMs: imported.expiresAtMs,
    description: imported.description ?? known.description,
  };
  return { ...record, materials: record.materials.map((one) => (one === known ? again : one)) };
}

/**
 * The record without the secret bytes of a material. One that the key has encrypted with stays known, and can be imported
 * again; so does one that waits for its rotation and may be in other Regions. Elsewhere it was never the key's, and is
 * gone: see {@link withoutPending}.
 */
export function withoutMaterial(record: KeyRecord, material: KeyMaterialRecord): KeyRecord {
  if (record.multiRegion === undefined && isPending(record, material)) return withoutPending(record);
  const gone: KeyMaterialRecord = {
    ...material,
    sealed: '',
    state: materialState(record, material),
    imported: 'PENDING_IMPORT',
    expiresAtMs: undefined,
  };
  return { ...record, materials: record.materials.map((one) => (one.id === material.id ? gone : one)) };
}

/** The record without the material that waits for its rotation, and without the rotation that may be in progress. */
export function withoutPending(record: KeyRecord): KeyRecord {
  const materials = record.materials.filter((material) => !isPending(record, material));
  return { ...record, materials, onDemandRotationAtMs: undefined };
}

/** The material that has expired first, of those whose bytes are still in the record. */
export function expiredMaterial({ materials }: KeyRecord, nowMs: number): KeyMaterialRecord | undefined {
  const expired = materials.filter(
    (material) => material.imported === 'IMPORTED' && !isMaterialPresent(material, nowMs),
  );
  return expired.toSorted((one, other) => (one.expiresAtMs ?? 0) - (other.expiresAtMs ?? 0))[0];
}

function isPending(record: KeyRecord, material: KeyMaterialRecord): boolean {
  const state = materialState(record, material);
  return state === 'PENDING_ROTATION' || state === 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION';
}
