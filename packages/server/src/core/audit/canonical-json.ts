/**
 * Encodes a JSON value as canonical JSON (RFC 8785): members sorted by UTF-16 code units, ECMAScript numbers and
 * string escapes, no white space. Members that are `undefined` are left out. Lone surrogates, which RFC 8785
 * forbids, become U+FFFD.
 *
 * @throws TypeError or RangeError for values that JSON cannot carry.
 */
export function canonicalJson(value: unknown): string {
  if (isInOrder(value)) {
    // What stands in order already, as events do, is canonical as ECMAScript writes it: RFC 8785 is built on that.
    const text = JSON.stringify(value);
    if (!text.includes(SURROGATE_ESCAPE)) return text;
  }
  return encode(value);
}

/** How a lone surrogate begins as ECMAScript writes it; the same letters after an escaped backslash do no harm. */
const SURROGATE_ESCAPE = '\\ud';

/** Whether all of `value` is JSON with its members sorted. */
function isInOrder(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || (isList(value) ? value.every(isInOrder) : isMembers(value) && hasOrder(value));
    default:
      return false;
  }
}

function hasOrder(members: { readonly [name: string]: unknown }): boolean {
  let last = '';
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (name < last || (member !== undefined && !isInOrder(member))) return false;
    last = name;
  }
  return true;
}

function encode(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return formatNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : isList(value) ? encodeList(value) : encodeMembers(value);
    default:
      throw new TypeError(`canonical JSON cannot carry a value of type \`${typeof value}\``);
  }
}

function encodeList(values: readonly unknown[]): string {
  return `[${values.map(encode).join(',')}]`;
}

function encodeMembers(value: object): string {
  if (!isMembers(value)) return 'null';
  const names = sortedNames(value);
  if (!names.every((name) => name.isWellFormed())) return encodeMembers(withWellFormedNames(value));
  let text = '';
  for (const name of names) {
    const member = value[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${quote(name)}:${encode(member)}`;
  }
  return `{${text}}`;
}

/** Names are replaced before they are sorted; of names that become the same, the last one stays. */
function withWellFormedNames(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toWellFormed(), member]));
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Every object has string-named members; this only tells the compiler so. */
function isMembers(value: object): value is { readonly [name: string]: unknown } {
  return !Array.isArray(value);
}

/** Names already in order, as the event builder writes them, cost one pass and no sort. */
function sortedNames(value: object): string[] {
  const names = Object.keys(value);
  for (let i = 1; i < names.length; i += 1) {
    if ((names[i - 1] ?? '') > (names[i] ?? '')) return names.sort();
  }
  return names;
}

function quote(text: string): string {
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`canonical JSON cannot carry the number \`${value}\``);
  return String(value === 0 ? 0 : value);
}
