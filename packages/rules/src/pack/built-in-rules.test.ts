import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseRuleFile, runRuleTests } from '../index.ts';
import { builtInRules } from './index.ts';

const pack = resolve(import.meta.dirname, '../../pack');
const pages = resolve(import.meta.dirname, '../../../../docs/detections');

test('the rules of the package are the files beside it (`npm run built-in-rules`)', () => {
  const files = readdirSync(pack).map((file) => file.replace(/\.yml$/, ''));
  assert.deepEqual(Object.keys(builtInRules), files.toSorted());
  for (const [name, { level, sha256, text, title }] of Object.entries(builtInRules)) {
    assert.equal(text, readFileSync(join(pack, `${name}.yml`), 'utf8'), name);
    assert.equal(sha256, createHash('sha256').update(text).digest('hex'), name);
    const file = parseRuleFile(text, name);
    assert.deepEqual([title, level], [file.title, file.level], name);
  }
});

for (const [name, { text }] of Object.entries(builtInRules)) {
  test(`the rule ${name} has a page, and finds what its own tests say`, () => {
    assert.ok(existsSync(join(pages, `${name}.md`)));
    const results = runRuleTests(parseRuleFile(text, name));
    assert.ok(results.length > 0, 'a rule has tests');
    for (const { name: title, problems } of results) assert.deepEqual(problems, [], title);
  });
}
