import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import { describeCredential } from './credentials.ts';

const LIMIT_DEFAULT = 100;

/** `ListCredentials`: the access keys of all principals of the account, sorted by id, without their secrets. */
export const listCredentials: Operation = {
  name: 'ListCredentials',
  action: 'credential.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'keywitness:ListCredentials', resource: '*' });
    const { credentials: all, principals } = attempt.view.peek;
    const own = [...all.values()].filter(
      ({ principalArn }) => principals.get(principalArn)?.record.account === attempt.account,
    );
    const records = new Map(own.map((record) => [record.accessKeyId, record]));
    const page = pageOf([...records.keys()].sort(), params, LIMIT_DEFAULT);
    const credentials = page.names.flatMap((id) => {
      const record = records.get(id);
      return record === undefined ? [] : [describeCredential(record)];
    });
    return { credentials, next: page.nextMarker };
  },
};
