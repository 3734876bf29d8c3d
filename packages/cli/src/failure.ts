/** What the process answers to its caller; `docs/cli.md` and every `--help` say the same. */
export const exitCodes = {
  done: 0,
  /** A log or a proof was checked and does not hold. */
  doesNotHold: 1,
  /** Something could not be read, reached or understood, so nothing was shown either way. */
  couldNot: 2,
  /** The service was reached and refused. */
  refused: 3,
  /** The command line is wrong. */
  usage: 64,
} as const;

/** One of `exitCodes`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why a command could not do what it was asked. */
export type FailureCode = 'could-not' | 'refused' | 'usage';

/** The one error that commands throw; its message is shown in one line. */
export class Failure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
    this.code = code;
  }
}

/** The exit code of a failure. */
export function exitCodeOf(code: FailureCode): ExitCode {
  switch (code) {
    case 'could-not':
      return exitCodes.couldNot;
    case 'refused':
      return exitCodes.refused;
    case 'usage':
      return exitCodes.usage;
  }
}

/** What went wrong in the world, in its own words: the innermost cause is the one that says something. */
export function reasonOf(error: unknown): string {
  let innermost = error;
  for (let depth = 0; depth < causesMax && innermost instanceof Error; depth += 1) {
    if (!(innermost.cause instanceof Error)) break;
    innermost = innermost.cause;
  }
  return innermost instanceof Error ? innermost.message : String(innermost);
}

const causesMax = 8;
