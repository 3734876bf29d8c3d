import type { Operation } from '../operation.ts';

/** STS `GetCallerIdentity`: needs no permission, and cannot be denied by one. */
export const getCallerIdentity: Operation = {
  name: 'sts:GetCallerIdentity',
  action: 'identity.read-own',
  run(attempt) {
    const { account, arn, userId } = attempt.principal;
    return { account, arn, userId };
  },
};
