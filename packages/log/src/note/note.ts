import {
  concatBytes,
  decodeBase64,
  decodeUtf8,
  encodeBase64,
  encodeUtf8,
  isSize,
} from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { isKeyName } from './verifier-key.ts';

/** One signature line (signed-note, "Format"). */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  /** What follows the key id; its shape depends on the type of the key. */
  readonly signature: Uint8Array;
}

/** A note that was taken apart, with nothing about its signatures believed. */
export interface Note {
  /** Ends in a newline. */
  readonly text: string;
  /** At least one. */
  readonly signatures: readonly NoteSignature[];
}

/** The longest note that is read: room for a hundred ML-DSA-44 cosignatures. */
export const noteBytesMax: number = 512 * 1024;

/** The most signatures that a note is read with; signed-note asks for 16 at least. */
export const signaturesMax = 100;

const keyIdBytes = 4;
const keyIdMax = 0xffffffff;
const signatureStart = '\u2014 ';
// oxlint-disable-next-line eslint/no-control-regex -- control characters are what notes must not have
const forbiddenInNote = /[\u0000-\u0009\u000b-\u001f]/;

/**
 * Takes a note apart (signed-note, "Format"): the signatures follow the last empty line. Throws `malformed-note` for
 * bytes that are not such a note to the letter.
 */
export function parseNote(note: string | Uint8Array): Note {
  const content = noteText(note);
  const split = content.lastIndexOf('\n\n');
  if (split === -1 || !content.endsWith('\n')) throw malformed('it has no signatures after an empty line');
  const lines = content.slice(split + 2, -1).split('\n');
  if (lines.length > signaturesMax) throw malformed(`it has \`${lines.length}\` signatures`);
  return { text: content.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

/** Joins a text and its signatures to a note. Throws `malformed-note` for what `parseNote` would not read. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  if (!isNoteText(text)) throw malformed('its text does not end in a newline or has control characters');
  if (signatures.length === 0 || signatures.length > signaturesMax) {
    throw malformed(`it has \`${signatures.length}\` signatures`);
  }
  const note = `${text}\n${formatSignatures(signatures)}`;
  noteText(note);
  return note;
}

/** Adds signatures, such as those of witnesses, after the ones that a note has. */
export function addSignatures(note: string, signatures: readonly NoteSignature[]): string {
  const parsed = parseNote(note);
  return formatNote(parsed.text, [...parsed.signatures, ...signatures]);
}

/** Signature lines, as they end a note. Throws `malformed-note` for one that could not be read. */
export function formatSignatures(signatures: readonly NoteSignature[]): string {
  return signatures.map(formatSignature).join('');
}

/** Whether a text can be signed: it ends in a newline and has no other control character. */
export function isNoteText(text: string): boolean {
  return text.endsWith('\n') && text.isWellFormed() && !forbiddenInNote.test(text);
}

function noteText(note: string | Uint8Array): string {
  const bytes = typeof note === 'string' ? encodeUtf8(note) : note;
  if (bytes === undefined || bytes.length > noteBytesMax) throw malformed('it is too long or not UTF-8');
  const text = decodeUtf8(bytes);
  if (text === undefined) throw malformed('it is not UTF-8');
  if (forbiddenInNote.test(text)) throw malformed('it has control characters');
  return text;
}

function parseSignature(line: string): NoteSignature {
  if (!line.startsWith(signatureStart)) throw malformed('a signature line does not start with a dash');
  const [name = '', encoded = '', ...rest] = line.slice(signatureStart.length).split(' ');
  const bytes = decodeBase64(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.length <= keyIdBytes || rest.length > 0) {
    throw malformed('a signature line is not a name and base64');
  }
  const view = new DataView(bytes.buffer);
  return { name, keyId: view.getUint32(0), signature: bytes.slice(keyIdBytes) };
}

function formatSignature({ name, keyId, signature }: NoteSignature): string {
  if (!isKeyName(name)) throw malformed(`\`${name}\` cannot be the name of a key`);
  if (!isSize(keyId) || keyId > keyIdMax || signature.length === 0) {
    throw malformed(`a signature of \`${name}\` has no key id of 32 bits or no bytes`);
  }
  const id = new Uint8Array(keyIdBytes);
  new DataView(id.buffer).setUint32(0, keyId);
  return `${signatureStart}${name} ${encodeBase64(concatBytes(id, signature))}\n`;
}

function malformed(why: string): LogError {
  return new LogError('malformed-note', `could not read or write the note: ${why}`);
}
