import { canonicalJson } from '../../audit/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';

/** What must hold of every event that is found, by the names that `LookupEvents` has for it. */
export type LookupFilters = Readonly<Record<string, readonly string[]>>;

/** A question of `LookupEvents`. */
export interface Lookup {
  readonly filters: LookupFilters;
  /** Inclusive, milliseconds since the epoch. */
  readonly fromMs: number | undefined;
  /** Exclusive. */
  readonly toMs: number | undefined;
  readonly limit: number;
  /** Only events before this index of the log. */
  readonly beyond: number | undefined;
}

const LIMIT_MAX = 50;
const TOKEN = /^([0-9a-f]{32})-([0-9]{1,15})$/;
const SECOND_MS = 1000;

/** Reads a question. @throws OperationError when the window is upside down, or the token is of another question. */
export function readLookup(params: Params): Lookup {
  const filters: Record<string, readonly string[]> = {};
  for (const attribute of params.structures('lookupAttributes')) {
    const key = attribute.text('attributeKey');
    filters[key] = [...(filters[key] ?? []), attribute.text('attributeValue')];
  }
  const fromMs = params.optionalNumber('startTime');
  const endMs = params.optionalNumber('endTime');
  if (fromMs !== undefined && endMs !== undefined && fromMs > endMs) {
    throw new OperationError('InvalidInput', 'The start time must not be after the end time.');
  }
  const lookup = {
    filters,
    fromMs,
    // Times are shown in seconds: an event is in the window when the second that is shown is.
    toMs: endMs === undefined ? undefined : Math.floor(endMs / SECOND_MS) * SECOND_MS + SECOND_MS,
    limit: params.optionalNumber('maxResults') ?? LIMIT_MAX,
  };
  return { ...lookup, beyond: readToken(lookup, params.optionalText('nextToken')) };
}

/** The token that goes on with a question before `index`. It fits no other question. */
export function lookupToken(lookup: Omit<Lookup, 'beyond'>, index: number): string {
  return `${questionId(lookup)}-${index}`;
}

function readToken(lookup: Omit<Lookup, 'beyond'>, token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  const [, question, index = ''] = TOKEN.exec(token) ?? [];
  if (question !== questionId(lookup)) {
    throw new OperationError('InvalidMarker', 'The token is invalid, or was given for another question.');
  }
  return Number(index);
}

function questionId({ filters, fromMs, toMs }: Omit<Lookup, 'beyond'>): string {
  return sha256Hex(canonicalJson({ filters, fromMs: fromMs ?? '', toMs: toMs ?? '' })).slice(0, 32);
}
