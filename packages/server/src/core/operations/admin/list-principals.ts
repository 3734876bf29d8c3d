import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import { summarizePrincipal } from './principals.ts';

const LIMIT_DEFAULT = 100;

/** `ListPrincipals`: all principals, sorted by name. */
export const listPrincipals: Operation = {
  name: 'ListPrincipals',
  action: 'principal.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'keywitness:ListPrincipals', resource: '*' });
    const users = [...attempt.view.peek.principals.values()]
      .map(({ record }) => record)
      .filter(({ account, type }) => account === attempt.account && type !== 'role');
    const byName = new Map(users.map((record) => [record.name, record]));
    const page = pageOf([...byName.keys()].sort(), params, LIMIT_DEFAULT);
    const principals = page.names.flatMap((name) => {
      const record = byName.get(name);
      return record === undefined ? [] : [summarizePrincipal(record)];
    });
    return { next: page.nextMarker, principals };
  },
};
