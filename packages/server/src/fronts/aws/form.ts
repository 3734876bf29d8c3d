import { isUtf8 } from 'node:buffer';
import { MalformedRequest } from './malformed.ts';

/** A parameter of a form, and the parameters whose names go on behind a dot where its own ends. */
export interface FormNode {
  readonly text: string | undefined;
  readonly members: ReadonlyMap<string, FormNode>;
}

/** A node that is still being filled. */
interface Growing extends FormNode {
  text: string | undefined;
  readonly members: Map<string, Growing>;
}

/** The most parameters that a form has: the longest list of the APIs that we speak is far shorter. */
const FIELDS_MAX = 5000;
/** The longest name of a parameter, in characters, and the most parts that dots make of it. */
const NAME_LENGTH_MAX = 512;
const NAME_PARTS_MAX = 8;

/**
 * Reads a body of the media type `application/x-www-form-urlencoded`. It has one reading: what is not well-formed
 * percent-encoded UTF-8 is refused, and so is a name that stands there twice.
 *
 * @throws MalformedRequest
 */
export function parseForm(body: Uint8Array): FormNode {
  if (!isUtf8(body)) throw new MalformedRequest('');
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const root: Growing = { text: undefined, members: new Map() };
  let fields = 0;
  for (let start = 0; start < text.length;) {
    const mark = text.indexOf('&', start);
    const end = mark === -1 ? text.length : mark;
    fields += 1;
    if (fields > FIELDS_MAX) throw new MalformedRequest(`The form has more than ${FIELDS_MAX} parameters.`);
    if (end > start) addField(root, text.slice(start, end));
    start = end + 1;
  }
  return root;
}

function addField(root: Growing, field: string): void {
  const equals = field.indexOf('=');
  const name = decoded(equals === -1 ? field : field.slice(0, equals));
  if (name.length > NAME_LENGTH_MAX) throw new MalformedRequest('The name of a parameter is too long.');
  const parts = name.split('.', NAME_PARTS_MAX + 1);
  if (parts.length > NAME_PARTS_MAX) {
    throw new MalformedRequest('The name of a parameter has too many parts.');
  }
  let node = root;
  for (const part of parts) {
    const next = node.members.get(part) ?? { text: undefined, members: new Map() };
    node.members.set(part, next);
    node = next;
  }
  if (node.text !== undefined) throw new MalformedRequest('The form has a parameter more than once.');
  node.text = equals === -1 ? '' : decoded(field.slice(equals + 1));
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    // The error quotes what it stumbles over, so it goes nowhere (G8).
    throw new MalformedRequest('');
  }
}
