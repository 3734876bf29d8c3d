import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/** A row of `docs/guarantees.md`: a file, and what stands in it. */
interface Row {
  readonly file: string;
  readonly words: string;
}

/** The rows of the page: of tables about code the words in backticks, of tables about tests the title. */
function rowsOf(page: string): readonly Row[] {
  return page.split('\n').flatMap((line) => {
    const [, file, words] = /^\| `([^`]+\.ts)` \| (.+?) \|/.exec(line) ?? [];
    return file === undefined || words === undefined ? [] : [{ file, words: words.replaceAll(/^`|`$/g, '') }];
  });
}

/** What is wrong with a row; nothing when the file has the words. */
function complaintAbout({ file, words }: Row): readonly string[] {
  if (!existsSync(file)) return [`there is no \`${file}\``];
  return readFileSync(file, 'utf8').includes(words) ? [] : [`\`${file}\` does not have \`${words}\``];
}

test('every place and every test that the page on the guarantees names exists', () => {
  const rows = rowsOf(readFileSync('docs/guarantees.md', 'utf8'));
  assert.ok(rows.length >= 20, `only ${rows.length} rows were read`);
  assert.deepEqual(rows.flatMap(complaintAbout), []);
});

test('a place that does not exist would be found', () => {
  const page =
    '| `scripts/none.ts` | `x` | … |\n| `scripts/guarantees.test.ts` | no such words at all, nowhere! |';
  const [absent, present] = rowsOf(page.replace('nowhere!', 'nowhere?'));
  assert.ok(absent !== undefined && present !== undefined);
  assert.equal(complaintAbout(absent).length, 1);
  assert.equal(complaintAbout({ ...present, words: `${present.words}!` }).length, 1);
});
