import { type KeyName, keyName } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Operation } from '../operation.ts';
import { regionSuffix, storedRegion } from '../regions.ts';
import { sealedPageOf } from './sealed-pages.ts';
import { describeKey, resolveKeyById } from './resolve-key.ts';

const LIMIT_DEFAULT = 50;
const LIST_ALIASES = 'kms:ListAliases';

/** `ListAliases`: all aliases, or those of one key, sorted by name. */
export const listAliases: Operation = {
  name: 'ListAliases',
  action: 'alias.list',
  run(attempt, params) {
    attempt.authorize({ permission: LIST_ALIASES, resource: '*' });
    const requested = params.optionalText('keyId');
    const target = requested === undefined ? undefined : ownKey(attempt, requested);
    const region = storedRegion(attempt.place);
    const names =
      target === undefined
        ? attempt.state.aliasNames.of(attempt.account, region)
        : [...attempt.state.aliasNames.ofKey(target)].sort();
    const page = sealedPageOf(attempt, names, params, {
      operation: 'ListAliases',
      limitDefault: LIMIT_DEFAULT,
      filter: [target],
    });
    const aliases = page.names.flatMap((name) => {
      const alias = attempt.state.aliases.get(`${attempt.account}/${name}${regionSuffix(region)}`);
      if (alias === undefined) return [];
      return [
        {
          aliasArn: alias.arn,
          aliasName: alias.name,
          creationDate: alias.createdAtMs,
          lastUpdatedDate: alias.updatedAtMs,
          targetKeyId: alias.targetKeyId,
        },
      ];
    });
    return { aliases, nextMarker: page.nextMarker, truncated: page.truncated };
  },
};

/** What the key is stored under. Aliases of other accounts are not listed, so a key of another account is denied. */
function ownKey(attempt: Attempt, requested: string): KeyName {
  const resolved = resolveKeyById(attempt, requested, LIST_ALIASES);
  attempt.note.key = describeKey(attempt, resolved);
  const { key } = resolved;
  if (key.record.account !== attempt.account) {
    attempt.authorize({ permission: LIST_ALIASES, resource: key.record.arn, key });
  }
  return keyName(key.record);
}
