import { refuseOwn } from '../admin/index.ts';
import type { Operation } from '../operation.ts';
import { requireCertificate, writeCertificate } from './certificates.ts';

/** `DisableCertificate`: nothing that comes over it is done any more, nor anything in a session got with it (G5). */
export const disableCertificate: Operation = {
  name: 'DisableCertificate',
  action: 'certificate.disable',
  run(attempt, params) {
    attempt.note.parameters = { force: params.flag('force') };
    const known = requireCertificate(attempt, params, 'keywitness:DisableCertificate');
    const isOwn = known.sha256 === attempt.caller.certificate;
    refuseOwn(isOwn, params, 'this certificate is what you are known by');
    attempt.note.change = { before: { disabled: known.disabled }, after: { disabled: true } };
    return writeCertificate(attempt, { ...known, disabled: true });
  },
};
