import type { LogHasher } from '../crypto/index.ts';
import { decodeUtf8 } from '../encoding/index.ts';

/** The types of subjects, with the number of texts that name a subject of it (`spec/completeness.md`, "Subjects"). */
export const subjectTypes = {
  account: 1,
  asset: 2,
  credential: 1,
  key: 1,
  'key-principal': 2,
  partial: 0,
  principal: 1,
  source: 1,
} as const;

export type SubjectType = keyof typeof subjectTypes;

/** What an event is about, and what a complete answer can be asked about. */
export interface Subject {
  readonly type: SubjectType;
  /** As many as the type asks for. */
  readonly texts: readonly string[];
}

/** What the index takes from an entry. */
export interface EntryFacts {
  /** Distinct. */
  readonly subjects: readonly Subject[];
  /** Milliseconds since 1970; `undefined` when the event does not state a time as it should. */
  readonly timeMs: number | undefined;
}

type Members = Readonly<Record<string, unknown>>;

const noMembers: Members = {};
const partial: Subject = { type: 'partial', texts: [] };
const keyResource = 'key/';
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const encoder = new TextEncoder();
const keyStart = encoder.encode('keywitness.subject/1\0');
const lengthBytes = 4;

/** What the entry is about. Total: every sequence of bytes has subjects, if only that it cannot be read. */
export function entryFacts(entry: Uint8Array): EntryFacts {
  const event = parse(entry);
  if (event === undefined) return { subjects: [partial], timeMs: undefined };
  const found = new SubjectSet();
  const actor = membersOf(event['actor']);
  const arn = actor['arn'];
  found.add('account', actor['account']);
  found.add('credential', actor['credentialId']);
  found.add('principal', arn);
  found.add('source', membersOf(event['client'])['address']);
  for (const name of [...keyNames(event['key']), ...keyNames(event['sourceKey'])]) {
    found.add('key', name);
    found.addPair('key-principal', name, arn);
  }
  for (const member of ['context', 'sourceContext']) {
    const pairs = membersOf(event[member]);
    for (const name of Object.keys(pairs)) found.addPair('asset', name, pairs[name]);
  }
  const isPartial = 'clipped' in event || 'count' in event;
  return {
    subjects: isPartial ? [...found.subjects, partial] : found.subjects,
    timeMs: timeOf(event['time']),
  };
}

/** The key of a subject in the map (`spec/completeness.md`, "Subjects"). */
export function subjectKey({ type, texts }: Subject, hasher: LogHasher): Uint8Array {
  const units = texts.reduce((sum, text) => sum + text.length, type.length);
  const bytes = new Uint8Array(keyStart.length + lengthBytes * (1 + texts.length) + 3 * units);
  bytes.set(keyStart);
  let end = writeText(bytes, keyStart.length, type);
  for (const text of texts) end = writeText(bytes, end, text);
  return hasher.sha256(bytes.subarray(0, end));
}

function writeText(bytes: Uint8Array, offset: number, text: string): number {
  const start = offset + lengthBytes;
  const { written } = encoder.encodeInto(text, bytes.subarray(start));
  new DataView(bytes.buffer).setUint32(offset, written);
  return start + written;
}

/** Whether two subjects are the same one. */
export function isSameSubject(left: Subject, right: Subject): boolean {
  return (
    left.type === right.type &&
    left.texts.length === right.texts.length &&
    left.texts.every((text, place) => text === right.texts[place])
  );
}

/** Reads a subject; `undefined` for an unknown type, or not as many texts as it has. */
export function readSubject(type: string, texts: readonly string[]): Subject | undefined {
  return isSubjectType(type) && texts.length === subjectTypes[type] ? { type, texts } : undefined;
}

function isSubjectType(type: string): type is SubjectType {
  return Object.hasOwn(subjectTypes, type);
}

/** Subjects, each once. */
class SubjectSet {
  readonly subjects: Subject[] = [];
  readonly #names = new Set<string>();

  /** Adds a subject of one text unless that is none. */
  add(type: SubjectType, value: unknown): void {
    if (typeof value !== 'string') return;
    const text = value.toWellFormed();
    this.#addOnce(`${type} ${text}`, { type, texts: [text] });
  }

  /** Adds a subject of two texts unless one of them is none. */
  addPair(type: SubjectType, first: unknown, second: unknown): void {
    if (typeof first !== 'string' || typeof second !== 'string') return;
    const texts = [first.toWellFormed(), second.toWellFormed()];
    this.#addOnce(`${type} ${first.length} ${texts.join('')}`, { type, texts });
  }

  #addOnce(name: string, subject: Subject): void {
    const { size } = this.#names.add(name);
    if (size > this.subjects.length) this.subjects.push(subject);
  }
}

function parse(entry: Uint8Array): Members | undefined {
  const text = decodeUtf8(entry);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : undefined;
  } catch {
    // JSON.parse throws for what is not JSON and for nothing else; that is the answer here.
    return undefined;
  }
}

function keyNames(value: unknown): readonly unknown[] {
  const key = membersOf(value);
  return [key['id'], key['arn'], key['requested']].map((name) =>
    typeof name === 'string' ? bareKeyName(name) : undefined,
  );
}

/** What the id and the ARN of a key share, and an alias and its ARN. */
export function bareKeyName(name: string): string {
  if (!name.startsWith('arn:')) return name;
  const resource = name.slice(name.lastIndexOf(':') + 1);
  return resource.startsWith(keyResource) ? resource.slice(keyResource.length) : resource;
}

function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !instant.test(value)) return undefined;
  const timeMs = Date.parse(value);
  return timeMs >= 0 && new Date(timeMs).toISOString() === value ? timeMs : undefined;
}

function membersOf(value: unknown): Members {
  return isMembers(value) ? value : noMembers;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
