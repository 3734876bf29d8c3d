import type { Operation } from '../operation.ts';
import { requireCertificate, writeCertificate } from './certificates.ts';

/** `EnableCertificate`. */
export const enableCertificate: Operation = {
  name: 'EnableCertificate',
  action: 'certificate.enable',
  run(attempt, params) {
    const known = requireCertificate(attempt, params, 'keywitness:EnableCertificate');
    attempt.note.change = { before: { disabled: known.disabled }, after: { disabled: false } };
    return writeCertificate(attempt, { ...known, disabled: false });
  },
};
