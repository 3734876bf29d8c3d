import {
  AlgorithmError,
  isRsaKeySpec,
  keyAlgorithm,
  type NewMaterial,
  unwrapMaterial,
} from '../../crypto/index.ts';
import {
  importedInto,
  type Key,
  type KeyMaterialRecord,
  type KeyRecord,
  keyState,
  materialState,
  multiRegionType,
  pendingMaterial,
} from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { invalidCiphertext } from './encryption.ts';
import { openImportToken } from './import-token.ts';
import { requireExternal } from './imported-keys.ts';
import { requireState } from './key-states.ts';
import { importedIn, inAllRegions, knowingMaterials } from './multi-region.ts';
import { takeSlowTurn } from './slow-turns.ts';

const EXPIRY_MAX_MS = 365 * 86_400_000;

/** What a request says of the material beside the material. */
interface AskedImport {
  readonly expirationModel: string;
  readonly expiresAtMs: number | undefined;
  readonly importType: 'EXISTING_KEY_MATERIAL' | 'NEW_KEY_MATERIAL' | undefined;
  readonly description: string | undefined;
  readonly materialId: string | undefined;
}

/**
 * `ImportKeyMaterial`: the first material of a key, the same again, or, for a symmetric encryption key, the next one,
 * which waits for a rotation on demand. A replica takes the materials of its primary key. A key that was disabled before
 * its material went stays disabled.
 */
export const importKeyMaterial: Operation = {
  name: 'ImportKeyMaterial',
  action: 'key.import-material',
  run(attempt, params) {
    const asked = askedImport(params);
    noteAsked(attempt, asked);
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:ImportKeyMaterial', {
      'kms:expirationmodel': [asked.expirationModel],
      ...(asked.expiresAtMs === undefined ? {} : { 'kms:validto': [instantText(asked.expiresAtMs)] }),
    });
    requireExternal(key);
    requireState(attempt, key, 'ImportKeyMaterial');
    requireExpiration(attempt, asked);
    requireMembersOfSymmetric(key, asked);
    const material = unwrapped(attempt, key, params, asked);
    const record = knowingMaterials(attempt, key.record);
    requireOfPrimary(record, material);
    requireExpected(record, asked, material);
    const isSymmetric = record.spec === 'SYMMETRIC_DEFAULT';
    const known = record.materials.find(({ id }) => id === material.id);
    const before = inAllRegions(attempt, record);
    const after = writeKey(attempt, importedInto(record, material));
    const [imported] = after;
    const now = imported.materials.find(({ id }) => id === material.id) ?? material;
    attempt.note.key = { ...attempt.note.key, materialId: material.id };
    attempt.note.change = {
      before: {
        importedIn: importedIn(before, material.id),
        importState: known?.imported ?? 'PENDING_IMPORT',
        keyState: keyState(record, attempt.nowMs),
        validTo: known?.expiresAtMs === undefined ? undefined : instantText(known.expiresAtMs),
      },
      after: {
        importedIn: importedIn(after, material.id),
        importState: 'IMPORTED',
        keyMaterialState: materialState(imported, now),
        keyState: keyState(imported, attempt.nowMs),
      },
    };
    return { keyId: record.arn, keyMaterialId: isSymmetric ? material.id : undefined };
  },
};

function askedImport(params: Params): AskedImport {
  const importType = params.optionalText('importType');
  return {
    expirationModel: params.optionalText('expirationModel') ?? 'KEY_MATERIAL_EXPIRES',
    expiresAtMs: params.optionalNumber('validTo'),
    importType:
      importType === 'NEW_KEY_MATERIAL' || importType === 'EXISTING_KEY_MATERIAL' ? importType : undefined,
    description: params.optionalText('keyMaterialDescription'),
    materialId: params.optionalText('keyMaterialId'),
  };
}

function noteAsked(attempt: Attempt, asked: AskedImport): void {
  attempt.note.parameters = {
    expirationModel: asked.expirationModel,
    importType: asked.importType,
    keyMaterialDescription: asked.description,
    keyMaterialId: asked.materialId,
    validTo: asked.expiresAtMs === undefined ? undefined : instantText(asked.expiresAtMs),
  };
}

/** RFC 3339. What is out of a date's range cannot be valid either: it is shown as the furthest one. */
function instantText(ms: number): string {
  const furthest = 8.64e15;
  return new Date(Math.max(-furthest, Math.min(furthest, ms))).toISOString();
}

