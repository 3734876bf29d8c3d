import { isMaterialPresent, materialState } from './key.ts';
import { pendingMaterial, withoutPending } from './materials.ts';
import type { KeyMaterialRecord, KeyRecord } from './records.ts';

/** A key's records in all of its Regions, with one that everything starts from before the others. */
export type KeyInRegions = readonly [KeyRecord, ...KeyRecord[]];

/**
 * A key in all of its Regions, in the order given, once it has changed in one: `changed` as it is then, and the others as
 * they follow it. Of material that is imported, which of them there are and what each is to the key is the same in every
 * Region; whether its bytes are there, until when, and how they are described is each Region's own.
 */
export function inStep(changed: KeyRecord, others: readonly KeyRecord[], nowMs: number): KeyInRegions {
  return settled([changed, ...others.map((other) => following(other, changed))], nowMs);
}

/** A key with what it shares with the same key in another Region as it is there. */
export function following(record: KeyRecord, source: KeyRecord): KeyRecord {
  const { multiRegion, onDemandRotationAtMs, onDemandRotations, rotation } = source;
  const shared = { multiRegion, onDemandRotationAtMs, onDemandRotations, rotation };
  const materials =
    source.origin === 'AWS_KMS'
      ? source.materials
      : source.materials.map((material) => materialIn(record, source, material));
  return { ...record, ...shared, materials };
}

/** The material that waits for a rotation, if one can make it the current one now: every Region has it. */
export function readyMaterial(regions: KeyInRegions, nowMs: number): KeyMaterialRecord | undefined {
  const pending = pendingMaterial(regions[0]);
  return pending !== undefined && isEverywhere(regions, pending, nowMs) ? pending : undefined;
}

/** A material of another Region as it is here: without its bytes, where it was never imported. */
function materialIn(record: KeyRecord, source: KeyRecord, material: KeyMaterialRecord): KeyMaterialRecord {
  const { createdAtMs, id, rotatedAtMs, rotationType } = material;
  const unknown = { id, createdAtMs, sealed: '', imported: 'PENDING_IMPORT' } as const;
  const own = record.materials.find((one) => one.id === id) ?? unknown;
  return { ...own, state: materialState(source, material), rotatedAtMs, rotationType };
}

/**
 * Imported material waits for the Regions that lack it first, and for its rotation then; a rotation that is in progress
 * ends when a Region loses it. What is in no Region any more was never the key's, and is gone.
 */
function settled(regions: KeyInRegions, nowMs: number): KeyInRegions {
  const pending = pendingMaterial(regions[0]);
  if (pending === undefined) return regions;
  if (!regions.some((record) => find(record, pending)?.imported === 'IMPORTED')) {
    return each(regions, withoutPending);
  }
  const isComplete = isEverywhere(regions, pending, nowMs);
  const state = isComplete ? 'PENDING_ROTATION' : 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION';
  return each(regions, (record) => ({
    ...record,
    materials: record.materials.map((one) => (one.id === pending.id ? { ...one, state } : one)),
    onDemandRotationAtMs: isComplete ? record.onDemandRotationAtMs : undefined,
  }));
}

function isEverywhere(regions: KeyInRegions, wanted: KeyMaterialRecord, nowMs: number): boolean {
  return regions.every((record) => {
    const material = find(record, wanted);
    return material !== undefined && isMaterialPresent(material, nowMs);
  });
}

function find({ materials }: KeyRecord, { id }: KeyMaterialRecord): KeyMaterialRecord | undefined {
  return materials.find((material) => material.id === id);
}

function each([first, ...others]: KeyInRegions, change: (record: KeyRecord) => KeyRecord): KeyInRegions {
  return [change(first), ...others.map(change)];
}
