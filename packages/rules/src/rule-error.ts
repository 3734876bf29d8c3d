/** Where in a rule file something is. */
export interface Place {
  readonly fileName: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** Members from the document down, `detection.selection.action`; documents after the first are `document 2: ...`. */
  readonly path: string;
}

/**
 * Why a rule file or a snapshot cannot be used: `unreadable`, it is no YAML; `too-large`, it is beyond a limit of
 * `spec/rules.md`; `wrong`, it does not say what a rule must say; `unsupported`, it asks for what this engine does not do;
 * `unreadable-snapshot`, the text is no snapshot of an engine.
 */
export type RuleErrorCode = 'unreadable' | 'too-large' | 'wrong' | 'unsupported' | 'unreadable-snapshot';

/** The one error of this package. Its message says where, what is wrong, and what to do. */
export class RuleError extends Error {
  readonly code: RuleErrorCode;
  readonly place: Place | undefined;
  /** What is wrong and what to do, without the place. */
  readonly reason: string;

  constructor(code: RuleErrorCode, place: Place | undefined, reason: string, options?: ErrorOptions) {
    super(place === undefined ? reason : `${describePlace(place)}: ${reason}`, options);
    this.name = 'RuleError';
    this.code = code;
    this.place = place;
    this.reason = reason;
  }
}

/** A rule that does not say what it must. */
export function wrong(place: Place, reason: string): RuleError {
  return new RuleError('wrong', place, reason);
}

/** A rule that asks for something that is not done here. */
export function unsupported(place: Place, reason: string): RuleError {
  return new RuleError('unsupported', place, reason);
}

function describePlace({ fileName, line, column, path }: Place): string {
  return `rule \`${fileName}\`, line ${line}, column ${column}${path === '' ? '' : `, at \`${path}\``}`;
}
