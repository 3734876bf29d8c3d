import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../encoding/any-character.test-model.ts';
import { LogError } from '../errors.ts';
import { inclusionProof } from '../merkle/index.ts';
import { keyTypes } from '../note/index.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleEntries, sampleKey, sampleLog } from '../node/sample-log.test-model.ts';
import { tileHashReader } from '../tiles/index.ts';
import { formatProof, parseProof, proofHashesMax, verifyProof } from './index.ts';

const origin = 'log.example/one';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 1);
const mlDsa44 = sampleKey(origin, keyTypes.mlDsa44Cosignature, 2);
const entries = sampleEntries(300);
const log = sampleLog(origin, entries, [ed25519.signer, mlDsa44.signer]);
const checkpoint = Buffer.from(log.files.get('checkpoint') ?? []).toString();
const trustedKeys = { origin, logKeys: [ed25519.vkey, mlDsa44.vkey] };

async function proofOf(index: number, extra?: Uint8Array): Promise<string> {
  const read = tileHashReader({
    size: entries.length,
    fetch: (path) => Promise.resolve(log.files.get(path) ?? null),
    hasher: nodeCrypto,
  });
  const hashes = await inclusionProof(index, entries.length, read, nodeCrypto);
  return formatProof({ index, hashes, checkpoint, ...(extra === undefined ? {} : { extra }) });
}

function entryAt(index: number): Uint8Array {
  const entry = entries[index];
  assert(entry);
  return entry;
}

const proof7 = await proofOf(7);

test('a proof file has the lines of tlog-proof', () => {
  const lines = proof7.split('\n');
  assert.equal(lines[0], 'c2sp.org/tlog-proof@v1');
  assert.equal(lines[1], 'index 7');
  const hashes = lines.slice(2, lines.indexOf(''));
  assert.equal(hashes.length, 9);
  for (const hash of hashes) assert.equal(Buffer.from(hash, 'base64').length, 32);
  assert(proof7.endsWith(`\n\n${checkpoint}`));
});

test('every entry is shown to be in the log, and no other entry in its place', async () => {
  for (const index of [0, 1, 127, 255, 256, 299]) {
    const proofText = await proofOf(index);
    const verdict = verifyProof({ proofText, entry: entryAt(index), trustedKeys, crypto: nodeCrypto });
    assert(verdict.ok);
    assert.deepEqual([verdict.index, verdict.checkpoint.size], [index, 300]);
    assert.equal(verdict.signatures.length, 2);
    const other = verifyProof({
      proofText: Buffer.from(proofText),
      entry: entryAt((index + 1) % 300),
      trustedKeys,
      crypto: nodeCrypto,
    });
    assert(!other.ok);
    assert.match(other.reasons.join(), /the entry is not shown to be in the log/);
  }
});

test('a proof against a checkpoint that is not believed is refused', () => {
  const stranger = sampleKey(origin, keyTypes.ed25519, 9);
  for (const keys of [
    { origin: 'log.example/two', logKeys: [ed25519.vkey] },
    { origin, logKeys: [stranger.vkey] },
    { origin, logKeys: [ed25519.vkey, stranger.vkey] },
  ]) {
    const options = { proofText: proof7, entry: entryAt(7), trustedKeys: keys, crypto: nodeCrypto };
    assert(!verifyProof(options).ok);
  }
});

test('extra bytes travel along and are read back, even when there are none', async () => {
  for (const extra of [Uint8Array.of(), Uint8Array.of(1, 2, 3)]) {
    const text = await proofOf(7, extra);
    assert.deepEqual(parseProof(text).extra, extra);
    const options = { proofText: text, entry: entryAt(7), trustedKeys, crypto: nodeCrypto };
    assert(verifyProof(options).ok);
  }
  assert.equal(parseProof(proof7).extra, undefined);
});

