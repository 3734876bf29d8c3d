import type { Constraint } from './constraints.ts';

/** More violations than this in one request are not listed. */
const VIOLATIONS_MAX = 20;
/** Characters of a value that a message shows. */
const SHOWN_MAX = 1024;

/** Collects what a request violates, in AWS's words. */
export class Violations {
  readonly #texts: string[] = [];

  get any(): boolean {
    return this.#texts.length > 0;
  }

  /** `shown` is the value as it may be shown; `undefined` for blobs and secrets. */
  add(shown: string | undefined, path: string, rule: string): void {
    if (this.#texts.length >= VIOLATIONS_MAX) return;
    const value = shown === undefined ? 'Value' : `Value ${shown}`;
    this.#texts.push(`${value} at '${path}' failed to satisfy constraint: ${rule}`);
  }

  /** A required member is absent. */
  addAbsent(path: string, hidden: boolean): void {
    this.add(hidden ? undefined : 'null', path, 'Member must not be null');
  }

  /** The message of the `ValidationException`. */
  message(): string {
    const count = this.#texts.length;
    return `${count} validation error${count === 1 ? '' : 's'} detected: ${this.#texts.join('; ')}`;
  }
}

/** Checks a text. `hidden` keeps its value out of the message. */
export function checkText(
  text: string,
  path: string,
  constraint: Constraint,
  hidden: boolean,
  violations: Violations,
): void {
  const { length, pattern, values } = constraint;
  const complain = (rule: string): void =>
    violations.add(hidden ? undefined : `'${text.slice(0, SHOWN_MAX)}'`, path, rule);
  if (length !== undefined) checkLength(text.length, length, complain);
  if (pattern !== undefined && !pattern.test.test(text)) {
    complain(`Member must satisfy regular expression pattern: ${pattern.spelling}`);
  }
  if (values !== undefined && !values.includes(text)) {
    complain(`Member must satisfy enum value set: [${values.join(', ')}]`);
  }
}

/** Checks the number of bytes of a blob, or of items of a list; the value itself is never shown. */
export function checkSize(size: number, path: string, constraint: Constraint, violations: Violations): void {
  if (constraint.length === undefined) return;
  checkLength(size, constraint.length, (rule) => violations.add(undefined, path, rule));
}

/** Checks a number. */
export function checkRange(
  value: number,
  path: string,
  constraint: Constraint,
  violations: Violations,
): void {
  if (constraint.range === undefined) return;
  const [min, max] = constraint.range;
  if (value < min) {
    violations.add(`'${value}'`, path, `Member must have value greater than or equal to ${min}`);
  }
  if (value > max) {
    violations.add(`'${value}'`, path, `Member must have value less than or equal to ${max}`);
  }
}

function checkLength(
  length: number,
  [min, max]: readonly [min: number, max: number],
  complain: (rule: string) => void,
): void {
  if (length < min) complain(`Member must have length greater than or equal to ${min}`);
  if (length > max) complain(`Member must have length less than or equal to ${max}`);
}
