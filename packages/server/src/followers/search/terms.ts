import type { EventFilter } from '../../core/audit/index.ts';
import { type Dictionary, LIKE_KEY_NAMES_MAX, OUTCOMES, type ValueKind } from './dictionary.ts';
import { askedRole, type Asset, bareKeyName, type EventFacts, isSameKey } from './facts.ts';
import { wordsOf } from './words.ts';

/** Terms are numbers of this many bits, so that a term and a position in a run fit one exact float. */
const TERM_BITS = 40;
/** No term is this number or more. */
export const TERM_LIMIT: number = 2 ** TERM_BITS;
/** Terms that one entry is indexed by; the rest of a wider one is found by {@link WIDE}. */
const TERMS_PER_ENTRY_MAX = 256;

/**
 * The term of entries that are not indexed by everything they hold. Every condition has it as an alternative, so such
 * an entry is looked at for every question, and is never missing from an answer (G4).
 */
export const WIDE = 0;
/** The same for entries of which not every word is indexed; every condition about words has it as an alternative. */
const WORDY = 1;
/** The term of entries whose action the dictionary has no room for: an alternative when actions that begin so are asked for. */
const OTHER_ACTION = 2;
/** Terms of the values of a dictionary begin here; those of what is not in it are hashes, and begin further up. */
export const FIRST_VALUE_TERM = 16;
const FIRST_HASH = 2 ** 32;
/** Words that one entry is indexed by. What callers choose so costs a bounded part of the index. */
const WORDS_PER_ENTRY_MAX = 64;
/** User agents are found by their first so many characters: the most of them that a prefix has. */
const AGENT_PREFIXES = [12, 4] as const;
/** Values that a prefix is resolved to at most. */
const PREFIXED_MAX = 256;

/** A condition of a question, as alternatives: an entry that satisfies it has at least one of these terms. */
export interface Condition {
  /** An entry that has one of these satisfies it. */
  readonly sure: readonly number[];
  /** One that has one of these may. */
  readonly unsure: readonly number[];
}

/** The conditions of a question. */
export interface Conditions {
  readonly all: readonly Condition[];
  /** A part of the question is in none of them: every entry has to be looked at. */
  readonly isPartial: boolean;
}

/** What one entry is indexed by: distinct terms. The dictionary learns its values. */
export function termsOf(facts: EventFacts, dictionary: Dictionary): readonly number[] {
  const terms = new Set<number>();
  const add = (kind: ValueKind, value: string | undefined): void => {
    if (value !== undefined) terms.add(dictionary.learn(kind, value) ?? hashOf(kind, value));
  };
  for (const name of facts.keys) add('key', name);
  for (const name of facts.principals) add('principal', name);
  add('action', facts.action);
  if (facts.action !== undefined && dictionary.termOf('action', facts.action) === undefined) {
    terms.add(OTHER_ACTION);
  }
  add('operation', facts.operation);
  add('outcome', facts.outcome);
  add('source', facts.source);
  add('credential', facts.credential);
  add('role', facts.role);
  add('account', facts.account);
  add('errorCode', facts.errorCode);
  for (const name of facts.sessions) add('session', name);
  add('issuer', facts.issuer);
  add('subject', facts.subject);
  for (const id of facts.materials) add('material', id);
  add('userAgent', facts.userAgent);
  addAgentTerms(terms, facts.userAgent);
  if (!isUuidV7(facts.id) && facts.id !== undefined) terms.add(idTerm(facts.id));
  if (facts.request !== undefined) terms.add(requestTerm(facts.request));
  for (const id of facts.incidents) terms.add(incidentTerm(id));
  for (const id of facts.ciphertexts) terms.add(ciphertextTerm(id));
  for (const asset of facts.assets) {
    if (terms.size >= TERMS_PER_ENTRY_MAX) return [...terms, WIDE];
    add('asset', assetValue(asset));
  }
  addWordTerms(terms, facts.words(), dictionary);
  return [...terms];
}

