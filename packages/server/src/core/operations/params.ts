/**
 * The validated parameters of an operation, by their names in camelCase. A front has checked presence and types
 * against the protocol's schema before; a member of another type here is our own fault and throws `TypeError`.
 */
export class Params {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** Whether the caller sent the member at all. */
  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** The same parameters but for one: what has served its purpose goes no further. */
  without(name: string): Params {
    return new Params({ ...this.#values, [name]: undefined });
  }

  text(name: string): string {
    return required(name, this.optionalText(name));
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === 'string') return value;
    throw wrongType(name, 'text');
  }

  bytes(name: string): Uint8Array {
    return required(name, this.optionalBytes(name));
  }

  optionalBytes(name: string): Uint8Array | undefined {
    const value = this.#values[name];
    if (value === undefined || value instanceof Uint8Array) return value;
    throw wrongType(name, 'bytes');
  }

  number(name: string): number {
    return required(name, this.optionalNumber(name));
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === 'number') return value;
    throw wrongType(name, 'a number');
  }

  /** A boolean member; absent means false. */
  flag(name: string): boolean {
    const value = this.#values[name];
    if (value === undefined) return false;
    if (typeof value === 'boolean') return value;
    throw wrongType(name, 'a boolean');
  }

  /** A map of texts; absent and empty are the same. */
  textMap(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (typeof value === 'object' && value !== null && isTextMap(value)) return value;
    throw wrongType(name, 'a map of texts');
  }

  /** A list of texts; absent means empty. */
  texts(name: string): readonly string[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw wrongType(name, 'a list of texts');
  }

  /** A structure; absent means one without members. */
  structure(name: string): Params {
    const value = this.#values[name];
    if (value === undefined) return new Params({});
    if (value instanceof Params) return value;
    throw wrongType(name, 'a structure');
  }

  /** A list of structures; absent means empty. */
  structures(name: string): readonly Params[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw wrongType(name, 'a list of structures');
    return value.map((item: unknown) => {
      if (item instanceof Params) return item;
      throw wrongType(name, 'a list of structures');
    });
  }
}

/** What an operation answers: members in camelCase, bytes as `Uint8Array`, instants as milliseconds since the epoch. */
export type Result = Readonly<Record<string, unknown>>;

function isTextMap(value: object): value is Readonly<Record<string, string>> {
  for (const item of Object.values(value)) if (typeof item !== 'string') return false;
  return true;
}

function required<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) throw new TypeError(`the parameter \`${name}\` is required`);
  return value;
}

function wrongType(name: string, expected: string): TypeError {
  return new TypeError(`the parameter \`${name}\` is not ${expected}`);
}
