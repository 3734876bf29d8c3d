import { type KeyMaterialRecord, type KeyRecord, materialState } from '../../keys/index.ts';
import type { Operation } from '../operation.ts';
import type { Result } from '../params.ts';
import { keyForAdministration } from './change-key.ts';
import { requireState } from './key-states.ts';
import { requireRotatable } from './rotation.ts';
import { sealedPageOf } from './sealed-pages.ts';

const LIMIT_DEFAULT = 100;
/** Positions as names that sort as numbers do. */
const POSITION_DIGITS = 6;

/** `ListKeyRotations`: the materials that a rotation made the current ones, oldest first; or all materials. */
export const listKeyRotations: Operation = {
  name: 'ListKeyRotations',
  action: 'key.list-rotations',
  run(attempt, params) {
    const included = params.optionalText('includeKeyMaterial') ?? 'ROTATIONS_ONLY';
    attempt.note.parameters = { includeKeyMaterial: included };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:ListKeyRotations');
    requireRotatable(key);
    requireState(attempt, key, 'ListKeyRotations');
    const { record } = key;
    const listed = new Map(
      record.materials
        .map((material, position) => [String(position).padStart(POSITION_DIGITS, '0'), material] as const)
        .filter(([, material]) => included === 'ALL_KEY_MATERIAL' || material.rotatedAtMs !== undefined),
    );
    const page = sealedPageOf(attempt, [...listed.keys()], params, {
      operation: 'ListKeyRotations',
      limitDefault: LIMIT_DEFAULT,
      filter: [record.id, included],
    });
    return {
      nextMarker: page.nextMarker,
      rotations: page.names.flatMap((name) => {
        const material = listed.get(name);
        return material === undefined ? [] : [rotationEntry(record, material)];
      }),
      truncated: page.truncated,
    };
  },
};

function rotationEntry(record: KeyRecord, material: KeyMaterialRecord): Result {
  return {
    keyId: record.id,
    keyMaterialId: material.id,
    keyMaterialState: materialState(record, material),
    rotationDate: material.rotatedAtMs,
    rotationType: material.rotationType,
    ...(record.origin === 'EXTERNAL' ? importedMembers(material) : {}),
  };
}

/** What KMS tells of imported material alone; whether it expires only of material that is here. */
function importedMembers({ description, expiresAtMs, imported }: KeyMaterialRecord): Result {
  const model = expiresAtMs === undefined ? 'KEY_MATERIAL_DOES_NOT_EXPIRE' : 'KEY_MATERIAL_EXPIRES';
  return {
    expirationModel: imported === 'IMPORTED' ? model : undefined,
    importState: imported,
    keyMaterialDescription: description,
    validTo: expiresAtMs,
  };
}
