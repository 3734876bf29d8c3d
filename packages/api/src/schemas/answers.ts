import type { AnswerWindow } from '@keywitness/log';
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
  /**
   * What is too large for one answer is answered in pages, each a complete answer about a window by index. The next one is
   * asked for with `fromIndex`, which is where the window of the last has ended.
   */
  readonly paged?: true;
}

/** The end of windows that have none: the year 10000. */
const timeMsMax = 253_402_300_800_000;

/** The window that a query asks for; of a paged one, that of all its pages together. */
export function answerWindow({ from, to, fromIndex, toIndex, paged }: AnswerQuery): AnswerWindow {
  if (paged !== true && (fromIndex !== undefined || toIndex !== undefined)) {
    return { kind: 'index', from: fromIndex ?? 0, to: toIndex ?? Number.MAX_SAFE_INTEGER };
  }
  if (from === undefined && to === undefined) return { kind: 'all' };
  return { kind: 'time', fromMs: instantOf(from, 0), toMs: instantOf(to, timeMsMax) };
}

function instantOf(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : Math.min(timeMsMax, Math.max(0, Date.parse(text)));
}

const flag = v.pipe(
  v.literal('true'),
  v.transform(() => true as const),
);

const members = v.strictObject({
  account: v.exactOptional(boundedText(64)),
  asset: v.exactOptional(assetSchema),
  credential: v.exactOptional(boundedText(128)),
  key: v.exactOptional(boundedText(2048)),
  paged: v.exactOptional(flag),
  partial: v.exactOptional(flag),
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
    ({ from, to, fromIndex, toIndex, paged }) =>
      paged === true
        ? toIndex === undefined
        : (from === undefined && to === undefined) || (fromIndex === undefined && toIndex === undefined),
    'a window is by time or by index, and one in pages is not by index',
  ),
);

function isOneSubject({ account, asset, credential, key, partial, principal, source }: AnswerQuery): boolean {
  const given = [account, asset, credential, key, partial, principal, source].filter(
    (value) => value !== undefined,
  );
  return given.length === 1 || (given.length === 2 && key !== undefined && principal !== undefined);
}
