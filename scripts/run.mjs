// Runs a TypeScript file of this repository on the Node version the repository pins.
//
//   node scripts/run.mjs [--console] <script.ts> [argument ...]
//
// With `--console` it builds the web console first, if that has changed.
//
// This file is the only one that has to run on an older Node (20 or later), so it has no dependencies. When the
// installed packages do not match package-lock.json, it installs them first. Everything it prints goes to stderr:
// stdout belongs to the script.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const nodeMajorMin = 24;
const lockWaitMsMax = 10 * 60_000;
const lockPollMs = 200;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.keywitness-setup');
const setupLockFile = join(root, '.build', 'setup.lock');

try {
  await main(process.argv.slice(2));
} catch (error) {
  complain(error.message);
}

async function main(words) {
  const wantsConsole = words[0] === '--console';
  const [script, ...args] = wantsConsole ? words.slice(1) : words;
  if (script === undefined) {
    throw new Error('usage: node scripts/run.mjs [--console] <script.ts> [argument ...]');
  }
  if (!isSetUp()) {
    await setUp();
  }
  if (wantsConsole) {
    buildConsole(pinnedNode());
  }
  run(pinnedNode(), [script, ...args]);
}

// --- installing ---------------------------------------------------------------------------------------------------

function lockText() {
  return readFileSync(join(root, 'package-lock.json'), 'utf8');
}

function lockHash(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** True when the installed packages are those of package-lock.json. Leaves a stamp so that the next look is cheap. */
function isSetUp() {
  const text = lockText();
  const hash = lockHash(text);
  if (readOptional(stampFile)?.trim() === hash) {
    return true;
  }
  if (!installedMatches(JSON.parse(text))) {
    return false;
  }
  writeFileSync(stampFile, `${hash}\n`);
  return true;
}

/** npm records what it put on disk in node_modules/.package-lock.json; a broken-off install leaves no such record. */
function installedMatches(lock) {
  const record = readOptional(join(modules, '.package-lock.json'));
  if (record === undefined) {
    return false;
  }
  const installed = JSON.parse(record).packages ?? {};
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) {
      return true;
    }
    const found = installed[path];
    if (found === undefined) {
      return wanted.optional === true;
    }
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

async function setUp() {
  await acquireSetupLock();
  try {
    if (isSetUp()) {
      return; // another start has installed while this one waited for the lock
    }
    process.stderr.write('keywitness: installing the packages of package-lock.json ...\n');
    const status = npmCi();
    if (status !== 0) {
      throw new Error(`\`npm ci\` failed with exit code ${status}`);
    }
    writeFileSync(stampFile, `${lockHash(lockText())}\n`);
  } finally {
    rmSync(setupLockFile, { force: true });
  }
}

function npmCi() {
  const args = ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional', '--loglevel=error'];
  // npm tells its scripts where it is, which also works when it is not on the PATH.
  const npm = process.env.npm_execpath ?? '';
  const [command, prefix] = npm.endsWith('npm-cli.js') ? [process.execPath, [npm]] : ['npm', []];
  // npm's own output is noise for whoever reads our stdout, so both of its streams go to stderr.
  const result = spawnSync(command, [...prefix, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.error !== undefined) {
    throw new Error(`could not start npm: ${result.error.message}`, { cause: result.error });
  }
  return result.status ?? 1;
}

/** One installation at a time. The lock file holds its owner's process id, so that a dead owner can be told. */
async function acquireSetupLock() {
  mkdirSync(dirname(setupLockFile), { recursive: true });
  const mine = `${setupLockFile}.${randomUUID()}`;
  writeFileSync(mine, String(process.pid));
  try {
    const giveUpAt = Date.now() + lockWaitMsMax;
    while (!tryLink(mine)) {
      if (Date.now() > giveUpAt) {
        throw new Error(
          `another installation holds \`${setupLockFile}\`; remove the file if none is running`,
        );
      }
      removeLockOfDeadOwner();
      await new Promise((wake) => setTimeout(wake, lockPollMs));
    }
  } finally {
    unlinkSync(mine);
  }
}

/** A hard link appears at once and with its content, so no reader ever sees a lock without an owner. */
function tryLink(mine) {
  try {
    linkSync(mine, setupLockFile);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

function removeLockOfDeadOwner() {
  const owner = Number(readOptional(setupLockFile));
  if (Number.isInteger(owner) && owner > 0 && !isAlive(owner)) {
    rmSync(setupLockFile, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// --- running ------------------------------------------------------------------------------------------------------

/** The Node that package-lock.json pins, or this one when there is no pinned build for the platform and it will do. */
function pinnedNode() {
  const pinned = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(pinned)) {
    return pinned;
  }
  if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) {
    return process.execPath;
  }
  throw new Error(
    `no pinned Node for ${process.platform}-${process.arch} is installed, and Node ${process.versions.node} ` +
      `is too old: install Node ${nodeMajorMin} or later, or run \`npm ci\` with optional dependencies`,
  );
}

/** The bundler wants a newer Node than this file does. */
function buildConsole(node) {
  const args = [join(root, 'scripts', 'console', 'build.ts'), '--if-stale'];
  const result = spawnSync(node, args, { cwd: root, stdio: ['ignore', 2, 2], env: childEnvironment() });
  if (result.status !== 0) {
    throw new Error('the web console could not be built');
  }
}

function run(node, args) {
  const child = spawn(node, args, { cwd: root, stdio: 'inherit', env: childEnvironment() });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole process group: the child already has it.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) {
        child.kill(signal);
      }
    });
  }
  child.on('error', (error) => complain(`could not start \`${node}\`: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  });
}

function childEnvironment() {
  return {
    ...process.env,
    INIT_CWD: process.env.INIT_CWD ?? process.cwd(),
    PATH: [join(modules, '.bin'), process.env.PATH ?? ''].join(delimiter),
    // Each thread would read TypeScript by itself, with 15 MB for that alone; so what was read is kept.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, '.build', 'compile-cache'),
  };
}

function readOptional(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function complain(message) {
  process.stderr.write(`keywitness: ${message}\n`);
  process.exitCode = 1;
}
