import type { Key } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Replica } from '../replica.ts';

const KMS_ARN = /^arn:aws:kms:[^:]*:([0-9]{12}):(?:key\/(.+)|(alias\/.+))$/;

/**
 * The key that a key id, key ARN, alias or alias ARN names; an alias without ARN is one of `account`.
 *
 * @throws OperationError `NotFound`.
 */
export function findKeyByName(replica: Replica, account: string, name: string): Key {
  const id = keyIdOf(replica, account, name);
  const key = id === undefined ? undefined : replica.keys.get(id);
  if (key === undefined) throw new OperationError('NotFound', `there is no key \`${name.slice(0, 256)}\``);
  return key;
}

/** The id of the key that a name leads to now; there need not be such a key. */
export function keyIdOf(replica: Replica, account: string, name: string): string | undefined {
  const [, owner = account, id, alias] = KMS_ARN.exec(name) ?? [];
  if (id !== undefined) return id;
  const wanted = alias ?? name;
  return wanted.startsWith('alias/') ? replica.aliases.get(`${owner}/${wanted}`)?.targetKeyId : wanted;
}
