import type { EventQuery } from '../../core/audit/index.ts';
import { bareKeyName, type EventFacts, roleOfArn } from './facts.ts';
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
/** Words that one entry is indexed by. What callers choose so costs a bounded part of the index. */
const WORDS_PER_ENTRY_MAX = 64;
/** User agents are found by their first so many characters: the most of them that a prefix has. */
const AGENT_PREFIXES = [12, 4] as const;

/** What one entry is indexed by: distinct terms. */
export function termsOf(facts: EventFacts): readonly number[] {
  const terms = new Set<number>();
  for (const name of facts.keys) terms.add(hash('k', bareKeyName(name)));
  for (const name of facts.principals) terms.add(hash('p', name));
  addTerm(terms, 'a', facts.action);
  addTerm(terms, 'a', facts.operation);
  addTerm(terms, 'r', facts.outcome);
  addTerm(terms, 's', facts.source);
  addTerm(terms, 'c', facts.credential);
  addTerm(terms, 'o', facts.role);
  addTerm(terms, 'n', facts.account);
  addTerm(terms, 'e', facts.errorCode);
  for (const name of facts.sessions) terms.add(hash('t', name));
  addTerm(terms, 'j', facts.issuer);
  addTerm(terms, 'b', facts.subject);
  addAgentTerms(terms, facts.userAgent);
  if (!isUuidV7(facts.id)) addTerm(terms, 'i', facts.id);
  for (const { name, value } of facts.assets) {
    if (terms.size >= TERMS_PER_ENTRY_MAX) return [...terms, WIDE];
    terms.add(assetTerm(name, value));
  }
  addWordTerms(terms, facts.words());
  return [...terms];
}

/**
 * The conditions of a question as alternatives of terms: an entry that satisfies all of them has at least one term of
 * each. The reverse does not hold (terms are hashes), so candidates are checked against the entry itself.
 */
export function conditionsOf(query: EventQuery, actions: Iterable<string>): readonly (readonly number[])[] {
  const conditions: (readonly number[])[] = [];
  const require = (kind: string, value: string | undefined): void => {
    if (value !== undefined) conditions.push([hash(kind, value), WIDE]);
  };
  if (query.asset !== undefined) conditions.push([assetTerm(query.asset.name, query.asset.value), WIDE]);
  require('c', query.credential);
  require('k', query.key === undefined ? undefined : bareKeyName(query.key));
  if (query.principal !== undefined) conditions.push(principalTerms(query.principal));
  require('s', query.source);
  require('r', query.outcome);
  require('n', query.account);
  require('e', query.errorCode);
  require('a', query.operation);
  require('t', query.session);
  require('j', query.issuer);
  require('b', query.subject);
  if (query.userAgent !== undefined) conditions.push(...agentConditions(query.userAgent));
  for (const word of query.text === undefined ? [] : wordsOf(query.text)) {
    conditions.push([hash('w', word), WORDY, WIDE]);
  }
  if (query.action !== undefined) conditions.push([...actionTerms(query.action, actions), WIDE]);
  return conditions;
}

/** The term of an event id that is not a UUIDv7; those are found by their time instead. */
export function idTerm(id: string): number {
  return hash('i', id);
}

/** The instant inside a UUIDv7 (RFC 9562 section 5.7), in milliseconds since the epoch. */
export function uuidTimeMs(id: string | undefined): number | undefined {
  return id !== undefined && isUuidV7(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}

function isUuidV7(id: string | undefined): boolean {
  return id?.length === 36 && UUID_V7.test(id);
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function actionTerms(asked: string, actions: Iterable<string>): readonly number[] {
  if (!asked.endsWith('*')) return [hash('a', asked)];
  const prefix = asked.slice(0, -1);
  return [...actions].filter((action) => action.startsWith(prefix)).map((action) => hash('a', action));
}

/** A role is found in its sessions as well. */
function principalTerms(asked: string): readonly number[] {
  const role = roleOfArn(asked);
  return role === undefined ? [hash('p', asked), WIDE] : [hash('p', asked), hash('o', role), WIDE];
}

function addAgentTerms(terms: Set<number>, userAgent: string | undefined): void {
  if (userAgent === undefined) return;
  terms.add(hash('u', userAgent));
  for (const length of AGENT_PREFIXES) {
    if (userAgent.length >= length) terms.add(hash('v', userAgent.slice(0, length)));
  }
}

/** A prefix of very few characters is no condition: it is looked for in the entries themselves. */
function agentConditions(asked: string): readonly (readonly number[])[] {
  if (!asked.endsWith('*')) return [[hash('u', asked), WIDE]];
  const length = AGENT_PREFIXES.find((prefix) => prefix < asked.length);
  return length === undefined ? [] : [[hash('v', asked.slice(0, length)), WIDE]];
}

function addWordTerms(terms: Set<number>, words: ReadonlySet<string>): void {
  let count = 0;
  for (const word of words) {
    if (count === WORDS_PER_ENTRY_MAX || terms.size >= TERMS_PER_ENTRY_MAX) {
      terms.add(WORDY);
      return;
    }
    terms.add(hash('w', word));
    count += 1;
  }
}

function addTerm(terms: Set<number>, kind: string, value: string | undefined): void {
  if (value !== undefined) terms.add(hash(kind, value));
}

function assetTerm(name: string, value: string): number {
  return hash('x', `${name.length}:${name}${value}`);
}

/** A fast hash for tables, 2 to 2^40 - 1. Collisions cost a look at an entry, never a wrong answer. */
function hash(kind: string, value: string): number {
  let low = Math.imul(kind.charCodeAt(0) ^ 0x6a09e667, 0x9e3779b1);
  let high = low ^ 0x3c6ef372;
  for (let position = 0; position < value.length; position += 1) {
    const unit = value.charCodeAt(position);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul((high << 5) ^ (high >>> 27) ^ unit, 0x85ebca6b);
  }
  const word = (mix(low) >>> 0) + (mix(high ^ low) & 0xff) * 2 ** 32;
  return word <= WORDY ? word + 2 : word;
}

function mix(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b);
  return twice ^ (twice >>> 16);
}
