import {
  answerQuerySchema,
  assetAccessQuerySchema,
  documentPathSchema,
  eventListQuerySchema,
  eventPathSchema,
  eventTailQuerySchema,
  histogramQuerySchema,
  suggestQuerySchema,
  summaryQuerySchema,
} from '@keywitness/api';
import {
  exportEvidence,
  getAnswer,
  getAssetAccess,
  getDocument,
  getEvent,
  getEventHistogram,
  getEventProof,
  getEventRenderings,
  listEvents,
  suggestEvents,
  summarizeEvents,
  tailEvents,
} from '../../core/operations/index.ts';
import { answerAnalysis } from './access-answers.ts';
import { answerCompletely, answerExport, answerParams } from './complete-answer.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { answerEvent, answerEvents, answerProof, answerRenderings } from './event-answers.ts';
import { queryParams } from './event-filters.ts';
import { none } from './input-schemas.ts';
import {
  answerAccess,
  answerHistogram,
  answerSuggestions,
  answerSummary,
  assetParams,
  summaryParams,
} from './overview-answers.ts';
import { answerTail } from './tail-answer.ts';
import { continuationOf } from './tail-form.ts';

const ofEvent = { ...none, path: eventPathSchema };

/** The record: its events, what they are as a whole, and what is proven of them. */
export const eventEndpoints: readonly Endpoint[] = [
  endpoint({
    ...none,
    at: 'GET /v1/events',
    operation: listEvents,
    query: eventListQuerySchema,
    params: queryParams,
    answer: answerEvents,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/events/tail',
    operation: tailEvents,
    query: eventTailQuerySchema,
    fromHeaders: continuationOf,
    params: queryParams,
    answer: answerTail,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/events/histogram',
    operation: getEventHistogram,
    query: histogramQuerySchema,
    params: queryParams,
    answer: answerHistogram,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/events/summary',
    operation: summarizeEvents,
    query: summaryQuerySchema,
    params: summaryParams,
    answer: answerSummary,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/events/suggest',
    operation: suggestEvents,
    query: suggestQuerySchema,
    answer: answerSuggestions,
  }),
  endpoint({ ...ofEvent, at: 'GET /v1/events/{eventId}', operation: getEvent, answer: answerEvent }),
  endpoint({
    ...ofEvent,
    at: 'GET /v1/events/{eventId}/proof',
    operation: getEventProof,
    answer: answerProof,
  }),
  endpoint({
    ...ofEvent,
    at: 'GET /v1/events/{eventId}/renderings',
    operation: getEventRenderings,
    answer: answerRenderings,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/assets/access',
    operation: getAssetAccess,
    query: assetAccessQuerySchema,
    params: assetParams,
    answer: answerAccess,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/answers',
    operation: getAnswer,
    query: answerQuerySchema,
    params: answerParams,
    answer: answerCompletely,
  }),
  endpoint({
    ...none,
    at: 'POST /v1/exports',
    operation: exportEvidence,
    query: answerQuerySchema,
    params: answerParams,
    answer: answerExport,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/documents/{documentSha256}',
    operation: getDocument,
    path: documentPathSchema,
    answer: ({ documentSha256: sha256 }, granted) => answerAnalysis({ kind: 'document', sha256 }, granted),
  }),
];