/** What an entry must have to be an answer. */
export function conditionsOf(query: EventFilter, dictionary: Dictionary): Conditions {
  const all: Condition[] = [];
  const require = (kind: ValueKind, value: string | undefined): void => {
    if (value !== undefined) all.push(condition(alternativesOf(kind, value, dictionary)));
  };
  require('asset', query.asset === undefined ? undefined : assetValue(query.asset));
  require('credential', query.credential);
  if (query.key !== undefined) all.push(keyCondition(query.key, dictionary));
  if (query.principal !== undefined) all.push(principalCondition(query.principal, dictionary));
  require('source', query.source);
  require('outcome', query.outcome);
  require('account', query.account);
  require('errorCode', query.errorCode);
  require('operation', query.operation);
  require('session', query.session);
  require('issuer', query.issuer);
  require('subject', query.subject);
  require('material', query.material);
  all.push(...idConditions(query));
  for (const word of query.text === undefined ? [] : wordsOf(query.text)) {
    const { sure, unsure } = alternativesOf('word', word, dictionary);
    all.push({ sure, unsure: [...unsure, WORDY, WIDE] });
  }
  if (query.action !== undefined) all.push(actionCondition(query.action, dictionary));
  const agent = query.userAgent === undefined ? undefined : agentCondition(query.userAgent, dictionary);
  if (agent !== undefined) all.push(agent);
  return { all, isPartial: query.userAgent !== undefined && agent === undefined };
}

/** The term of an event id that is not a UUIDv7; those are found by their time instead. */
export function idTerm(id: string): number {
  return hash('i', id);
}

/** The terms of the entries that ended in each of {@link OUTCOMES}. */
export const outcomeTerms: readonly number[] = OUTCOMES.map((_, position) => FIRST_VALUE_TERM + position);

/** A pair as a dictionary has it. */
function assetValue({ name, value }: Asset): string {
  return `${name.length}:${name}${value}`;
}

/** The other way. */
export function assetOfValue(text: string): Asset {
  const colon = text.indexOf(':');
  const end = colon + 1 + Number(text.slice(0, colon));
  return { name: text.slice(colon + 1, end), value: text.slice(end) };
}