/** @throws OperationError `Validation`. */
function requireExpiration({ nowMs }: Attempt, { expirationModel, expiresAtMs }: AskedImport): void {
  const fail = (message: string): never => {
    throw new OperationError('Validation', message);
  };
  if (expirationModel !== 'KEY_MATERIAL_EXPIRES') {
    if (expiresAtMs === undefined) return;
    fail('A validTo date cannot be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE');
  }
  if (expiresAtMs === undefined) {
    return fail('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES');
  }
  if (expiresAtMs <= nowMs) fail('ValidTo must be in the future');
  if (expiresAtMs > nowMs + EXPIRY_MAX_MS) fail('ValidTo must be within 365 days from now');
}

/** @throws OperationError `Unsupported` for members that only symmetric encryption keys can have. */
function requireMembersOfSymmetric({ record }: Key, asked: AskedImport): void {
  if (asked.materialId !== undefined && asked.importType === 'NEW_KEY_MATERIAL') {
    const message = 'KeyMaterialId cannot be specified when ImportType is NEW_KEY_MATERIAL.';
    throw new OperationError('Validation', message);
  }
  if (record.spec === 'SYMMETRIC_DEFAULT') return;
  const { description, importType, materialId } = asked;
  if (description === undefined && importType === undefined && materialId === undefined) return;
  throw new OperationError(
    'Unsupported',
    `ImportType, KeyMaterialDescription and KeyMaterialId are not supported for KMS keys of KeySpec ${record.spec}.`,
  );
}

/** The material in its wrapping, checked, named and sealed for the store. Every copy of it is zeroed. */
function unwrapped(
  attempt: Attempt,
  { record }: Key,
  params: Params,
  { description, expiresAtMs }: AskedImport,
): KeyMaterialRecord {
  const token = openImportToken(attempt, record.id, params.bytes('importToken'));
  // Whether numbers are prime takes long to tell, and everybody waits.
  if (isRsaKeySpec(record.spec)) takeSlowTurn(attempt);
  const wrapped = params.bytes('encryptedKeyMaterial');
  const bytes = unwrapMaterial(token.spec, token.algorithm, token.secret, wrapped);
  if (bytes === undefined) throw invalidCiphertext();
  try {
    const made = checkedMaterial(() => keyAlgorithm(record.spec).importMaterial(bytes));
    const sealed = attempt.keyring.sealMaterial(record.id, made, attempt.nowMs, attempt.entropy);
    return { ...sealed, imported: 'IMPORTED', description, expiresAtMs };
  } finally {
    bytes.fill(0);
  }
}

function checkedMaterial(check: () => NewMaterial): NewMaterial {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof AlgorithmError)) throw error;
    throw new OperationError('IncorrectKeyMaterial', error.message, { cause: error });
  }
}

/**
 * Refuses material that the primary key of a replica has not got: it is imported there first.
 *
 * @throws OperationError `IncorrectKeyMaterial`.
 */
function requireOfPrimary(record: KeyRecord, { id }: KeyMaterialRecord): void {
  if (multiRegionType(record) !== 'REPLICA' || record.materials.some((known) => known.id === id)) return;
  const message = `The key material is not that of the primary key of ${record.arn}: it is imported there first.`;
  throw new OperationError('IncorrectKeyMaterial', message);
}

/**
 * Refuses material that is not what the request says it is: the key's, or new to it.
 *
 * @throws OperationError `IncorrectKeyMaterial`; `InvalidState` when other new material waits for its rotation.
 */
function requireExpected(record: KeyRecord, asked: AskedImport, { id }: KeyMaterialRecord): void {
  const isKnown = record.materials.some((material) => material.id === id);
  if (asked.materialId !== undefined && asked.materialId !== id) {
    const message = `The key material is not the one that KeyMaterialId ${asked.materialId} identifies.`;
    throw new OperationError('IncorrectKeyMaterial', message);
  }
  const isNew = isSaidToBeNew(record, asked);
  if (isNew && isKnown) {
    const message = `The key material (id: ${id}) is already associated with ${record.arn}.`;
    throw new OperationError('IncorrectKeyMaterial', message);
  }
  if (!isNew && !isKnown) {
    const message = `The key material is not associated with ${record.arn}.`;
    throw new OperationError('IncorrectKeyMaterial', message);
  }
  const pending = pendingMaterial(record);
  if (!isNew || pending === undefined) return;
  const message = `New key material (id: ${id}) cannot be imported into KMS key ${record.arn}, because another key material (id: ${pending.id}) is pending rotation.`;
  throw new OperationError('InvalidState', message);
}

/** To a replica that has no material yet, the first one of its primary key is new in a way: KMS takes it as that. */
function isSaidToBeNew(record: KeyRecord, { importType }: AskedImport): boolean {
  if (importType === undefined) return record.materials.length === 0;
  const hasNone = record.materials.every(({ imported }) => imported === 'PENDING_IMPORT');
  const isFirstHere = multiRegionType(record) === 'REPLICA' && hasNone;
  return importType === 'NEW_KEY_MATERIAL' && !isFirstHere;
}
