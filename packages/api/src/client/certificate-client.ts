import {
  certificatePageSchema,
  type CertificateSummary,
  certificateSummarySchema,
  type ForceQuery,
  type NewCertificate,
  queryTexts,
} from '../schemas/index.ts';
import { allItems, type Ask, type CallOptions, forceTexts } from './calls.ts';

/** TLS client certificates that stand for principals (`spec/admin-api.md`, "certificates"). */
export interface CertificateClient {
  register(certificate: NewCertificate, options?: CallOptions): Promise<CertificateSummary>;
  /** All of them, a page at a time. */
  list(options?: CallOptions): AsyncGenerator<CertificateSummary>;
  disable(sha256: string, options?: ForceQuery & CallOptions): Promise<CertificateSummary>;
  enable(sha256: string, options?: CallOptions): Promise<CertificateSummary>;
  delete(sha256: string, options?: ForceQuery & CallOptions): Promise<CertificateSummary>;
}

export function certificateClient(ask: Ask): CertificateClient {
  const base = ['v1', 'certificates'];
  return {
    register: (certificate, options) =>
      ask({ method: 'POST', path: base, body: certificate }, certificateSummarySchema, options),
    list(options) {
      return allItems(
        (page) => {
          const query = queryTexts(page);
          return ask({ method: 'GET', path: base, query }, certificatePageSchema, options);
        },
        ({ certificates }) => certificates,
      );
    },
    disable(sha256, options) {
      const path = [...base, sha256, 'disable'];
      return ask({ method: 'POST', path, query: forceTexts(options) }, certificateSummarySchema, options);
    },
    enable: (sha256, options) =>
      ask({ method: 'POST', path: [...base, sha256, 'enable'] }, certificateSummarySchema, options),
    delete(sha256, options) {
      const path = [...base, sha256];
      return ask({ method: 'DELETE', path, query: forceTexts(options) }, certificateSummarySchema, options);
    },
  };
}
