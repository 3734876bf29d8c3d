import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../..');
const HEADINGS = ['## Set up', '## What it calls', '## What the record shows', '## Pitfalls'];

/** The README's table of clients: what a client is called, its page and its suite. */
const rows = [
  ...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(
    /^\| (?<client>[^|]+) \| \[[^\]]+\]\((?<page>docs\/integrate\/[^)]+)\) \| `(?<suite>[^`]+)` \|$/gm,
  ),
].map(({ groups }) => ({
  client: groups?.['client'] ?? '',
  page: groups?.['page'] ?? '',
  suite: groups?.['suite'] ?? '',
}));

test('each client that the README lists has a page and a suite', () => {
  assert.ok(rows.length > 0);
  for (const { client, page, suite } of rows) {
    assert.ok(existsSync(join(ROOT, page)), `${client}: there is no ${page}`);
    assert.ok(existsSync(join(ROOT, 'test/conformance', suite)), `${client}: there is no ${suite}`);
  }
});

test('each page of a client is in the list, and has what such a page has', () => {
  const pages = globSync('docs/integrate/*.md', { cwd: ROOT });
  assert.deepEqual([...new Set(rows.map(({ page }) => page))].toSorted(), pages.toSorted());
  for (const page of pages) {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const found = HEADINGS.filter((heading) => text.includes(`\n${heading}\n`));
    assert.deepEqual(found, HEADINGS, page);
  }
});
