import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { nodeCrypto } from '@keywitness/log/node';
import { formatAnswer, type NoteSignature, openCosignatures, parseNote } from '@keywitness/log';
import { testEvent, TestLog } from '../testing/log-folder.test-kit.ts';
import { type RunningCommand, startKeywitness } from '../testing/running-keywitness.test-kit.ts';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { createWitnessKeys } from '../witness/index.ts';

/** A log in a folder, and mirrors of it as processes that can be asked. */
class Bench implements AsyncDisposable {
  readonly folder: ReturnType<typeof temporaryFolder> = temporaryFolder();
  readonly log = new TestLog();
  readonly #mirrors: RunningCommand[] = [];

  grow(count: number, statement?: Uint8Array): this {
    for (let left = count; left > 0; left -= 1) this.log.append(testEvent(left));
    this.log.writeTo(this.folder.path);
    writeFileSync(this.folder.file('log/index'), this.log.indexCheckpoint(statement));
    return this;
  }

  async mirror(
    name: string,
    interval = '3600',
  ): Promise<{ url: string; vkeys: readonly string[]; running: RunningCommand }> {
    const { verifierKeys: vkeys } = createWitnessKeys(
      this.folder.file(`${name}.keys`),
      `${name}.example/index`,
    );
    const file = (path: string): string => this.folder.file(path);
    const mirror = ['mirror', '--log', file('log'), '--key', file('log.vkey'), '--to', file(`${name}.copy`)];
    const cosign = ['--cosign', file(`${name}.keys`), '--listen', '127.0.0.1:0', '--interval', interval];
    const running = startKeywitness([...mirror, ...cosign]);
    this.#mirrors.push(running);
    const [, url = ''] = await running.line(/^serves +(http:\S+)$/);
    await running.line(/^cosigned /);
    return { url, vkeys, running };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const mirror of this.#mirrors) await mirror[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

async function ask(url: string, body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/cosign-index`, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
}

function cosignatures(note: string, lines: string, vkeys: readonly string[]): readonly NoteSignature[] {
  const opened = openCosignatures(parseNote(note).text, lines, vkeys, nodeCrypto);
  return opened.ok ? opened.signatures : [];
}

describe('a mirror that can be asked', { timeout: 120_000 }, () => {
  test('cosigns what is brought to it, and looks at once for what it does not have yet', async () => {
    await using bench = new Bench().grow(300);
    const old = bench.log.indexCheckpoint();
    const { url, vkeys, running } = await bench.mirror('east');
    const newer = bench.grow(5).log.indexCheckpoint();
    for (const note of [newer, old]) {
      const { status, text } = await ask(url, note);
      assert.equal(status, 200, text);
      assert.equal(cosignatures(note, text, vkeys).length, 2);
    }
    const health: unknown = await (await fetch(`${url}/health`)).json();
    assert.deepEqual(health, { status: 'ok', log: bench.log.origin, size: 305 });
    assert.match(await (await fetch(`${url}/index`)).text(), /\/index\/1\n305\n/);
    assert.equal((await ask(url, 'nonsense')).status, 403);
    assert.equal((await ask(url, old.replace('\n300\n', '\n299\n'))).status, 403);
    assert.equal((await fetch(`${url}/cosign-index`)).status, 405);
    assert.equal(await running.stop(), 0);
  });

  test('says after a while that the log does not show what an index covers', async () => {
    await using bench = new Bench().grow(10);
    const { url } = await bench.mirror('east');
    bench.log.append(testEvent(1));
    const response = await fetch(`${url}/cosign-index`, {
      method: 'POST',
      body: bench.log.indexCheckpoint(),
    });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '5');
    assert.equal(await response.text(), 'it covers 11 entries, and 10 are replayed here\n');
  });

  test('ends with evidence when it is brought an index that the entries do not lead to', async () => {
    await using bench = new Bench().grow(10);
    const { url, running } = await bench.mirror('east');
    const lie = bench.log.indexCheckpoint(new Uint8Array(32));
    const { status, text } = await ask(url, lie);
    assert.equal(status, 422, text);
    const { code, stderr } = await running.ended;
    assert.equal(code, 1);
    assert.match(stderr, /EVIDENCE: index: /);
    const dir = bench.folder.file('east.copy');
    const kept = await runKeywitness(['witness', 'evidence', '--dir', dir, '--json']);
    assert.equal(kept.code, 1);
    const shown = await runKeywitness(['witness', 'evidence', '--dir', dir]);
    assert.match(shown.stdout, /index: log log\.example\/test\/index\/1, kept 10 entries, shown 10: /);
    assert.ok(kept.stdout.includes(JSON.stringify(lie).slice(1, -1)));
    const paths = ['--log', bench.folder.file('log'), '--key', bench.folder.file('log.vkey'), '--to', dir];
    const cosigning = ['--cosign', bench.folder.file('east.keys'), '--once'];
    const again = await runKeywitness(['mirror', ...paths, ...cosigning]);
    assert.equal(again.code, 1, 'a log that is convicted is not cosigned after a start either');
    assert.match(again.stderr, /EVIDENCE: index: /);
    assert.equal((await runKeywitness(['mirror', ...paths, '--once'])).code, 0, 'and is copied all the same');
  });

  test('refuses the keys of a witness, and to be asked without cosigning', async () => {
    await using bench = new Bench().grow(1);
    const file = (name: string): string => bench.folder.file(name);
    createWitnessKeys(file('w'), 'w.example/w');
    writeFileSync(file('w/known-logs'), '');
    const mirror = [
      'mirror',
      '--log',
      file('log'),
      '--key',
      file('log.vkey'),
      '--to',
      file('copy'),
      '--once',
    ];
    assert.equal((await runKeywitness([...mirror, '--cosign', file('w')])).code, 64);
    assert.equal((await runKeywitness([...mirror, '--listen', '127.0.0.1:0'])).code, 64);
    assert.equal((await runKeywitness([...mirror.slice(0, 5), '--to', 's3://audit/x', '--once'])).code, 64);
  });
});

describe('an answer', { timeout: 120_000 }, () => {
  test('is taken to mirrors, and refused while there are not enough of them', async () => {
    await using bench = new Bench().grow(4);
    const file = (name: string): string => bench.folder.file(name);
    const [east, west] = [await bench.mirror('east'), await bench.mirror('west')];
    // An answer whose proof is of no matter here: mirrors see the index checkpoint and nothing else.
    const [checkpoint, index] = [bench.log.checkpoint(), bench.log.indexCheckpoint()];
    const subject = { type: 'partial', texts: [] } as const;
    const plain = formatAnswer({ subject, window: { kind: 'all' }, checkpoint, index, path: [] });
    const [eastKey = ''] = east.vkeys;
    const [westKey = '', otherWestKey = ''] = west.vkeys;
    const policy = (westUrl: string): string =>
      [
        `witness e ${eastKey} ${east.url}`,
        `witness w-1 ${westKey} ${westUrl}`,
        `witness w-2 ${otherWestKey} ${westUrl}`,
        'group w all w-1 w-2',
        'group both all e w',
        'quorum both',
      ].join('\n');
    writeFileSync(file('answer.kwa'), plain);
    writeFileSync(file('half.policy'), policy('http://127.0.0.1:1'));
    writeFileSync(file('both.policy'), policy(west.url));
    const cosign = ['audit', 'cosign', file('answer.kwa'), '--mirrors'];
    const half = await runKeywitness([...cosign, file('half.policy')]);
    assert.equal(half.code, 2, half.stderr);
    assert.equal(half.stdout, 'cosigned by the mirror east.example/index\n');
    assert.match(half.stderr, /127\.0\.0\.1:1` does not cosign: /);
    const check = ['audit', 'check', file('answer.kwa'), '--key', file('log.vkey'), '--mirrors'];
    const refused = await runKeywitness([...check, file('both.policy')]);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^problem +of the index: the trusted witnesses .* not the quorum/m);
    writeFileSync(file('mirrors.vkey'), [...east.vkeys, ...west.vkeys].join('\n'));
    const two = await runKeywitness([...check, file('mirrors.vkey'), '--mirror-quorum', '2']);
    assert.match(two.stdout, /of the index: `1` trusted witnesses have cosigned instead of `2`/);
    const both = await runKeywitness([...cosign, file('both.policy')]);
    assert.equal(both.code, 0, both.stderr);
    const signed = /"index":(".*"),/.exec(readFileSync(file('answer.kwa'), 'utf8'))?.[1] ?? '""';
    const note: unknown = JSON.parse(signed);
    assert.equal(parseNote(typeof note === 'string' ? note : '').signatures.length, 2 + 2 + 1);
    for (const args of [['both.policy'], ['mirrors.vkey'], ['mirrors.vkey', '--mirror-quorum', '1']]) {
      const [name = '', ...quorum] = args;
      const run = await runKeywitness([...check, file(name), ...quorum]);
      assert.doesNotMatch(run.stdout, /of the index: /, args.join(' '));
    }
    const three = await runKeywitness([...check, file('mirrors.vkey'), '--mirror-quorum', '3']);
    assert.equal(three.code, 64);
    // A lie that an auditor was shown is disputed by the mirror.
    const lie = bench.log.indexCheckpoint(new Uint8Array(32));
    writeFileSync(
      file('answer.kwa'),
      formatAnswer({ subject, window: { kind: 'all' }, checkpoint, index: lie, path: [] }),
    );
    const disputed = await runKeywitness([...cosign, file('both.policy')]);
    assert.equal(disputed.code, 1, disputed.stderr);
    assert.match(disputed.stderr, /does not cosign: 422 /);
  });
});