const header = 'c2sp.org/tlog-proof@v1\n';
const hash = `${Buffer.alloc(32).toString('base64')}\n`;
const notProofs: Readonly<Record<string, string>> = {
  'nothing in it': '',
  'no checkpoint': `${header}index 7\n`,
  'another version': `c2sp.org/tlog-proof@v2\nindex 7\n\n${checkpoint}`,
  'no index': `${header}${hash}\n${checkpoint}`,
  'an index with a leading zero': `${header}index 07\n\n${checkpoint}`,
  'an index below zero': `${header}index -7\n\n${checkpoint}`,
  'an index above 2^53 - 1': `${header}index 9007199254740992\n\n${checkpoint}`,
  'an index after the hashes': `${header}${hash}index 7\n\n${checkpoint}`,
  'extra data after the index': `${header}index 7\nextra AA==\n\n${checkpoint}`,
  'extra data that is not base64': `${header}extra A\nindex 7\n\n${checkpoint}`,
  'two extra lines': `${header}extra AA==\nextra AA==\nindex 7\n\n${checkpoint}`,
  'a hash of 31 bytes': `${header}index 7\n${Buffer.alloc(31).toString('base64')}\n\n${checkpoint}`,
  'more hashes than a tree has levels': `${header}index 7\n${hash.repeat(proofHashesMax + 1)}\n${checkpoint}`,
  'carriage returns': proof7.replaceAll('\n', '\r\n'),
  'an empty line at the start': `\n${proof7}`,
  'extra data beyond its limit': `${header}extra ${'A'.repeat(4 * 1024 * 1024)}\nindex 7\n\n${checkpoint}`,
};
for (const [name, text] of Object.entries(notProofs)) {
  test(`a proof with ${name} is refused`, () => {
    assert.throws(() => parseProof(text), { name: 'LogError' });
    const options = { proofText: text, entry: entryAt(7), trustedKeys, crypto: nodeCrypto };
    assert(!verifyProof(options).ok);
  });
}

test('a proof that could not be read is not written', () => {
  const good = { index: 7, hashes: [new Uint8Array(32)], checkpoint };
  assert.throws(() => formatProof({ ...good, index: -1 }), { code: 'malformed-proof' });
  assert.throws(() => formatProof({ ...good, hashes: [new Uint8Array(31)] }), { code: 'malformed-proof' });
  const extra = new Uint8Array(1024 * 1024 + 1);
  assert.throws(() => formatProof({ ...good, extra }), { code: 'malformed-proof' });
  assert.throws(() => formatProof({ ...good, checkpoint: 'nonsense' }), { code: 'malformed-note' });
});

test('any text is either a proof that is written back the same, or refused; a changed one proves nothing', () => {
  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.tuple(fc.nat(), fc.string({ maxLength: 2 }), fc.nat(2)).map(([offset, insert, removed]) => {
      const start = offset % proof7.length;
      return proof7.slice(0, start) + insert + proof7.slice(start + removed);
    }),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      if (!isRefused(text)) assert.equal(formatProof(parseProof(text)), text);
      const options = { proofText: text, entry: entryAt(8), trustedKeys, crypto: nodeCrypto };
      assert(!verifyProof(options).ok);
    }),
    { numRuns: 800 },
  );
});

function isRefused(text: string): boolean {
  try {
    parseProof(text);
    return false;
  } catch (error) {
    assert(error instanceof LogError, String(error));
    assert(['malformed-proof', 'malformed-note'].includes(error.code), error.code);
    return true;
  }
}

test('a proof with any byte above its checkpoint flipped is refused', () => {
  const bytes = Buffer.from(proof7);
  const end = proof7.indexOf('\n\n');
  for (let offset = 0; offset < end; offset += 1) {
    const copy = Buffer.from(bytes);
    copy[offset] = (copy[offset] ?? 0) ^ 1;
    const options = { proofText: copy, entry: entryAt(7), trustedKeys, crypto: nodeCrypto };
    assert(!verifyProof(options).ok, `byte ${offset}`);
  }
  assert(!verifyProof({ proofText: Buffer.of(255), entry: entryAt(7), trustedKeys, crypto: nodeCrypto }).ok);
});
