import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import { principalArn, summarizePrincipal } from './principals.ts';

const LIMIT_DEFAULT = 100;

/** `ListPrincipals`: all principals, sorted by name. */
export const listPrincipals: Operation = {
  name: 'ListPrincipals',
  action: 'principal.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'keywitness:ListPrincipals', resource: '*' });
    const records = new Map([...attempt.view.principals()].map(({ record }) => [record.arn, record]));
    const names = [...records.values()].map(({ name }) => name).sort();
    const page = pageOf(names, params, LIMIT_DEFAULT);
    const principals = page.names.flatMap((name) => {
      const record = records.get(principalArn(attempt, name));
      return record === undefined ? [] : [summarizePrincipal(record)];
    });
    return { next: page.nextMarker, principals };
  },
};
