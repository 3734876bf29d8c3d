import { CommanderError } from 'commander';
import { serviceFailure } from './connection/index.ts';
import { exitCodeOf, exitCodes, Failure, reasonOf } from './failure.ts';
import { createProgram } from './program.ts';
import { endWithReader, visible } from './terminal/index.ts';

endWithReader();
enterWorkingDirectory();
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** The launcher starts this file in the repository's folder, and says which folder paths are meant from. */
function enterWorkingDirectory(): void {
  const folder = process.env['KEYWITNESS_WORKING_DIRECTORY'];
  if (folder === undefined) return;
  delete process.env['KEYWITNESS_WORKING_DIRECTORY'];
  process.chdir(folder);
}

/** One line for each failure, never a stack: it goes to people and into logs. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const failure = error instanceof Failure ? error : serviceFailure(error);
  const message = failure?.message ?? `something is wrong here: ${reasonOf(error)}`;
  process.stderr.write(`keywitness: ${visible(message)}\n`);
  return failure === undefined ? exitCodes.couldNot : exitCodeOf(failure.code);
}
