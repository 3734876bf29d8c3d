import {
  type AnswerQuery,
  type DocumentText,
  documentTextSchema,
  type EvidenceExport,
  evidenceExportSchema,
  queryTexts,
} from '../schemas/index.ts';
import type { Ask, CallOptions } from './calls.ts';

/** What evidence is made of (`spec/evidence.md`). */
export interface EvidenceClient {
  /** A complete answer to be taken out of the service, and the event that says so. */
  exportAnswer(query: AnswerQuery, options?: CallOptions): Promise<EvidenceExport>;
  /** The text of a policy by the SHA-256 that events name it by. */
  getDocument(sha256: string, options?: CallOptions): Promise<DocumentText>;
}

/** Makes the part of the client that asks for evidence. */
export function evidenceClient(ask: Ask): EvidenceClient {
  return {
    exportAnswer: (query, options) =>
      ask(
        { method: 'POST', path: ['v1', 'exports'], query: queryTexts(query) },
        evidenceExportSchema,
        options,
      ),
    getDocument: (sha256, options) =>
      ask({ method: 'GET', path: ['v1', 'documents', sha256] }, documentTextSchema, options),
  };
}
