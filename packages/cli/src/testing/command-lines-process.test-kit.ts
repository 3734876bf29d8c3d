/** Runs one command line after another, as they are sent, and sends back how each ended. */
import { runCommandLine } from '../run-command-line.ts';

const written = { stdout: '', stderr: '' };
keepWhatIsWritten('stdout');
keepWhatIsWritten('stderr');
process.on('message', (args: readonly string[]) => {
  runOne(args).catch((error: unknown) => {
    process.nextTick(() => {
      throw error;
    });
  });
});

function keepWhatIsWritten(name: 'stdout' | 'stderr'): void {
  process[name].write = (chunk: Uint8Array | string, ...rest: readonly unknown[]): boolean => {
    written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const done = rest.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
}

async function runOne(args: readonly string[]): Promise<void> {
  written.stdout = '';
  written.stderr = '';
  process.exitCode = 0;
  await runCommandLine(args);
  process.send?.({ code: process.exitCode, ...written });
  process.exitCode = 0;
}