/** The instant inside a UUIDv7 (RFC 9562 section 5.7), in milliseconds since the epoch. */
export function uuidTimeMs(id: string | undefined): number | undefined {
  return id !== undefined && isUuidV7(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}

function isUuidV7(id: string | undefined): boolean {
  return id?.length === 36 && UUID_V7.test(id);
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Every condition is satisfied, perhaps, by an entry that is not indexed by everything. */
function condition({ sure, unsure }: Condition): Condition {
  return { sure, unsure: [...unsure, WIDE] };
}

/** Either of two. */
function either(one: Condition, other: Condition): Condition {
  return { sure: [...one.sure, ...other.sure], unsure: [...one.unsure, ...other.unsure] };
}

function alternativesOf(kind: ValueKind, value: string, dictionary: Dictionary): Condition {
  const term = dictionary.termOf(kind, value);
  if (term !== undefined) return { sure: [term], unsure: [] };
  return { sure: [], unsure: dictionary.isFull(kind) ? [hashOf(kind, value)] : [] };
}

/** Ids that few entries have are in no dictionary. */
function idConditions({ ciphertext, incident, request }: EventFilter): readonly Condition[] {
  const terms = [
    ciphertext === undefined ? undefined : ciphertextTerm(ciphertext),
    incident === undefined ? undefined : incidentTerm(incident),
    request === undefined ? undefined : requestTerm(request),
  ];
  return terms.filter((term) => term !== undefined).map((term) => condition({ sure: [], unsure: [term] }));
}

/** Several names may be meant: those that are in the dictionary, and others that end alike. */
function keyCondition(asked: string, dictionary: Dictionary): Condition {
  const alike = dictionary.keyNamesLike(asked);
  const names = alike.filter((name) => isSameKey(name, asked));
  return condition({
    sure: names.map((name) => dictionary.termOf('key', name)).filter((term) => term !== undefined),
    unsure: dictionary.isFull('key') || alike.length >= LIKE_KEY_NAMES_MAX ? [hashOf('key', asked)] : [],
  });
}

/** A role is found in its sessions as well. */
function principalCondition(asked: string, dictionary: Dictionary): Condition {
  const role = askedRole(asked);
  const named = alternativesOf('principal', asked, dictionary);
  return condition(role === undefined ? named : either(named, alternativesOf('role', role, dictionary)));
}

function actionCondition(asked: string, dictionary: Dictionary): Condition {
  const operation = alternativesOf('operation', asked, dictionary);
  if (!asked.endsWith('*')) {
    return condition(either(alternativesOf('action', asked, dictionary), operation));
  }
  const unsure = dictionary.isFull('action') ? [OTHER_ACTION] : [];
  return condition(either({ sure: prefixedTerms('action', asked, dictionary), unsure }, operation));
}

/** `undefined` for a prefix of very few characters that is too common: it is looked for in the entries themselves. */
function agentCondition(asked: string, dictionary: Dictionary): Condition | undefined {
  if (!asked.endsWith('*')) return condition(alternativesOf('userAgent', asked, dictionary));
  const terms = prefixedTerms('userAgent', asked, dictionary);
  const sure = terms.slice(0, PREFIXED_MAX);
  if (sure.length === terms.length && !dictionary.isFull('userAgent')) return condition({ sure, unsure: [] });
  const length = AGENT_PREFIXES.find((prefix) => prefix < asked.length);
  return length === undefined ? undefined : condition({ sure, unsure: [hash('v', asked.slice(0, length))] });
}

/** The terms of all values that begin like `asked`, which ends in a `*`. */
function prefixedTerms(kind: ValueKind, asked: string, dictionary: Dictionary): readonly number[] {
  const prefix = asked.slice(0, -1);
  const terms: number[] = [];
  for (const value of dictionary.valuesOf(kind)) {
    const term = value.startsWith(prefix) ? dictionary.termOf(kind, value) : undefined;
    if (term !== undefined) terms.push(term);
  }
  return terms;
}

function addAgentTerms(terms: Set<number>, userAgent: string | undefined): void {
  if (userAgent === undefined) return;
  for (const length of AGENT_PREFIXES) {
    if (userAgent.length >= length) terms.add(hash('v', userAgent.slice(0, length)));
  }
}

function addWordTerms(terms: Set<number>, words: ReadonlySet<string>, dictionary: Dictionary): void {
  let count = 0;
  for (const word of words) {
    if (count === WORDS_PER_ENTRY_MAX || terms.size >= TERMS_PER_ENTRY_MAX) {
      terms.add(WORDY);
      return;
    }
    terms.add(dictionary.learn('word', word) ?? hashOf('word', word));
    count += 1;
  }
}

function requestTerm(id: string): number {
  return hash('q', id);
}

function ciphertextTerm(id: string): number {
  return hash('d', id);
}

function incidentTerm(id: string): number {
  return hash('z', id);
}

/** Of a value that the dictionary has no room for. Of a key it is the same for all names that may be meant. */
function hashOf(kind: ValueKind, value: string): number {
  return hash(kind, kind === 'key' ? bareKeyName(value) : value);
}

/** A fast hash for tables, 2^32 to 2^40 - 1. Collisions cost a look at an entry, never a wrong answer. */
function hash(kind: string, value: string): number {
  let low = 0x6a09e667;
  for (let position = 0; position < kind.length; position += 1) {
    low = Math.imul(low ^ kind.charCodeAt(position), 0x9e3779b1);
  }
  let high = low ^ 0x3c6ef372;
  for (let position = 0; position < value.length; position += 1) {
    const unit = value.charCodeAt(position);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul((high << 5) ^ (high >>> 27) ^ unit, 0x85ebca6b);
  }
  const word = (mix(low) >>> 0) + (mix(high ^ low) & 0xff) * 2 ** 32;
  return word < FIRST_HASH ? word + FIRST_HASH : word;
}

function mix(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b);
  return twice ^ (twice >>> 16);
}
