import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { assetSchema, boundedText, countTextSchema, instantSchema } from './text.ts';

/**
 * What is to be answered completely: one subject, or a key and a principal together, and at most one kind of window
 * (`spec/completeness.md`).
 */
export interface AnswerQuery {
  readonly account?: string;
  readonly asset?: { readonly name: string; readonly value: string };
  readonly credential?: string;
  /** An id, an alias, or the ARN of either. */
  readonly key?: string;
  /** Events that say less than there was. */
  readonly partial?: true;
  /** An ARN. */
  readonly principal?: string;
  /** The client's address. */
  readonly source?: string;
  /** RFC 3339, inclusive. */
  readonly from?: string;
  /** RFC 3339, exclusive. */
  readonly to?: string;
  /** Inclusive. */
  readonly fromIndex?: number;
  /** Exclusive. */
  readonly toIndex?: number;
}

const members = v.strictObject({
  account: v.exactOptional(boundedText(64)),
  asset: v.exactOptional(assetSchema),
  credential: v.exactOptional(boundedText(128)),
  key: v.exactOptional(boundedText(2048)),
  partial: v.exactOptional(
    v.pipe(
      v.literal('true'),
      v.transform(() => true as const),
    ),
  ),
  principal: v.exactOptional(
    v.pipe(boundedText(2048), v.startsWith('arn:', 'a principal is named by its ARN here')),
  ),
  source: v.exactOptional(boundedText(64)),
  from: v.exactOptional(instantSchema),
  to: v.exactOptional(instantSchema),
  fromIndex: v.exactOptional(countTextSchema),
  toIndex: v.exactOptional(countTextSchema),
});

/** Reads the query of a complete answer from its texts. */
export const answerQuerySchema: Schema<AnswerQuery> = v.pipe(
  members,
  v.check(
    (query) => isOneSubject(query),
    'an answer is about one of account, asset, credential, key, partial, principal and source, or key and principal',
  ),
  v.check(
    ({ from, to, fromIndex, toIndex }) =>
      (from === undefined && to === undefined) || (fromIndex === undefined && toIndex === undefined),
    'a window is by time or by index',
  ),
);

function isOneSubject({ account, asset, credential, key, partial, principal, source }: AnswerQuery): boolean {
  const given = [account, asset, credential, key, partial, principal, source].filter(
    (value) => value !== undefined,
  );
  return given.length === 1 || (given.length === 2 && key !== undefined && principal !== undefined);
}
