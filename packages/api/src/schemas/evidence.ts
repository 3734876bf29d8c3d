import * as v from 'valibot';
import type { Schema } from './reading.ts';

const sha256Schema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'a document is named by its SHA-256, in 64 lower-case hexadecimal digits'),
);

/** What the path of a request for a document names. */
export const documentPathSchema: Schema<{ readonly documentSha256: string }> = v.strictObject({
  documentSha256: sha256Schema,
});

/** The text of a policy, to the letter. */
export interface DocumentText {
  readonly sha256: string;
  readonly document: string;
}

export const documentTextSchema: Schema<DocumentText> = v.object({
  sha256: sha256Schema,
  document: v.string(),
});

/** A complete answer that was taken out, and the event that says so. */
export interface EvidenceExport {
  readonly eventId: string;
  readonly index: number;
  /** For `verifyAnswer`. */
  readonly answer: string;
}

export const evidenceExportSchema: Schema<EvidenceExport> = v.object({
  eventId: v.string(),
  index: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  answer: v.string(),
});
