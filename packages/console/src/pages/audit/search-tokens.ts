import { parseArn } from '../../formats/index.ts';
import { type FilterName, filterNames, isFilterName } from './audit-query.ts';

/** Other names that people type for filters. */
const aliases: Readonly<Record<string, FilterName>> = {
  who: 'principal',
  user: 'principal',
  role: 'principal',
  what: 'action',
  ip: 'source',
  address: 'source',
  agent: 'userAgent',
  error: 'errorCode',
  code: 'errorCode',
  accesskey: 'credential',
  words: 'text',
};

/** What somebody has typed: filters, and free words. */
export interface Typed {
  readonly filters: Readonly<Partial<Record<FilterName, string>>>;
  readonly words: readonly string[];
}

/** What is typed last, and may still be going on. */
export interface LastToken {
  /** Where it begins in the text. */
  readonly start: number;
  readonly field?: FilterName;
  /** What is there of the value. */
  readonly prefix: string;
}

const token = /(?:[^\s"]|"[^"]*"?)+/g;

/** Reads tokens: `principal:reports`, `customer=4711`, `"two words"`, `key:"alias/a b"`, ids by their form, and words. */
export function readTyped(text: string): Typed {
  const filters: Partial<Record<FilterName, string>> = {};
  const words: string[] = [];
  for (const [raw] of text.matchAll(token)) {
    const { field, value } = readToken(raw);
    if (value === '') continue;
    if (field === undefined || field === 'text') words.push(value);
    else filters[field] = outcomeOf(field, value);
  }
  return { filters, words };
}

/** The token at the end of the text; with an empty prefix when a new one begins there. */
export function lastToken(text: string): LastToken {
  const last = [...text.matchAll(token)].at(-1);
  if (last === undefined || last.index + last[0].length < text.length) {
    return { start: text.length, prefix: '' };
  }
  const named = fieldIn(last[0]);
  return named === undefined
    ? { start: last.index, prefix: unquoted(last[0]) }
    : { start: last.index, field: named.field, prefix: unquoted(named.rest) };
}

/** Filters whose name, or another name of theirs, begins so. */
export function fieldsBeginning(prefix: string): readonly FilterName[] {
  const start = prefix.toLowerCase();
  const byAlias = Object.entries(aliases).flatMap(([alias, name]) => (alias.startsWith(start) ? [name] : []));
  const byName = filterNames.filter((name) => name.toLowerCase().startsWith(start));
  return [...new Set([...byName, ...byAlias])].filter((name) => name !== 'text');
}

function readToken(raw: string): { readonly field?: FilterName; readonly value: string } {
  const named = fieldIn(raw);
  if (named !== undefined) return { field: named.field, value: unquoted(named.rest) };
  const value = unquoted(raw);
  if (raw.startsWith('"')) return { value };
  const field = fieldByForm(value);
  return field === undefined ? { value } : { field, value };
}

function fieldIn(raw: string): { readonly field: FilterName; readonly rest: string } | undefined {
  const split = raw.indexOf(':');
  if (split < 1) return undefined;
  const name = raw.slice(0, split);
  const field =
    filterNames.find((known) => known.toLowerCase() === name.toLowerCase()) ?? aliasOf(name.toLowerCase());
  return field === undefined ? undefined : { field, rest: raw.slice(split + 1) };
}

function aliasOf(name: string): FilterName | undefined {
  return Object.hasOwn(aliases, name) ? aliases[name] : undefined;
}

/** Ids, addresses and pairs have forms of their own. */
function fieldByForm(value: string): FilterName | undefined {
  if (/^[^=:]+=.+$/s.test(value)) return 'asset';
  if (/^(AKIA|ASIA)[A-Z2-7]{16}$/.test(value)) return 'credential';
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(value)) return 'source';
  if (/^inc-[a-z2-7]{26}$/.test(value)) return 'incident';
  if (/^mrk-[0-9a-f]{32}$/.test(value)) return 'key';
  const arn = parseArn(value);
  if (arn !== undefined) return arn.service === 'kms' ? 'key' : 'principal';
  return undefined;
}

/** Outcomes are shown by other words than the record has. */
function outcomeOf(field: FilterName, value: string): string {
  if (field !== 'outcome') return value;
  const word = value.toLowerCase();
  return word === 'allowed' ? 'success' : word;
}

function unquoted(text: string): string {
  return text.replaceAll('"', '').trim();
}

/** Writes a filter as it can be typed. */
export function tokenText(field: string, value: string): string {
  const quoted = /[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
  return field === 'asset' || !isFilterName(field) ? quoted : `${field}:${quoted}`;
}
