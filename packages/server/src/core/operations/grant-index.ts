import type { EncryptionContext, GrantRecord } from '../keys/index.ts';
import { takesEncryptionContext } from '../policy/index.ts';
import { LeastName } from './least-name.ts';

/** What a grant is looked for with. */
export interface GrantNeed {
  /** KMS's name, for example `Decrypt`. */
  readonly operation: string;
  readonly context: EncryptionContext | undefined;
  /** Whether the request can be one on behalf of a resource. */
  readonly hasSource: boolean;
}

/** The grants that allow the same operations. */
interface Alike {
  readonly operations: ReadonlySet<string>;
  /** Those that constrain nothing: one stands for all of them. */
  readonly plain: LeastName;
  /** All of them but those on behalf of a resource: what stands for them where no context is taken. */
  readonly all: LeastName;
  /** Those that require a pair of the encryption context, by one of the pairs that they require. */
  readonly byPair: Map<string, Set<string>>;
  /** Those that require that there is no pair. */
  readonly withoutPairs: Set<string>;
  /** Those that are good on behalf of a resource alone. */
  readonly bySource: Set<string>;
}

/**
 * The grants on one key to one grantee, arranged so that a decision looks at few of them, however many there are: of those
 * that constrain nothing at one, and of the others at those that share a pair with the request's encryption context.
 * INVARIANT: of the grants that allow what is asked, the one whose id is least is among those that are found.
 */
export class GrantIndex {
  readonly #alike = new Map<string, Alike>();
  /** The pair that each grant was put under. */
  readonly #pairs = new Map<string, string>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Takes a grant in, by what it is stored under. */
  add(id: string, { constraints, operations }: GrantRecord): void {
    const alike = this.#alikeFor(operations);
    this.#size += 1;
    if (constraints?.sourceArn !== undefined) {
      alike.bySource.add(id);
      return;
    }
    alike.all.add(id);
    const { encryptionContextEquals, encryptionContextSubset } = constraints ?? {};
    const pairs = Object.entries({ ...encryptionContextSubset, ...encryptionContextEquals }).map(pairText);
    if (pairs.length > 0) this.#addByPair(alike, id, pairs);
    else if (encryptionContextEquals === undefined) alike.plain.add(id);
    else alike.withoutPairs.add(id);
  }

  /** Forgets a grant that was taken in. */
  remove(id: string, { operations }: GrantRecord): void {
    const alike = this.#alikeFor(operations);
    this.#size -= 1;
    for (const names of [alike.plain, alike.all]) names.remove(id);
    for (const names of [alike.bySource, alike.withoutPairs]) names.delete(id);
    const pair = this.#pairs.get(id);
    if (pair === undefined) return;
    this.#pairs.delete(id);
    const ofPair = alike.byPair.get(pair);
    ofPair?.delete(id);
    if (ofPair?.size === 0) alike.byPair.delete(pair);
  }

  /** Ids of the grants to look at, sorted. */
  find({ context, hasSource, operation }: GrantNeed): readonly string[] {
    const found = new Set<string>();
    const takesContext = takesEncryptionContext(operation);
    for (const alike of this.#alike.values()) {
      if (!alike.operations.has(operation)) continue;
      const least = (takesContext ? alike.plain : alike.all).least;
      if (least !== undefined) found.add(least);
      if (takesContext) addMatching(found, alike, context ?? {});
      if (hasSource) for (const id of alike.bySource) found.add(id);
    }
    return [...found].sort();
  }

  #alikeFor(operations: readonly string[]): Alike {
    const name = [...operations].sort().join();
    const known = this.#alike.get(name);
    if (known !== undefined) return known;
    const alike = {
      operations: new Set(operations),
      plain: new LeastName(),
      all: new LeastName(),
      byPair: new Map<string, Set<string>>(),
      withoutPairs: new Set<string>(),
      bySource: new Set<string>(),
    };
    this.#alike.set(name, alike);
    return alike;
  }

  /** Of the pairs that a grant requires, the one that the fewest others are found by. */
  #addByPair({ byPair }: Alike, id: string, pairs: readonly string[]): void {
    const sizeOf = (pair: string): number => byPair.get(pair)?.size ?? 0;
    const rarest = pairs.reduce((best, pair) => (sizeOf(pair) < sizeOf(best) ? pair : best));
    this.#pairs.set(id, rarest);
    const ofPair = byPair.get(rarest);
    if (ofPair === undefined) byPair.set(rarest, new Set([id]));
    else ofPair.add(id);
  }
}

function addMatching(found: Set<string>, { byPair, withoutPairs }: Alike, context: EncryptionContext): void {
  const pairs = Object.entries(context);
  if (pairs.length === 0) for (const id of withoutPairs) found.add(id);
  for (const pair of pairs) for (const id of byPair.get(pairText(pair)) ?? []) found.add(id);
}

/** Names of pairs know no case in constraints, values do. */
function pairText([name, value]: readonly [name: string, value: string]): string {
  return `${name.toLowerCase()}\0${value}`;
}
