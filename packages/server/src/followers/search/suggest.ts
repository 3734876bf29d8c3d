import type { SuggestField, SuggestQuery, Suggestion } from '../../core/audit/index.ts';
import type { Pause } from './answer.ts';
import type { Dictionary } from './dictionary.ts';
import { assetOfValue } from './terms.ts';

/** In the order in which they are suggested when no field is named: what people look for first. */
const fields: readonly SuggestField[] = [
  'principal',
  'key',
  'asset',
  'action',
  'source',
  'credential',
  'errorCode',
  'outcome',
  'operation',
  'userAgent',
  'session',
  'account',
  'subject',
  'issuer',
  'material',
];

/**
 * Values of the dictionary that begin with a text, or whose last part does, such as the name at the end of an ARN;
 * upper and lower case are the same. Those that begin so come first. Of several fields each has its turn.
 */
export async function suggestValues(
  dictionary: Dictionary,
  { field, prefix, limit }: SuggestQuery,
  pause: Pause,
): Promise<readonly Suggestion[]> {
  const found: (readonly Suggestion[])[] = [];
  for (const one of field === undefined ? fields : [field]) {
    found.push(valuesLike(dictionary, one, prefix.toLowerCase(), limit));
    const due = pause();
    if (due !== undefined) await due;
  }
  const turns = Array.from({ length: limit }, (_, turn) => found.flatMap((values) => values[turn] ?? []));
  return turns.flat().slice(0, limit);
}

function valuesLike(
  dictionary: Dictionary,
  field: SuggestField,
  prefix: string,
  limit: number,
): readonly Suggestion[] {
  const beginning: string[] = [];
  const ending: string[] = [];
  for (const kept of dictionary.valuesOf(field)) {
    const value = field === 'asset' ? assetText(kept) : kept;
    const text = value.toLowerCase();
    if (text.startsWith(prefix)) beginning.push(value);
    else if (lastPart(text).startsWith(prefix)) ending.push(value);
  }
  const values = [...beginning.toSorted(), ...ending.toSorted()].slice(0, limit);
  return values.map((value) => ({ field, value }));
}

function assetText(kept: string): string {
  const { name, value } = assetOfValue(kept);
  return `${name}=${value}`;
}

function lastPart(text: string): string {
  return text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':'), text.lastIndexOf('=')) + 1);
}
