import { KeyringError } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Params } from '../params.ts';
import { cutPage, invalidMarker, type Page } from './pages.ts';

const LABEL = 'page-marker';

/** A listing of KMS: what its markers are good for. */
export interface Listing {
  readonly operation: string;
  readonly limitDefault: number;
  /** What the caller asks the list of: a key, a principal. */
  readonly filter?: readonly (string | undefined)[];
}

/**
 * Cuts one page out of a sorted list of names, as KMS does. Its marker is sealed, and bound to the operation, the account,
 * the Region and the filter: it tells nothing, and is good for nothing but the next page of the same listing.
 *
 * @throws OperationError `InvalidMarker`.
 */
export function sealedPageOf(
  attempt: Attempt,
  names: readonly string[],
  params: Params,
  listing: Listing,
): Page {
  const label = labelOf(attempt, listing);
  const limit = params.optionalNumber('limit') ?? listing.limitDefault;
  const { last, ...page } = cutPage(names, nameBefore(attempt, params, label), limit);
  if (last === undefined) return { ...page, nextMarker: undefined };
  const sealed = attempt.keyring.sealSecret(label, Buffer.from(last, 'utf8'), attempt.entropy);
  return { ...page, nextMarker: sealed };
}

function labelOf({ account, place }: Attempt, { filter = [], operation }: Listing): readonly string[] {
  return [LABEL, operation, account, place.region, ...filter.map((part) => part ?? '')];
}

function nameBefore(attempt: Attempt, params: Params, label: readonly string[]): string | undefined {
  const marker = params.optionalText('marker');
  if (marker === undefined) return undefined;
  // One marker has one text.
  if (Buffer.from(marker, 'base64').toString('base64') !== marker) throw invalidMarker();
  try {
    return Buffer.from(attempt.keyring.openSecret(label, marker)).toString('utf8');
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    throw invalidMarker(error);
  }
}
