import { sha256Hex } from '../../crypto/index.ts';
import { nameBeforePage, pageOf } from '../kms/index.ts';
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
  const limit = params.optionalNumber('maxItems') ?? ITEMS_DEFAULT;
  const asked = new Params({ limit, marker: params.optionalText('marker') });
  // One more than the page holds says that there are more.
  const first = firstItems(items, keyOf, nameBeforePage(asked), limit + 1);
  const keys = first.map(({ key }) => key);
  const { names, nextMarker, truncated } = pageOf(keys, asked, ITEMS_DEFAULT);
  return {
    items: first.slice(0, names.length).map(({ item }) => item),
    isTruncated: truncated,
    marker: nextMarker,
  };
}

interface KeyedItem<Item> {
  readonly key: string;
  readonly item: Item;
}

/**
 * The first items after a key, sorted. There can be a hundred thousand, and every page looks at all of them, so they are
 * never sorted as a whole.
 */
function firstItems<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  before: string | undefined,
  count: number,
): readonly KeyedItem<Item>[] {
  let first: KeyedItem<Item>[] = [];
  let end: string | undefined;
  for (const item of items) {
    const key = boundedKey(keyOf(item));
    if (before !== undefined && key <= before) continue;
    if (end !== undefined && key >= end) continue;
    first.push({ key, item });
    if (first.length < 2 * count) continue;
    first = first.sort(byKey).slice(0, count);
    end = first.at(-1)?.key;
  }
  return first.sort(byKey).slice(0, count);
}

function byKey(left: KeyedItem<unknown>, right: KeyedItem<unknown>): number {
  return left.key < right.key ? -1 : 1;
}

/** Sorted by name, whatever its case. */
export function byName({ name }: { readonly name: string }): string {
  return name.toLowerCase();
}

function boundedKey(key: string): string {
  if (key.length <= KEY_UNITS_MAX) return key;
  return `${key.slice(0, KEY_UNITS_MAX).toWellFormed()}${sha256Hex(key).slice(0, HASH_DIGITS)}`;
}
