import type { EventKey } from '../../audit/index.ts';
import {
  findCurrentMaterial,
  isDeleted,
  type Key,
  type KeyName,
  keyName,
  keyState,
} from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { storedRegion } from '../regions.ts';

/** A key id in one of the forms that AWS gives them; ids of ours are UUIDs in lower case. */
const KEY_ID = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/i;
const ARN_PARTS = 6;

/** A key as the caller named it and as it was found. */
export interface ResolvedKey {
  readonly key: Key;
  /** Absent when a ciphertext or a grant token named it. */
  readonly requested: string | undefined;
  /** The alias through which it was named, with its prefix. */
  readonly alias?: string;
}

/**
 * Finds the key that `requested` names: a key id, key ARN, alias name or alias ARN. What was requested is noted for the
 * record first, under `note`: an attempt on a key that there is not has an event that names it as well. `permission` is
 * what the caller will need: who asks for a key that another account has not is denied it, as if it were there.
 *
 * @throws OperationError `NotFound`, `InvalidArn` or `AccessDenied`, in AWS's words.
 */
export function resolveKey(
  attempt: Attempt,
  requested: string,
  permission: string,
  note: 'key' | 'sourceKey' = 'key',
): ResolvedKey {
  attempt.note[note] = { requested };
  const { account, name } = readName(attempt, requested);
  const sought = { account, permission, requested };
  if (!name.startsWith('alias/')) return { key: existingKey(attempt, sought, name), requested };
  const alias = attempt.view.alias(account, name, storedRegion(attempt.place));
  if (alias === undefined) {
    const arn = aliasArn(attempt, account, name);
    throw notFound(attempt, sought, arn, `Alias ${arn} is not found.`);
  }
  return { key: existingKey(attempt, sought, alias.targetKeyId), requested, alias: name };
}

/**
 * The id of the key that `requested` names, for a condition on it; `undefined` when it names none. Nothing is noted or
 * refused yet: that is for {@link resolveKey} to do in its turn.
 */
export function findKeyId(attempt: Attempt, requested: string): string | undefined {
  try {
    const { account, name } = readName(attempt, requested);
    if (!name.startsWith('alias/')) return name;
    return attempt.view.alias(account, name, storedRegion(attempt.place))?.targetKeyId;
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

/** Like {@link resolveKey} for operations that take a key id or key ARN only. */
export function resolveKeyById(attempt: Attempt, requested: string, permission: string): ResolvedKey {
  attempt.note.key = { requested };
  if (readName(attempt, requested).name.startsWith('alias/')) {
    throw new OperationError('InvalidArn', 'Key Aliases are not supported for this operation.');
  }
  return resolveKey(attempt, requested, permission);
}

/** The key with this id in the Region that is asked, or in another one, unless it is gone. */
export function findKey(
  attempt: Attempt,
  id: string,
  region: string = attempt.place.region,
): Key | undefined {
  const key = attempt.view.key(keyNameIn(attempt, id, region));
  return key === undefined || isDeleted(key.record, attempt.nowMs) ? undefined : key;
}

/** What a key with this id is stored under in a Region. */
export function keyNameIn(attempt: Attempt, id: string, region: string = attempt.place.region): KeyName {
  const stored = storedRegion(attempt.place, region);
  return keyName({ id, region: stored });
}

/** How a key looks in the record. */
export function describeKey(attempt: Attempt, { key: { record }, requested }: ResolvedKey): EventKey {
  return { arn: record.arn, id: record.id, requested, state: keyState(record, attempt.nowMs) };
}

/** The same with the material that was, or would have been, used; without when the key has no such material. */
export function describeUse(
  attempt: Attempt,
  key: Key,
  requested: string | undefined,
  materialId: string | undefined,
): EventKey {
  const { record } = key;
  return {
    arn: record.arn,
    current: materialId === undefined ? undefined : findCurrentMaterial(record)?.id === materialId,
    id: record.id,
    materialId,
    requested,
    state: keyState(record, attempt.nowMs),
  };
}

/** The ARN of an alias here. */
export function aliasArn(attempt: Attempt, account: string, name: string): string {
  return `arn:aws:kms:${attempt.place.region}:${account}:${name}`;
}

/** The ARN of a key in the Region that is asked, or in another one. */
export function keyArn(
  attempt: Attempt,
  account: string,
  id: string,
  region: string = attempt.place.region,
): string {
  return `arn:aws:kms:${region}:${account}:key/${id}`;
}

/** What names a key: without an ARN, in the caller's own account. */
interface RequestedKey {
  readonly account: string;
  /** A key id, or `alias/…`. */
  readonly name: string;
}

function readName(attempt: Attempt, requested: string): RequestedKey {
  if (!requested.startsWith('arn:')) return { account: attempt.account, name: requested };
  const parts = requested.split(':');
  const [, partition, service, region, account = ''] = parts;
  const resource = parts.slice(ARN_PARTS - 1).join(':');
  if (partition !== 'aws' || service !== 'kms' || resource === '') {
    throw new OperationError('InvalidArn', `Invalid arn ${requested}`);
  }
  if (region !== attempt.place.region) throw new OperationError('NotFound', `Invalid arn ${region ?? ''}`);
  if (resource.startsWith('key/')) return { account, name: resource.slice('key/'.length) };
  if (resource.startsWith('alias/')) return { account, name: resource };
  throw new OperationError('InvalidArn', `Invalid arn ${requested}`);
}

/** What is looked for, and what for. */
interface Sought {
  readonly account: string;
  readonly permission: string;
  readonly requested: string;
}

function existingKey(attempt: Attempt, sought: Sought, id: string): Key {
  const { account, requested } = sought;
  if (!KEY_ID.test(id)) {
    const shown = id === requested ? `'${id}'` : id;
    throw new OperationError('NotFound', `Invalid keyId ${shown}`);
  }
  const key = findKey(attempt, id);
  if (key === undefined || key.record.account !== account) {
    const arn = keyArn(attempt, account, id);
    throw notFound(attempt, sought, arn, `Key '${arn}' does not exist`);
  }
  return key;
}

/**
 * What there is not in the caller's own account, the caller may know. In another account policy is asked about it, and
 * denies it for want of a policy there.
 */
function notFound(
  attempt: Attempt,
  { account, permission }: Sought,
  arn: string,
  message: string,
): OperationError {
  if (account !== attempt.account) attempt.authorize({ permission, resource: arn, resourceAccount: account });
  return new OperationError('NotFound', message);
}
