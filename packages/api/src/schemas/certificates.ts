import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { boundedText, instantSchema, principalNameSchema } from './text.ts';

/** Asks that a TLS client certificate stand for a principal; it is named by its hash, or given in PEM. */
export interface NewCertificate {
  readonly principalName: string;
  /** SHA-256 of the DER encoding in hexadecimal digits, with or without colons between the bytes. */
  readonly sha256?: string;
  readonly pem?: string;
  readonly description?: string;
}

const pemCharactersMax = 32_768;
const descriptionCharactersMax = 256;

export const newCertificateSchema: Schema<NewCertificate> = v.strictObject({
  principalName: principalNameSchema,
  sha256: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, 'a SHA-256 hash has 64 hexadecimal digits'),
    ),
  ),
  pem: v.exactOptional(boundedText(pemCharactersMax)),
  description: v.exactOptional(boundedText(descriptionCharactersMax)),
});

/** A certificate that stands for a principal. */
export interface CertificateSummary {
  readonly sha256: string;
  readonly principalArn: string;
  readonly description: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly disabled: boolean;
}

const summaryMembers = {
  sha256: v.string(),
  principalArn: v.string(),
  description: v.string(),
  createdAt: instantSchema,
  disabled: v.boolean(),
};

export const certificateSummarySchema: Schema<CertificateSummary> = v.object(summaryMembers);

/** One page of certificates, by hash. */
export interface CertificatePage {
  readonly certificates: readonly CertificateSummary[];
  /** Pass as `cursor` to continue; absent when there is no more. */
  readonly next?: string;
}

export const certificatePageSchema: Schema<CertificatePage> = v.object({
  certificates: v.array(v.object(summaryMembers)),
  next: v.exactOptional(v.string()),
});

/** What the path of a request about a certificate names. */
export const certificatePathSchema: Schema<{ readonly sha256: string }> = v.strictObject({
  sha256: v.pipe(
    v.string(),
    v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 hash has 64 hexadecimal digits in lower case'),
  ),
});
