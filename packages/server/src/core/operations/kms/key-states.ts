import { KEY_STATES, type Key, type KeyRecord, type KeyState, keyState } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';

/**
 * Every operation on a key, and what it does with keys in each state ("Key states of AWS KMS keys", AWS KMS developer
 * guide). Rows, columns and numbers are those of that page. The columns: Enabled, Disabled, PendingDeletion and
 * PendingReplicaDeletion, PendingImport, Unavailable, Creating, Updating. The numbers: 1 is disabled, 3 is pending
 * deletion, 4 is not pending deletion, 5 is pending import, 6 the origin does not fit, 11 is unavailable, 14 is creating,
 * 15 is updating. Where the page says "2 or 3" this is 3, and where it says N/A what the state says elsewhere. What hangs
 * on the key's origin beside its state (footnotes 7, 8 and 9) is for the operations. GetPublicKey answers for disabled
 * keys, as AWS does, though the page says otherwise.
 */
const MATRIX = {
  CancelKeyDeletion: '4 4 ok 4 4 4 4',
  CreateAlias: 'ok ok 3 ok ok ok ok',
  CreateGrant: 'ok 1 3 5 ok 14 ok',
  Decapsulate: 'ok 1 3 5 11 14 ok',
  Decrypt: 'ok 1 3 5 11 14 ok',
  DeleteAlias: 'ok ok ok ok ok ok ok',
  DeleteImportedKeyMaterial: 'ok ok ok ok 11 14 15',
  DeriveSharedSecret: 'ok 1 3 5 11 14 ok',
  DescribeKey: 'ok ok ok ok ok ok ok',
  DisableKey: 'ok ok 3 5 ok 14 15',
  DisableKeyRotation: 'ok 1 3 6 6 14 ok',
  EnableKey: 'ok ok 3 5 ok 14 15',
  EnableKeyRotation: 'ok 1 3 6 6 14 ok',
  Encapsulate: 'ok 1 3 5 11 14 ok',
  Encrypt: 'ok 1 3 5 11 14 ok',
  GenerateDataKey: 'ok 1 3 5 11 14 ok',
  GenerateDataKeyPair: 'ok 1 3 5 11 14 ok',
  GenerateDataKeyPairWithoutPlaintext: 'ok 1 3 5 11 14 ok',
  GenerateDataKeyWithoutPlaintext: 'ok 1 3 5 11 14 ok',
  GenerateMac: 'ok 1 3 5 11 14 ok',
  GetKeyLastUsage: 'ok ok ok ok ok ok ok',
  GetKeyPolicy: 'ok ok ok ok ok ok ok',
  GetKeyRotationStatus: 'ok ok ok 6 6 ok ok',
  GetParametersForImport: 'ok ok 3 ok 6 14 15',
  GetPublicKey: 'ok ok 3 5 11 14 ok',
  ImportKeyMaterial: 'ok ok 3 ok 6 14 ok',
  ListAliases: 'ok ok ok ok ok ok ok',
  ListGrants: 'ok ok ok ok ok ok ok',
  ListKeyPolicies: 'ok ok ok ok ok ok ok',
  ListKeyRotations: 'ok ok ok ok ok ok ok',
  ListResourceTags: 'ok ok ok ok ok ok ok',
  PutKeyPolicy: 'ok ok ok ok ok ok ok',
  ReEncrypt: 'ok 1 3 5 11 14 ok',
  ReplicateKey: 'ok 1 3 5 11 14 15',
  RetireGrant: 'ok ok ok ok ok ok ok',
  RevokeGrant: 'ok ok ok ok ok ok ok',
  RotateKeyOnDemand: 'ok 1 3 5 6 14 ok',
  ScheduleKeyDeletion: 'ok ok 3 ok ok ok 15',
  Sign: 'ok 1 3 5 11 14 ok',
  TagResource: 'ok ok 3 ok ok ok ok',
  UntagResource: 'ok ok 3 ok ok ok ok',
  UpdateAlias: 'ok ok 3 ok ok ok ok',
  UpdateKeyDescription: 'ok ok 3 ok ok ok ok',
  UpdatePrimaryRegion: 'ok 1 3 5 11 14 ok',
  Verify: 'ok 1 3 5 11 14 ok',
  VerifyMac: 'ok 1 3 5 11 14 ok',
} as const;

/** An operation on a key. */
export type KeyOperation = keyof typeof MATRIX;

const COLUMNS: Readonly<Record<KeyState, number>> = {
  Enabled: 0,
  Disabled: 1,
  PendingDeletion: 2,
  PendingReplicaDeletion: 2,
  PendingImport: 3,
  Unavailable: 4,
  Creating: 5,
  Updating: 6,
};

/** The rows of the table, cell by cell. */
const CELLS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(MATRIX).map(([operation, row]) => [operation, row.split(' ')]),
);

/** Whether the name is one of an operation on a key. */
export function isKeyOperation(name: string): name is KeyOperation {
  return Object.hasOwn(MATRIX, name);
}

/** The states of keys that an operation works with. */
export function statesOf(operation: KeyOperation): readonly KeyState[] {
  return KEY_STATES.filter((state) => cellOf(operation, state) === 'ok');
}

/**
 * Refuses a key in a state that the operation does not work with, in AWS's words.
 *
 * @throws OperationError `Disabled`, `InvalidState`, or `Unsupported` when it is the origin that stands behind the state.
 */
export function requireState(attempt: Attempt, { record }: Key, operation: KeyOperation): void {
  const refusal = stateRefusal(operation, record, keyState(record, attempt.nowMs));
  if (refusal !== undefined) throw refusal;
}

/** What an operation on a key in this state is refused with; `undefined` when it is not. */
export function stateRefusal(
  operation: KeyOperation,
  { arn, origin }: Pick<KeyRecord, 'arn' | 'origin'>,
  state: KeyState,
): OperationError | undefined {
  switch (cellOf(operation, state)) {
    case 'ok':
      return undefined;
    case '1':
      return new OperationError('Disabled', `${arn} is disabled.`);
    case '4':
      return new OperationError('InvalidState', `${arn} is not pending deletion.`);
    case '6':
      return new OperationError(
        'Unsupported',
        `${arn} origin is ${origin} which is not valid for this operation.`,
      );
    default:
      return new OperationError('InvalidState', `${arn} is ${wordsOf(state)}.`);
  }
}

function cellOf(operation: KeyOperation, state: KeyState): string {
  return CELLS.get(operation)?.[COLUMNS[state]] ?? '';
}

/** `PendingReplicaDeletion` reads "pending replica deletion". */
function wordsOf(state: KeyState): string {
  return state.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
