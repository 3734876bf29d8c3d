import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from './source.ts';

/** A violation put there on purpose: files by path, and what the check must say about each, in order. */
export interface Planted {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** `path:line message part`; none for files that are in order. */
  readonly finds: readonly (readonly [path: string, line: number, message: RegExp])[];
}

/** A check that never objects is worth nothing, so each is shown what it must object to. */
export function testPlanted(check: Check, cases: readonly Planted[]): void {
  for (const { name, files, finds } of cases) {
    test(name, () => {
      const findings = check(Object.entries(files).map(([path, text]) => ({ path, text })));
      assert.deepEqual(
        findings.map(({ path, line }) => [path, line]),
        finds.map(([path, line]) => [path, line]),
        JSON.stringify(findings),
      );
      finds.forEach(([, , message], index) => assert.match(findings[index]?.message ?? '', message));
    });
  }
}
