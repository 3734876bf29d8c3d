/** All the fields of one name. */
export interface HeaderField {
  /** The canonical value (`spec/sigv4.md`, "Headers"); several are joined by commas in the order they came. */
  readonly value: string;
  /** How many fields had this name. */
  readonly count: number;
  /** Whether the value consists of visible characters, spaces and tabs, one byte each. */
  readonly plain: boolean;
}

/** The header of a request by lower-case name. */
export type HeaderFields = ReadonlyMap<string, HeaderField>;

/** Groups raw headers, names and values in turn, by name. */
export function readHeaderFields(rawHeaders: readonly string[]): HeaderFields {
  const fields = new Map<string, HeaderField>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const canonical = canonicalValue(rawHeaders[index + 1] ?? '');
    const value = canonical ?? '';
    const plain = canonical !== undefined;
    const earlier = fields.get(name);
    fields.set(
      name,
      earlier === undefined
        ? { value, count: 1, plain }
        : {
            value: `${earlier.value},${value}`,
            count: earlier.count + 1,
            plain: earlier.plain && plain,
          },
    );
  }
  return fields;
}

/** Words of visible bytes with one space between them: what needs no change. */
const CANONICAL = /^(?:[!-~\x80-\xff]+(?: [!-~\x80-\xff]+)*)?$/;
/** Visible bytes, spaces and tabs: what a header can hold. */
const PLAIN = /^[\t -~\x80-\xff]*$/;

/** Trims a value and makes runs of spaces one; `undefined` when it has characters that no header can hold. */
function canonicalValue(value: string): string | undefined {
  if (CANONICAL.test(value)) return value;
  if (!PLAIN.test(value)) return undefined;
  return value
    .split(/[ \t]/)
    .filter((word) => word !== '')
    .join(' ');
}
