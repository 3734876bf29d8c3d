import type { Operation } from '../operation.ts';

/** STS `GetCallerIdentity`: needs no permission, and cannot be denied by one. */
export const getCallerIdentity: Operation = {
  name: 'sts:GetCallerIdentity',
  action: 'identity.read-own',
  run(attempt) {
    const { record } = attempt.principal;
    return { account: record.account, arn: record.arn, userId: record.uniqueId };
  },
};
