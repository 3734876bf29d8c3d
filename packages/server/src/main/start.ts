import { once } from 'node:events';
import { runServer } from './server.ts';
import { readSettings, SettingsError, settingsHelp } from './settings/index.ts';

/** Exit codes of `npm start`: 64 for unusable settings, 70 when the service had to stop by itself. */
const EXIT_SETTINGS = 64;
const EXIT_FAILED = 70;

async function main(): Promise<void> {
  const flags = process.argv.slice(2);
  if (flags.includes('--help')) {
    process.stdout.write(`Usage: npm start -- [settings]\n\n${settingsHelp()}`);
    return;
  }
  const settings = readSettings(flags, process.env);
  // Whoever reads that the service is ready may stop it at once.
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const server = await runServer(settings, (line) => process.stdout.write(`${line}\n`));
  const failure = await Promise.race([stopped.then(() => undefined), server.failed]);
  if (failure !== undefined) throw failure;
  await server.stop();
}

try {
  await main();
} catch (error) {
  const known = error instanceof Error && 'code' in error;
  process.stderr.write(`keywitness: ${error instanceof Error ? error.message : String(error)}\n`);
  if (!known && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  // Threads that are left would keep a process alive that has failed, and a supervisor would never restart it.
  process.exit(error instanceof SettingsError ? EXIT_SETTINGS : EXIT_FAILED);
}
