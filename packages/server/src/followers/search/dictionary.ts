import { bareKeyName } from './facts.ts';

/**
 * What the values are of that events are found by, and how many of each have a term of their own. More of them take a new
 * version of the index's format: an index that was made with fewer would not be read right.
 */
const valuesMax = {
  account: 32_768,
  action: 32_768,
  asset: 32_768,
  credential: 32_768,
  errorCode: 32_768,
  issuer: 32_768,
  key: 131_072,
  material: 32_768,
  operation: 32_768,
  outcome: 32_768,
  principal: 32_768,
  role: 32_768,
  session: 32_768,
  source: 32_768,
  subject: 32_768,
  userAgent: 32_768,
  word: 65_536,
} as const;

/** Names of keys that end alike, beyond which no more of them are taken: a question looks each of them up. */
export const LIKE_KEY_NAMES_MAX = 256;

/** What a value is of. */
export type ValueKind = keyof typeof valuesMax;

/** A value as it is kept: its kind, and what it is. */
export type DictionaryValue = readonly [kind: ValueKind, value: string];

/** How an attempt may end; these have the same terms in every index. */
export const OUTCOMES = ['success', 'denied', 'error', 'throttled'] as const;

const noNames: readonly string[] = [];

/**
 * The values that have a term of their own, in the order in which the log first had them. What is found by such a term has
 * the value, without a look at the entry. The first values of a kind are in it, and those behind them never: so when a
 * value is missing, either no entry has it, or the kind is full, or it ends like many names of keys.
 *
 * It is held in memory, and its size is bounded: callers choose many of these values.
 */
export class Dictionary {
  readonly #firstTerm: number;
  readonly #limit: number;
  readonly #terms: Readonly<Record<ValueKind, Map<string, number>>> = newTerms();
  readonly #keyNames = new Map<string, string[]>();
  #size = 0;
  #fresh: DictionaryValue[] = [];

  /** Terms are given from `firstTerm` on. A kind has at most `limit` values, if that is fewer than usual. */
  constructor(firstTerm: number, limit: number = Infinity) {
    this.#firstTerm = firstTerm;
    this.#limit = limit;
    for (const outcome of OUTCOMES) this.#add('outcome', outcome);
    this.#fresh = [];
  }

  /** The number of its values. */
  get size(): number {
    return this.#size;
  }

  /** Values that {@link Dictionary.forgetFresh} was not called after yet, in order. */
  get fresh(): readonly DictionaryValue[] {
    return this.#fresh;
  }

  /** The values are kept. */
  forgetFresh(): void {
    this.#fresh = [];
  }

  /** Takes kept values back. */
  restore(values: Iterable<DictionaryValue>): void {
    for (const [kind, value] of values) this.#add(kind, value);
    this.#fresh = [];
  }

  /** The term of a value that an entry has; `undefined` when there is no room for it. */
  learn(kind: ValueKind, value: string): number | undefined {
    const known = this.#terms[kind].get(value);
    if (known !== undefined) return known;
    const isTaken = kind === 'key' && this.keyNamesLike(value).length >= LIKE_KEY_NAMES_MAX;
    return isTaken || this.isFull(kind) ? undefined : this.#add(kind, value);
  }

  termOf(kind: ValueKind, value: string): number | undefined {
    return this.#terms[kind].get(value);
  }

  /** Whether entries may have values of the kind that are missing here. */
  isFull(kind: ValueKind): boolean {
    return this.#terms[kind].size >= Math.min(valuesMax[kind], this.#limit);
  }

  valuesOf(kind: ValueKind): Iterable<string> {
    return this.#terms[kind].keys();
  }

  /** The names of keys that end in the same id or alias. */
  keyNamesLike(name: string): readonly string[] {
    return this.#keyNames.get(bareKeyName(name)) ?? noNames;
  }

  #add(kind: ValueKind, value: string): number {
    const term = this.#firstTerm + this.#size;
    this.#size += 1;
    this.#terms[kind].set(value, term);
    this.#fresh.push([kind, value]);
    if (kind === 'key') this.#addKeyName(value);
    return term;
  }

  #addKeyName(name: string): void {
    const bare = bareKeyName(name);
    const names = this.#keyNames.get(bare);
    if (names === undefined) this.#keyNames.set(bare, [name]);
    else names.push(name);
  }
}

/** Whether a text, as it was kept, names a kind. */
export function isValueKind(text: unknown): text is ValueKind {
  return typeof text === 'string' && Object.hasOwn(valuesMax, text);
}

function newTerms(): Record<ValueKind, Map<string, number>> {
  return {
    account: new Map(),
    action: new Map(),
    asset: new Map(),
    credential: new Map(),
    errorCode: new Map(),
    issuer: new Map(),
    key: new Map(),
    material: new Map(),
    operation: new Map(),
    outcome: new Map(),
    principal: new Map(),
    role: new Map(),
    session: new Map(),
    source: new Map(),
    subject: new Map(),
    userAgent: new Map(),
    word: new Map(),
  };
}
