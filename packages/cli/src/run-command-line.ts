import { CommanderError } from 'commander';
import { serviceFailure } from './connection/index.ts';
import { exitCodeOf, exitCodes, Failure, reasonOf } from './failure.ts';
import { createProgram } from './program.ts';
import { visible } from './terminal/index.ts';

/** Does what the arguments say. Never throws: what went wrong is one line, and the exit code of this process. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** One line for each failure, never a stack: it goes to people and into logs. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const failure = error instanceof Failure ? error : serviceFailure(error);
  const message = failure?.message ?? `something is wrong here: ${reasonOf(error)}`;
  process.stderr.write(`keywitness: ${visible(message)}\n`);
  return failure === undefined ? exitCodes.couldNot : exitCodeOf(failure.code);
}
