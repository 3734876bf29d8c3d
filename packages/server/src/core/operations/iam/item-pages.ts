import { sha256Hex } from '../../crypto/index.ts';
import { pageOf } from '../kms/index.ts';
import { Params } from '../params.ts';
import { ITEMS_DEFAULT } from './limits.ts';

/** One page of a listing, with the members that IAM's answers have for it. */
interface ItemPage<Item> {
  readonly items: readonly Item[];
  readonly isTruncated: boolean;
  readonly marker: string | undefined;
}

/** IAM's markers have at most 320 characters, so of a long name a marker holds the beginning and a hash. */
const KEY_UNITS_MAX = 64;
const HASH_DIGITS = 16;

/**
 * Cuts one page out of a listing: sorted by `keyOf`, which is different for each item. What appears or disappears
 * between two pages does not disturb the others.
 *
 * @throws OperationError `InvalidMarker`.
 */
export function pageOfItems<Item>(
  items: readonly Item[],
  params: Params,
  keyOf: (item: Item) => string,
): ItemPage<Item> {
  const byKey = new Map(items.map((item) => [boundedKey(keyOf(item)), item]));
  const asked = new Params({
    limit: params.optionalNumber('maxItems'),
    marker: params.optionalText('marker'),
  });
  const { names, nextMarker, truncated } = pageOf([...byKey.keys()].sort(), asked, ITEMS_DEFAULT);
  const page: Item[] = [];
  for (const name of names) {
    const item = byKey.get(name);
    if (item !== undefined) page.push(item);
  }
  return { items: page, isTruncated: truncated, marker: nextMarker };
}

/** Sorted by name, whatever its case. */
export function byName({ name }: { readonly name: string }): string {
  return name.toLowerCase();
}

function boundedKey(key: string): string {
  if (key.length <= KEY_UNITS_MAX) return key;
  return `${key.slice(0, KEY_UNITS_MAX).toWellFormed()}${sha256Hex(key).slice(0, HASH_DIGITS)}`;
}
