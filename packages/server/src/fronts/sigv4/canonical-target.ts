import { incomplete, type Refusal } from './refusal.ts';

/** A request target in the canonical form that is signed. */
export interface CanonicalTarget {
  readonly kind: 'canonical';
  readonly path: string;
  readonly query: string;
  /** Whether the query has parameters of a presigned request, or others that begin with `X-Amz-`. */
  readonly presigned: boolean;
}

const ROOT: CanonicalTarget = { kind: 'canonical', path: '/', query: '', presigned: false };

/** The strict percent-encoding of each byte: unreserved characters (RFC 3986, 2.3) stand for themselves. */
const ENCODED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9._~-]/.test(character)
    ? character
    : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** What RFC 3986 (3.3, 3.4) lets into a path and a query, and every percent sign followed by two digits. */
const WELL_FORMED = /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*$/;

/**
 * Brings a target into canonical form (`spec/sigv4.md`, "Target"). A target that could be read in more than one way
 * is refused rather than normalised, so that what was signed is what the router sees.
 */
export function canonicalTarget(target: string): CanonicalTarget | Refusal {
  if (target === '/') return ROOT;
  if (!WELL_FORMED.test(target)) {
    return incomplete('The request target must be a path and a query in well-formed percent-encoding.');
  }
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  if (!isNormal(path)) {
    return incomplete('The path of the request must not have empty segments or segments of dots.');
  }
  if (query.includes('+')) {
    return incomplete('The query of the request must write a space as %20 and a plus sign as %2B.');
  }
  const pairs = canonicalPairs(query);
  return {
    kind: 'canonical',
    path: canonicalPath(path),
    query: pairs.map(([name, value]) => `${name}=${value}`).join('&'),
    presigned: pairs.some(([name]) => name.toLowerCase().startsWith('x-amz-')),
  };
}

/** Whether no reader of this path would shorten it. A slash at the end is a part of it. */
function isNormal(path: string): boolean {
  const segments = path.slice(1).split('/');
  return segments.every((segment, index) => {
    if (segment === '') return index === segments.length - 1;
    const decoded = segment.replaceAll(/%2e/gi, '.');
    return decoded !== '.' && decoded !== '..';
  });
}

/** The path with each segment, which was encoded once to be sent, encoded once more. */
function canonicalPath(path: string): string {
  let canonical = '';
  for (let index = 0; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    canonical += code === 0x2f ? '/' : encodedByte(code);
  }
  return canonical;
}

/** The parameters in strict encoding, sorted by name and then by value. */
function canonicalPairs(query: string): readonly (readonly [string, string])[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part): readonly [string, string] => {
      const equals = part.indexOf('=');
      return equals === -1
        ? [reencoded(part), '']
        : [reencoded(part.slice(0, equals)), reencoded(part.slice(equals + 1))];
    })
    .toSorted(([name, value], [otherName, otherValue]) =>
      name === otherName ? order(value, otherValue) : order(name, otherName),
    );
}

/** Decodes well-formed percent-encoding byte by byte and encodes it again, strictly. */
function reencoded(text: string): string {
  let encoded = '';
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '%') {
      encoded += encodedByte(Number.parseInt(text.slice(index + 1, index + 3), 16));
      index += 2;
    } else {
      encoded += encodedByte(text.charCodeAt(index));
    }
  }
  return encoded;
}

function encodedByte(byte: number): string {
  return ENCODED[byte] ?? '';
}

/** ASCII texts in the order of their code points. */
function order(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
