/**
 * Builds the console into `packages/console/dist-web`: `npm run console`.
 *
 *   node scripts/console/build.ts              builds
 *   node scripts/console/build.ts --if-stale   builds when there is no build, or its sources have changed
 *
 * Each file is compressed beforehand (`.br`, `.gz`), and what the first page loads must stay small. Prints on stderr, because
 * it runs before scripts whose output is their own.
 */
import { createHash, randomUUID } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type * as Vite from 'vite';
import { consoleFolder, consoleSources, viteSettings } from './settings.ts';

/** Of the script and style sheets that the first page waits for, compressed by gzip. */
const firstLoadBytesMax = 250_000;
const compressible = /\.(css|html|js|json|svg)$/;
const stampName = '.sources';

/** Builds the console unless the one that is there was built from the same sources. */
export async function ensureConsole(): Promise<void> {
  if (readStamp() !== sourcesHash()) await buildConsole();
}

async function buildConsole(): Promise<void> {
  const startedAt = performance.now();
  const hash = sourcesHash();
  const folder = `${consoleFolder}-${randomUUID()}`;
  try {
    // Read here: who has a fresh build does not wait for the bundler to be loaded.
    const { build } = await import('vite');
    const output = await build({ ...viteSettings, build: { ...viteSettings.build, outDir: folder } });
    const firstLoad = firstLoadOf(filesOf(output));
    compressFiles(folder);
    writeFileSync(join(folder, stampName), hash);
    replaceBuild(folder);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    say(`built the console in ${seconds} s; its first page loads ${kilobytes(firstLoad)} compressed`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type BuiltFile = Vite.Rolldown.OutputChunk | Vite.Rolldown.OutputAsset;

function filesOf(output: Awaited<ReturnType<typeof Vite.build>>): readonly BuiltFile[] {
  const [first] = Array.isArray(output) ? output : [output];
  if (first === undefined || !('output' in first)) throw new Error('the bundler made no files');
  return first.output;
}

/** The entry with all that it imports, and the style sheets of these. @throws when that is too much. */
function firstLoadOf(files: readonly BuiltFile[]): number {
  const byName = new Map(files.map((file) => [file.fileName, file]));
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    const file = byName.get(name);
    if (file?.type !== 'chunk') return;
    for (const imported of [...file.imports, ...(file.viteMetadata?.importedCss ?? [])]) add(imported);
  };
  for (const file of files) if (file.type === 'chunk' && file.isEntry) add(file.fileName);
  const sizes = [...wanted].map((name) => {
    const file = byName.get(name);
    return file === undefined ? 0 : gzipSync(file.type === 'chunk' ? file.code : file.source).length;
  });
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > firstLoadBytesMax) {
    throw new Error(
      `the first page of the console loads ${kilobytes(bytes)}, at most ${kilobytes(firstLoadBytesMax)} are allowed: load what only some pages need with those pages`,
    );
  }
  return bytes;
}

function compressFiles(folder: string): void {
  for (const name of globSync('**/*', { cwd: folder })) {
    const file = join(folder, name);
    if (!compressible.test(name) || !statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
    writeFileSync(`${file}.br`, brotliCompressSync(bytes));
  }
}

/** Others may be building or serving at the same time: they see the old build or the new one, never half of one. */
function replaceBuild(folder: string): void {
  mkdirSync(dirname(consoleFolder), { recursive: true });
  const old = `${consoleFolder}-${randomUUID()}`;
  try {
    renameSync(consoleFolder, old);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  try {
    renameSync(folder, consoleFolder);
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const source of consoleSources) {
    const names = statSync(source).isFile() ? [''] : globSync('**/*.*', { cwd: source }).toSorted();
    for (const name of names) {
      const file = join(source, name);
      if (name.endsWith('.test.ts') || !statSync(file).isFile()) continue;
      hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function readStamp(): string | undefined {
  try {
    return readFileSync(join(consoleFolder, stampName), 'utf8');
  } catch {
    return undefined;
  }
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

function say(text: string): void {
  process.stderr.write(`keywitness: ${text}\n`);
}

if (import.meta.main) {
  await (process.argv.includes('--if-stale') ? ensureConsole() : buildConsole());
}
