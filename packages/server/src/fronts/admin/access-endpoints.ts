import {
  diffSchema,
  explainPathSchema,
  lintSchema,
  replaySchema,
  unusedSchema,
  whatCanSchema,
  whoCanSchema,
} from '@keywitness/api';
import {
  diffAccess,
  explainEvent,
  lintAccess,
  listUnused,
  replayEvents,
  whatCanAccess,
  whoCanAccess,
} from '../../core/operations/index.ts';
import { answerAnalysis, answerExplanation, answerLongAnalysis } from './access-answers.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { none } from './input-schemas.ts';

/** Questions about access (`spec/access-analysis.md`). They are posted, because policies do not fit into a path. */
export const accessEndpoints: readonly Endpoint[] = [
  endpoint({
    ...none,
    at: 'GET /v1/access/explain/{eventId}',
    operation: explainEvent,
    path: explainPathSchema,
    answer: answerExplanation,
  }),
  endpoint({
    ...none,
    at: 'POST /v1/access/who-can',
    operation: whoCanAccess,
    body: whoCanSchema,
    answer: (question, granted) => answerAnalysis({ kind: 'who-can', question }, granted),
  }),
  endpoint({
    ...none,
    at: 'POST /v1/access/what-can',
    operation: whatCanAccess,
    body: whatCanSchema,
    answer: (question, granted) => answerAnalysis({ kind: 'what-can', question }, granted),
  }),
  endpoint({
    ...none,
    at: 'POST /v1/access/diff',
    operation: diffAccess,
    body: diffSchema,
    answer: (question, granted) => answerAnalysis({ kind: 'diff', question }, granted),
  }),
  endpoint({
    ...none,
    at: 'POST /v1/access/replay',
    operation: replayEvents,
    body: replaySchema,
    answer: (question, granted) => answerLongAnalysis({ kind: 'replay', question }, granted),
  }),
  endpoint({
    ...none,
    at: 'POST /v1/access/lint',
    operation: lintAccess,
    body: lintSchema,
    answer: (question, granted) => answerLongAnalysis({ kind: 'lint', question }, granted),
  }),
  endpoint({
    ...none,
    at: 'POST /v1/access/unused',
    operation: listUnused,
    body: unusedSchema,
    answer: (question, granted) => answerLongAnalysis({ kind: 'unused', question }, granted),
  }),
];
