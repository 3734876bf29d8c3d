import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';

const MARKER_PREFIX = 'after:';

/** One page of a sorted list. */
export interface Page {
  readonly names: readonly string[];
  readonly truncated: boolean;
  readonly nextMarker: string | undefined;
}

/**
 * Cuts one page out of a sorted list of names: the first `limit` names after the one that the marker holds. A name
 * that is gone meanwhile does not disturb the order.
 *
 * @throws OperationError `InvalidMarker`.
 */
export function pageOf(names: readonly string[], params: Params, limitDefault: number): Page {
  const { last, ...page } = cutPage(
    names,
    nameBeforePage(params),
    params.optionalNumber('limit') ?? limitDefault,
  );
  return { ...page, nextMarker: last === undefined ? undefined : writeMarker(last) };
}

/** A page, and the name that the next one comes after, when there is a next one. */
interface Cut {
  readonly names: readonly string[];
  readonly truncated: boolean;
  readonly last: string | undefined;
}

/** The first `limit` names of a sorted list that come after a name. */
export function cutPage(names: readonly string[], before: string | undefined, limit: number): Cut {
  const start = before === undefined ? 0 : firstAfter(names, before);
  const page = names.slice(start, start + limit);
  const truncated = start + page.length < names.length;
  return { names: page, truncated, last: truncated ? page.at(-1) : undefined };
}

/**
 * The name that the page comes after that is asked for; absent for the first page.
 *
 * @throws OperationError `InvalidMarker`.
 */
export function nameBeforePage(params: Params): string | undefined {
  const marker = params.optionalText('marker');
  return marker === undefined ? undefined : readMarker(marker);
}

/** The marker of the page that comes after a name. */
export function writeMarker(name: string): string {
  return Buffer.from(`${MARKER_PREFIX}${name}`, 'utf8').toString('base64url');
}

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString('utf8');
  if (!text.startsWith(MARKER_PREFIX) || writeMarker(text.slice(MARKER_PREFIX.length)) !== marker) {
    throw invalidMarker();
  }
  return text.slice(MARKER_PREFIX.length);
}

/** The error for what is no marker, or one of another listing. */
export function invalidMarker(cause?: Error): OperationError {
  return new OperationError('InvalidMarker', 'The marker is not valid.', { cause });
}

/** Where the names of a sorted list begin that come after a name. */
export function firstAfter(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((names[middle] ?? '') <= name) low = middle + 1;
    else high = middle;
  }
  return low;
}
