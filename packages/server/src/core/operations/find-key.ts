import { type AliasRecord, type Key, keyName } from '../keys/index.ts';
import { OperationError } from './errors.ts';
import { regionSuffix } from './regions.ts';
import type { Replica, View } from './replica.ts';

const KMS_ARN = /^arn:aws:kms:([^:]*):([0-9]{12}):(?:key\/(.+)|(alias\/.+))$/;
const KEY_ARN = /^arn:aws:kms:([^:]*):[0-9]{12}:key\/(.+)$/;

/**
 * The key that a key id, key ARN, alias or alias ARN names; an alias without ARN is one of `account`.
 *
 * @throws OperationError `NotFound`.
 */
export function findKeyByName(replica: Replica, account: string, name: string): Key {
  const [, region, owner = account, id, alias] = KMS_ARN.exec(name) ?? [];
  const wanted = alias ?? name;
  if (wanted === '') throw new OperationError('NotFound', 'there is no key without a name');
  const target = wanted.startsWith('alias/') ? aliasNamed(replica, `${owner}/${wanted}`, region) : undefined;
  const key =
    id !== undefined
      ? findKeyByArn(replica, name)
      : replica.key(keyName({ region: target?.region, id: target?.targetKeyId ?? wanted }));
  if (key === undefined) throw new OperationError('NotFound', `there is no key \`${name.slice(0, 256)}\``);
  return key;
}

/** The id of the key that a name leads to now; there need not be such a key. */
export function keyIdOf(replica: Replica, account: string, name: string): string | undefined {
  const [, region, owner = account, id, alias] = KMS_ARN.exec(name) ?? [];
  if (id !== undefined) return id;
  const wanted = alias ?? name;
  return wanted.startsWith('alias/')
    ? aliasNamed(replica, `${owner}/${wanted}`, region)?.targetKeyId
    : wanted;
}

/** The key with this ARN, in whatever Region. */
export function findKeyByArn(view: Pick<View, 'key'>, arn: string): Key | undefined {
  const [, region, id = ''] = KEY_ARN.exec(arn) ?? [];
  if (region === undefined) return undefined;
  return [view.key(keyName({ id })), view.key(keyName({ id, region }))].find(
    (key) => key?.record.arn === arn,
  );
}

/** The alias of a name: in the Region of its ARN, or, named without one, in the first. */
function aliasNamed(replica: Replica, id: string, region: string | undefined): AliasRecord | undefined {
  const there = region === undefined ? undefined : replica.aliases.get(`${id}${regionSuffix(region)}`);
  return there ?? replica.aliases.get(id);
}
