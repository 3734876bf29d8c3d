import { PolicyError } from './errors.ts';

const DEPTH_MAX = 10;
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** JSON members by name. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * Reads JSON that says each thing once: an object with the same member twice means different things to different
 * readers, and a policy must not.
 *
 * @throws PolicyError
 */
export function parseStrictJson(text: string): unknown {
  const value = parseJson(text);
  refuseDuplicates(text);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PolicyError('the policy is not valid JSON', { cause: error });
  }
}

/** Walks the tokens of a text that is known to be JSON. An array has no names; an object has a set of them. */
function refuseDuplicates(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let latest = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > DEPTH_MAX) throw new PolicyError('the policy is nested too deep');
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ':') {
      refuseDuplicate(open.at(-1), String(JSON.parse(latest)));
    } else {
      latest = token;
    }
  }
}

function refuseDuplicate(names: Set<string> | undefined, name: string): void {
  if (names?.has(name) === true) throw new PolicyError(`the policy has the member \`${name}\` twice`);
  names?.add(name);
}

/** The members of an object. */
export function membersOf(value: unknown, where: string): Members {
  if (typeof value === 'object' && value !== null && isMembers(value)) return value;
  throw new PolicyError(`${where} must be a JSON object`);
}

function isMembers(value: object): value is Members {
  return !Array.isArray(value);
}

/** Refuses members that are not understood: to ignore one would change what a policy allows. */
export function refuseUnknown(members: Members, known: ReadonlySet<string>, where: string): void {
  for (const name of Object.keys(members)) {
    if (!known.has(name)) throw new PolicyError(`${where} has the unknown element \`${name}\``);
  }
}

/** A value or a list of values, as a list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** A text or a list of texts, as a list that is not empty. */
export function textsOf(value: unknown, where: string): readonly string[] {
  const texts = listOf(value).filter((item) => typeof item === 'string');
  if (texts.length > 0 && texts.length === listOf(value).length) return texts;
  throw new PolicyError(`${where} must be a text or a list of texts`);
}
