import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LogReport, verifyLog, type VerifyLogOptions } from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import type { LogFiles } from './sample-log.ts';

/** What somebody does to the files of a log. */
export type Tampering = (files: Map<string, Uint8Array>) => void;

/** A log on a disk. It is put back after each tampering. */
export class LogFolder implements Disposable {
  readonly files: LogFiles;
  readonly #folder: string;

  constructor(files: LogFiles) {
    this.files = files;
    this.#folder = mkdtempSync(join(tmpdir(), 'keywitness-tamper-'));
    for (const [path, bytes] of files) this.#write(path, bytes);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Changes files on the disk, verifies what is there then, and asks that something was changed at all. */
  async verifyTampered(
    tamper: Tampering,
    options: Pick<VerifyLogOptions, 'keys' | 'previous'>,
  ): Promise<{ readonly report: LogReport; readonly tampered: LogFiles }> {
    const tampered = new Map(this.files);
    tamper(tampered);
    const changed = changedPaths(this.files, tampered);
    try {
      for (const path of changed) this.#set(path, tampered.get(path));
      return { report: await this.verify(options), tampered };
    } finally {
      for (const path of changed) this.#set(path, this.files.get(path));
    }
  }

  verify(options: Pick<VerifyLogOptions, 'keys' | 'previous'>): Promise<LogReport> {
    return verifyLog({ fetch: directoryFetch(this.#folder), crypto: nodeCrypto, ...options });
  }

  #set(path: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) rmSync(join(this.#folder, path));
    else this.#write(path, bytes);
  }

  #write(path: string, bytes: Uint8Array): void {
    mkdirSync(dirname(join(this.#folder, path)), { recursive: true });
    writeFileSync(join(this.#folder, path), bytes);
  }
}

/**
 * The verifier must object, with one problem, in a file that was touched. Where bytes of one file were altered, it must
 * name that file and a range with the first altered byte. `checkpoint` may be named whenever files agree with one
 * another but not with what is signed.
 */
export function assertObjects(report: LogReport, original: LogFiles, tampered: LogFiles): void {
  assert.equal(report.ok, false, 'the verifier did not object');
  const [problem] = report.problems;
  assert(problem, 'the verifier objected without a problem');
  assert(problem.message.includes(problem.file) || problem.file === 'checkpoint', problem.message);
  const changed = changedPaths(original, tampered);
  const [only] = changed;
  if (only === undefined || changed.length > 1) {
    assert([...changed, 'checkpoint'].includes(problem.file), `\`${problem.file}\` was not touched`);
    return;
  }
  assert.equal(problem.file, only);
  const before = original.get(only);
  const after = tampered.get(only);
  if (before === undefined || after === undefined) {
    assert.equal(problem.code, 'missing');
    return;
  }
  const offset = firstDifference(before, after);
  const { bytes } = problem;
  assert(bytes, `\`${only}\` was named without a range`);
  const holds = bytes.start <= offset && (offset < bytes.end || offset === after.length);
  assert(holds, `byte ${offset} of \`${only}\` was altered, but ${bytes.start}..${bytes.end} named`);
}

/** The paths whose bytes differ, or that only one side has. */
function changedPaths(original: LogFiles, tampered: LogFiles): readonly string[] {
  return [...new Set([...original.keys(), ...tampered.keys()])].filter((path) => {
    const [before, after] = [original.get(path), tampered.get(path)];
    if (before === after) return false;
    return before === undefined || after === undefined || Buffer.compare(before, after) !== 0;
  });
}

function firstDifference(before: Uint8Array, after: Uint8Array): number {
  const length = Math.min(before.length, after.length);
  for (let offset = 0; offset < length; offset += 1) {
    if (before[offset] !== after[offset]) return offset;
  }
  return length;
}
