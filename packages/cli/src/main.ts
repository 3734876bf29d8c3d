import { runCommandLine } from './run-command-line.ts';
import { endWithReader } from './terminal/index.ts';

endWithReader();
enterWorkingDirectory();
await runCommandLine(process.argv.slice(2));

/** The launcher starts this file in the repository's folder, and says which folder paths are meant from. */
function enterWorkingDirectory(): void {
  const folder = process.env['KEYWITNESS_WORKING_DIRECTORY'];
  if (folder === undefined) return;
  delete process.env['KEYWITNESS_WORKING_DIRECTORY'];
  process.chdir(folder);
}
