import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import {
  formatCheckpoint,
  formatVerifierKey,
  GrowingTree,
  keyTypes,
  type LogFile,
  signNote,
} from '@keywitness/log';
import { nodeCrypto, nodeNoteSigner } from '@keywitness/log/node';
import { createVerifying } from './index.ts';

const ORIGIN = 'log.example/verifying';
const PKCS8_START = '302e020100300506032b657004220420';
const ENTRIES = Array.from({ length: 700 }, (_, index) => Buffer.from(`{"index":${index}}`));

function newKey(): { readonly vkey: string; readonly sign: (text: string) => string } {
  const der = Buffer.from(PKCS8_START + '07'.repeat(32), 'hex');
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'raw-public' });
  const type = keyTypes.ed25519;
  const signer = nodeNoteSigner({ name: ORIGIN, type, privateKey, nowSeconds: () => 1_700_000_000 });
  return { vkey: formatVerifierKey(ORIGIN, type, publicKey), sign: (text) => signNote(text, [signer]) };
}

const key = newKey();

/** A published log that goes round under a test's eyes. */
class Bench {
  readonly files: Map<string, Uint8Array>;
  readonly ledger: Uint8Array[] = [...ENTRIES];
  readonly problems: string[] = [];
  readonly verifying: { readonly bundles: number };
  #next: (() => void) | undefined;

  constructor() {
    const tree = new GrowingTree(nodeCrypto);
    const stored: LogFile[] = [];
    for (const entry of ENTRIES) {
      tree.append(entry);
      stored.push(...tree.takeFullFiles());
    }
    stored.push(...tree.partialFiles());
    this.files = new Map(stored.map(({ path, bytes }) => [path, Buffer.from(bytes)]));
    const text = formatCheckpoint({ origin: ORIGIN, size: ENTRIES.length, root: tree.root() });
    this.files.set('checkpoint', Buffer.from(key.sign(text)));
    this.verifying = createVerifying({
      fetch: async (path) => this.files.get(path) ?? null,
      trusted: { origin: ORIGIN, logKeys: [key.vkey] },
      reader: {
        size: () => this.ledger.length,
        read: (first, max) => ({ first, entries: this.ledger.slice(first, first + max) }),
      },
      schedule: (_delayMs, task) => {
        this.#next = task;
      },
      onProblem: (file, problem) => this.problems.push(`${file}: ${problem}`),
    });
  }

  /** Steps until so many looks have been taken; answers what was told meanwhile. */
  async looks(count: number): Promise<readonly string[]> {
    this.problems.length = 0;
    for (let look = 0; look < count; look += 1) {
      for (let turn = 0; turn < 200 && this.#next === undefined; turn += 1) await Promise.resolve();
      const next = this.#next;
      assert(next);
      this.#next = undefined;
      next();
    }
    for (let turn = 0; turn < 200 && this.#next === undefined; turn += 1) await Promise.resolve();
    return [...this.problems];
  }

  file(path: string): Uint8Array {
    const bytes = this.files.get(path);
    assert(bytes);
    return bytes;
  }
}

function flip(bytes: Uint8Array, at: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
}

test('a log that is whole is gone round in silence', async () => {
  const bench = new Bench();
  assert.deepEqual(await bench.looks(5), []);
  assert.equal(bench.verifying.bundles, 6);
});

test('whatever byte of a full bundle or of its tile is altered is told of, once', async () => {
  for (const path of ['tile/entries/001', 'tile/0/001']) {
    for (const at of [0, 1, 40, 800]) {
      const bench = new Bench();
      flip(bench.file(path), at);
      const problems = await bench.looks(6);
      assert.equal(problems.length, 1, `${path} ${at}`);
      assert.match(problems[0] ?? '', /^tile\/entries\/001: /);
    }
  }
});

test('a tile above that is altered, and a file that is gone', async () => {
  const above = new Bench();
  flip(above.file('tile/1/000.p/2'), 40);
  assert.match((await above.looks(3)).join('\n'), /the signed checkpoint does not vouch for it/);
  const gone = new Bench();
  gone.files.delete('tile/0/000');
  assert.match((await gone.looks(3)).join('\n'), /^tile\/entries\/000: it, or its tile of hashes, is gone/);
});

test('a ledger that was altered after it was published', async () => {
  const bench = new Bench();
  bench.ledger[300] = Buffer.from('{"index":-300}');
  assert.deepEqual(await bench.looks(3), ['tile/entries/001: entry 300 is not that of the ledger']);
});

test('a checkpoint that is altered or gone is told of, and it is news again after it was right', async () => {
  const bench = new Bench();
  const good = Buffer.from(bench.file('checkpoint'));
  flip(bench.file('checkpoint'), 30);
  assert.match((await bench.looks(3)).join('\n'), /^checkpoint: /);
  bench.files.set('checkpoint', good);
  assert.deepEqual(await bench.looks(2), []);
  bench.files.delete('checkpoint');
  assert.deepEqual(await bench.looks(2), ['checkpoint: it is gone or cannot be read']);
});
