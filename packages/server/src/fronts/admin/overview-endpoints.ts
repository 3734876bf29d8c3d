import {
  consequencesQuerySchema,
  keyListQuerySchema,
  keyPathSchema,
  principalPathSchema,
} from '@keywitness/api';
import {
  getKeyConsequences,
  getPrincipalConsequences,
  getSettings,
  getStatus,
  listKeySummaries,
} from '../../core/operations/index.ts';
import { answerKeyConsequences, answerPrincipalConsequences } from './consequence-answers.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { none } from './input-schemas.ts';
import { answerKeys } from './key-answers.ts';
import { answerSettings, answerStatus } from './status-answers.ts';

/** Overviews of keys and of the service: rows of the API's table. */
export const overviewEndpoints: readonly Endpoint[] = [
  endpoint({
    ...none,
    at: 'GET /v1/keys',
    operation: listKeySummaries,
    query: keyListQuerySchema,
    params: ({ cursor, ...query }) => ({ ...query, marker: cursor }),
    answer: answerKeys,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/keys/{keyId}/consequences',
    operation: getKeyConsequences,
    path: keyPathSchema,
    query: consequencesQuerySchema,
    answer: answerKeyConsequences,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/principals/{principalName}/consequences',
    operation: getPrincipalConsequences,
    path: principalPathSchema,
    query: consequencesQuerySchema,
    answer: answerPrincipalConsequences,
  }),
  endpoint({ ...none, at: 'GET /v1/status', operation: getStatus, answer: answerStatus }),
  endpoint({ ...none, at: 'GET /v1/settings', operation: getSettings, answer: answerSettings }),
];
