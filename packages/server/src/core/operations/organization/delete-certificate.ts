import { refuseOwn } from '../admin/index.ts';
import type { Operation } from '../operation.ts';
import { describeCertificate, requireCertificate } from './certificates.ts';

/** `DeleteCertificate`: it stands for nobody any more (G5), and may be registered again. */
export const deleteCertificate: Operation = {
  name: 'DeleteCertificate',
  action: 'certificate.delete',
  run(attempt, params) {
    attempt.note.parameters = { force: params.flag('force') };
    const known = requireCertificate(attempt, params, 'keywitness:DeleteCertificate');
    const isOwn = known.sha256 === attempt.caller.certificate;
    refuseOwn(isOwn, params, 'this certificate is what you are known by');
    const holder = attempt.view.principal(known.principalArn)?.record;
    attempt.note.change = {
      before: { disabled: known.disabled, principal: holder?.arn, sha256: known.sha256 },
    };
    attempt.write(`certificate:${known.sha256}`, null);
    return describeCertificate(known, holder);
  },
};
