import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';

const rule = (expect: string): string => `title: Denied
logsource: {product: keywitness}
detection:
  selection: {outcome: denied}
  condition: selection
keywitness:
  tests:
    - name: one denial
      events: [{outcome: denied}]
      expect: ${expect}
`;

describe('keywitness rules', () => {
  it('tests rule files', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('good.yml'), rule('1'));
    writeFileSync(folder.file('bad.yaml'), rule('none'));
    const good = await runKeywitness(['rules', 'test', folder.file('good.yml')]);
    assert.deepEqual([good.code, good.stdout], [0, 'good  Denied\n  ok      one denial\n']);
    const both = await runKeywitness(['rules', 'test', folder.file('good.yml'), folder.file('bad.yaml')]);
    assert.equal(both.code, 1);
    assert.match(
      both.stdout,
      /FAILED {2}one denial\n +expected 0 findings, there are 1\n +opened: 1 attempt matched/,
    );
  });

  it('says where a file is no rule', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('wrong.yml'), rule('1').replace('condition: selection', 'condition: selction'));
    const run = await runKeywitness(['rules', 'test', folder.file('wrong.yml')]);
    assert.equal(run.code, 2);
    assert.match(
      run.stderr,
      /wrong\.yml` is no rule: rule `wrong`, line 5, column 14, at `detection.condition`: .*no selection `selction`/,
    );
    const missing = await runKeywitness(['rules', 'explain', folder.file('none.yml')]);
    assert.equal(missing.code, 2);
  });

  it('explains a rule, and how it sees an event', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('denied.yml'), rule('1'));
    writeFileSync(folder.file('event.json'), JSON.stringify({ action: 'key.decrypt', outcome: 'success' }));
    const explained = await runKeywitness(['rules', 'explain', folder.file('denied.yml')]);
    assert.equal(explained.code, 0);
    assert.match(explained.stdout, /^Denied \(medium\)\nLooks at events of the record\.\n/);
    const args = ['rules', 'explain', folder.file('denied.yml'), '--event', folder.file('event.json')];
    const event = await runKeywitness(args);
    assert.equal(event.code, 0);
    assert.equal(event.stdout, 'Denied: does not match\n  - selection\n    - `outcome` is `denied`\n');
    writeFileSync(folder.file('event.json'), '[]');
    assert.equal((await runKeywitness(args)).code, 2);
  });
});
