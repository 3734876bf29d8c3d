// Runs the test vectors of the Wycheproof project (C2SP) against the primitives that this repository relies on. The
// files are not part of the repository: where they are absent, each test says that it was not run.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';

/** Where the files are; `WYCHEPROOF_FOLDER` names another place. */
const folder =
  process.env['WYCHEPROOF_FOLDER'] === undefined
    ? new URL('../../../shared/data/wycheproof/', import.meta.url)
    : pathToFileURL(`${process.env['WYCHEPROOF_FOLDER']}/`);

/** One case of a file. */
export interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  /** Hexadecimal, except for the members above. */
  readonly [member: string]: string | number;
}

/** Cases that share what the group says, such as a key. */
export interface Group {
  readonly tests: readonly Case[];
  readonly [member: string]: unknown;
}

interface VectorFile {
  readonly testGroups: readonly Group[];
}

function isVectorFile(value: unknown): value is VectorFile {
  return typeof value === 'object' && value !== null && 'testGroups' in value;
}

/** Runs `accepts` on every case of the groups that `applies` to, and expects what each case says. */
export function runFile(
  context: TestContext,
  name: string,
  applies: (group: Group) => boolean,
  accepts: (one: Case, group: Group) => boolean,
): void {
  const path = new URL(name, folder);
  if (!existsSync(path)) {
    context.skip(`not run: the Wycheproof file ${name} is not on this machine`);
    return;
  }
  const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(isVectorFile(file));
  const seen = { valid: 0, invalid: 0, acceptable: 0 };
  for (const group of file.testGroups.filter(applies)) {
    for (const one of group.tests) {
      const accepted = accepts(one, group);
      seen[one.result] += 1;
      if (one.result === 'acceptable') continue;
      assert.equal(accepted, one.result === 'valid', `case ${one.tcId} of ${name}: ${one.comment}`);
    }
  }
  assert.ok(seen.valid > 0 && seen.invalid > 0, `${name} has cases of both kinds that apply`);
  context.diagnostic(`${name}: ${seen.valid} valid, ${seen.invalid} invalid`);
}

/** A member in hexadecimal; nothing when it is absent. */
export function bytesOf(one: Case, member: string): Buffer {
  return Buffer.from(String(one[member] ?? ''), 'hex');
}
