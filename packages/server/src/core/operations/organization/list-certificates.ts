import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import { describeCertificate, isOf } from './certificates.ts';

const LIMIT_DEFAULT = 100;

/** `ListCertificates`: those of the account, sorted by hash. */
export const listCertificates: Operation = {
  name: 'ListCertificates',
  action: 'certificate.list',
  run(attempt, params) {
    attempt.authorize({ permission: 'keywitness:ListCertificates', resource: '*' });
    const { certificates: all, principals } = attempt.view.peek;
    const own = [...all.values()].filter((record) => isOf(record, attempt.account));
    const records = new Map(own.map((record) => [record.sha256, record]));
    const page = pageOf([...records.keys()].sort(), params, LIMIT_DEFAULT);
    const certificates = page.names.flatMap((sha256) => {
      const record = records.get(sha256);
      if (record === undefined) return [];
      return [describeCertificate(record, principals.get(record.principalArn)?.record)];
    });
    return { certificates, next: page.nextMarker };
  },
};
