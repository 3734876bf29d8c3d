import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What a tool has said. */
export interface ToolAnswer {
  readonly ok: boolean;
  readonly output: string;
}

/** A tool that can be run, or why it cannot. */
export type Tool =
  | { readonly ok: true; readonly run: (args: readonly string[]) => ToolAnswer }
  | { readonly ok: false; readonly why: string };

const waitMsMax = 300_000;

/** Where Debian's `golang-golang-x-mod-dev` puts the module, for machines without a module proxy. */
const debianGoPath = '/usr/share/gocode';

/**
 * Builds a Go program of this folder. It is unavailable when there is no Go or its modules cannot be had; a program that
 * does not compile throws.
 */
export function goTool(name: string, folder: string, needsOnlyXMod: boolean): Tool {
  const source = resolve(import.meta.dirname, name);
  const go = goCommand();
  if (go === undefined) {
    return { ok: false, why: 'Go is not installed (scripts/setup-debian.sh installs it)' };
  }
  mkdirSync(folder, { recursive: true });
  const program = join(folder, name);
  const isInDebian = existsSync(join(debianGoPath, 'src/golang.org/x/mod/sumdb'));
  const download = run(go, ['mod', 'download'], source, { GOTOOLCHAIN: 'local' });
  if (download.ok) {
    mustBuild(run(go, ['build', '-o', program, '.'], source, { GOTOOLCHAIN: 'local' }));
  } else if (needsOnlyXMod && isInDebian) {
    const environment = { GO111MODULE: 'off', GOPATH: debianGoPath };
    mustBuild(run(go, ['build', '-o', program, '.'], source, environment));
  } else {
    return { ok: false, why: `the Go modules cannot be had: ${download.output.trim().slice(-200)}` };
  }
  return { ok: true, run: (args) => run(program, args, folder) };
}

/** The paths of programs, or why they cannot be had. */
export type BuiltPrograms =
  | { readonly ok: true; readonly paths: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** Builds several packages that the module in a folder beside this file names, each as a program of its own. */
export function goPrograms(
  name: string,
  folder: string,
  packages: Readonly<Record<string, string>>,
): BuiltPrograms {
  const source = resolve(import.meta.dirname, name);
  const go = goCommand();
  if (go === undefined) {
    return { ok: false, why: 'Go is not installed (scripts/setup-debian.sh installs it)' };
  }
  mkdirSync(folder, { recursive: true });
  const local = { GOTOOLCHAIN: 'local' };
  const download = run(go, ['mod', 'download'], source, local);
  if (!download.ok) {
    return { ok: false, why: `the Go modules cannot be had: ${download.output.trim().slice(-200)}` };
  }
  const paths = Object.entries(packages).map(([program, path]) => {
    mustBuild(run(go, ['build', '-o', join(folder, program), path], source, local));
    return join(folder, program);
  });
  return { ok: true, paths };
}

function mustBuild(answer: ToolAnswer): void {
  if (!answer.ok) throw new Error(`the Go program does not compile: ${answer.output}`);
}

function goCommand(): string | undefined {
  return ['go', '/usr/local/go/bin/go'].find((command) => run(command, ['version']).ok);
}

/** OpenSSL's command, when it is there and not older than `major.minor`. */
export function opensslTool(major: number, minor: number): Tool {
  const version = run('openssl', ['version']);
  const [, foundMajor, foundMinor] = /^OpenSSL (\d+)\.(\d+)/.exec(version.output) ?? [];
  if (!version.ok || foundMajor === undefined || foundMinor === undefined) {
    return { ok: false, why: 'openssl is not installed' };
  }
  const isEnough =
    Number(foundMajor) > major || (Number(foundMajor) === major && Number(foundMinor) >= minor);
  return isEnough
    ? { ok: true, run: (args) => run('openssl', args) }
    : { ok: false, why: `openssl ${foundMajor}.${foundMinor} is older than ${major}.${minor}` };
}

function run(
  command: string,
  args: readonly string[],
  folder?: string,
  environment: Readonly<Record<string, string>> = {},
): ToolAnswer {
  const result = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: waitMsMax,
    env: { ...process.env, ...environment },
  });
  if (result.error !== undefined) return { ok: false, output: result.error.message };
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}` };
}
