import type { Operation } from '../operation.ts';
import { pageOf } from './pages.ts';
import { describeKey, resolveKeyById } from './resolve-key.ts';

const LIMIT_DEFAULT = 50;

/** `ListAliases`: all aliases, or those of one key, sorted by name. */
export const listAliases: Operation = {
  name: 'ListAliases',
  action: 'alias.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'kms:ListAliases', resource: '*' });
    const requested = params.optionalText('keyId');
    const target = requested === undefined ? undefined : resolveKeyById(attempt, requested);
    if (target !== undefined) attempt.note.key = describeKey(target);
    const targetId = target?.key.record.id;
    const names =
      targetId === undefined
        ? attempt.view.aliasNames()
        : attempt.view.aliasNames().filter((name) => attempt.view.peekAlias(name)?.targetKeyId === targetId);
    const page = pageOf(names, params, LIMIT_DEFAULT);
    const aliases = page.names.flatMap((name) => {
      const alias = attempt.view.peekAlias(name);
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
