/** Runs one command line after another, as they are sent, and sends back how each ended. */
import { runCommandLine } from '../run-command-line.ts';
import type { CommandLine, CommandLineEnd } from './run-keywitness.test-kit.ts';

/** So long a command may still be busy with ending. */
const endMsMax = 20_000;

const written = { stdout: '', stderr: '' };
keepWhatIsWritten('stdout');
keepWhatIsWritten('stderr');
process.on('message', (line: CommandLine) => {
  runOne(line).catch((error: unknown) => {
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

async function runOne({ args, env, cwd }: CommandLine): Promise<void> {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
  process.chdir(cwd);
  written.stdout = '';
  written.stderr = '';
  process.exitCode = 0;
  const before = process.getActiveResourcesInfo();
  await runCommandLine(args);
  const left = await leftBehind(before);
  const end: CommandLineEnd = { code: Number(process.exitCode), ...written, left };
  process.exitCode = 0;
  process.send?.(end);
}

/** What would keep this process from ending that was not there before, once it has had time to end. */
async function leftBehind(before: readonly string[]): Promise<readonly string[]> {
  const giveUpAt = performance.now() + endMsMax;
  for (;;) {
    const left = added(before, process.getActiveResourcesInfo());
    if (left.length === 0 || performance.now() > giveUpAt) return left;
    await new Promise((wake) => setTimeout(wake, 1).unref());
  }
}

function added(before: readonly string[], now: readonly string[]): readonly string[] {
  const known = [...before];
  return now.filter((name) => {
    const at = known.indexOf(name);
    if (at !== -1) known.splice(at, 1);
    return at === -1;
  });
}
