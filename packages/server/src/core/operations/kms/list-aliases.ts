import type { Attempt } from '../attempt.ts';
import type { Operation } from '../operation.ts';
import { pageOf } from './pages.ts';
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
    const targetId = requested === undefined ? undefined : ownKeyId(attempt, requested);
    const names =
      targetId === undefined
        ? attempt.view.peek.aliasNames.of(attempt.account)
        : [...attempt.view.peek.aliasNames.ofKey(targetId)].sort();
    const page = pageOf(names, params, LIMIT_DEFAULT);
    const aliases = page.names.flatMap((name) => {
      const alias = attempt.view.peek.aliases.get(`${attempt.account}/${name}`);
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

/** Aliases of other accounts are not listed, so a key of another account is denied. */
function ownKeyId(attempt: Attempt, requested: string): string {
  const resolved = resolveKeyById(attempt, requested, LIST_ALIASES);
  attempt.note.key = describeKey(attempt, resolved);
  const { key } = resolved;
  if (key.record.account !== attempt.account) {
    attempt.authorize({ permission: LIST_ALIASES, resource: key.record.arn, key });
  }
  return key.record.id;
}
