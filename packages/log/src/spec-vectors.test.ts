import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type HashReader,
  keyTypes,
  leafHash,
  mlDsa44CosignatureMessage,
  noteVerifier,
  openCheckpoint,
  openNote,
  parseLogKeys,
  parseNote,
  parseProof,
  signNote,
  tileHashReader,
  verifyConsistency,
  verifyInclusion,
  verifyProof,
} from './index.ts';
import { nodeCrypto } from './node/index.ts';
import { sampleKey, sampleLog, type SampleLog } from './node/sample-log.test-model.ts';
import { consistencyProof, inclusionProof } from './merkle/index.ts';

interface Vectors {
  readonly origin: string;
  readonly keys: readonly { readonly use: string; readonly seed: string; readonly verifierKey: string }[];
  readonly trees: readonly {
    readonly size: number;
    readonly root: string;
    /** SHA-256 of files by path. */
    readonly files: Readonly<Record<string, string>>;
  }[];
  readonly inclusion: readonly {
    readonly size: number;
    readonly index: number;
    readonly hashes: readonly string[];
  }[];
  readonly consistency: readonly {
    readonly oldSize: number;
    readonly newSize: number;
    readonly hashes: readonly string[];
  }[];
  readonly checkpoint: {
    readonly size: number;
    readonly timestamp: number;
    readonly mlDsa44Message: string;
    readonly note: string;
  };
  readonly proof: { readonly index: number; readonly extra: string; readonly text: string };
}

const vectors = readVectors();
const { origin } = vectors;
const [ed25519, mlDsa44, witness] = [
  sampleKey(origin, keyTypes.ed25519, 0x11),
  sampleKey(origin, keyTypes.mlDsa44Cosignature, 0x22),
  sampleKey('witness.example/vectors', keyTypes.ed25519Cosignature, 0x33),
];
const logKeys = vectors.keys.filter(({ use }) => use === 'log').map(({ verifierKey }) => verifierKey);
const trusted = parseLogKeys(`${logKeys.join('\n')}\n`);

const logs = new Map<number, SampleLog>();

function readVectors(): Vectors {
  const url = new URL('../../../spec/vectors/log.json', import.meta.url);
  const read: unknown = JSON.parse(readFileSync(url, 'utf8'));
  assert(isVectors(read));
  return read;
}

function isVectors(read: unknown): read is Vectors {
  const members = ['origin', 'keys', 'trees', 'inclusion', 'consistency', 'checkpoint', 'proof'];
  return typeof read === 'object' && read !== null && members.every((member) => member in read);
}

function entryOf(n: number): Uint8Array {
  return Buffer.from(`{"n":${n}}`);
}

function logOf(size: number): SampleLog {
  const known = logs.get(size);
  if (known !== undefined) return known;
  const entries = Array.from({ length: size }, (_, n) => entryOf(n));
  const log = sampleLog(origin, entries, [ed25519.signer]);
  logs.set(size, log);
  return log;
}

function readerOf(size: number): HashReader {
  const { files } = logOf(size);
  return tileHashReader({
    size,
    fetch: (path) => Promise.resolve(files.get(path) ?? null),
    hasher: nodeCrypto,
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function hashesOf(encoded: readonly string[]): readonly Uint8Array[] {
  return encoded.map((hash) => new Uint8Array(Buffer.from(hash, 'base64')));
}

test('verifier keys are those of the seeds', () => {
  assert.deepEqual(
    [ed25519, mlDsa44, witness].map(({ vkey }) => vkey),
    vectors.keys.map(({ verifierKey }) => verifierKey),
  );
});

for (const { size, root, files } of vectors.trees) {
  test(`the tree of ${size} entries has the root and the files of the vectors`, () => {
    const log = logOf(size);
    assert.equal(base64(log.root), root);
    for (const [path, digest] of Object.entries(files)) {
      const bytes = log.files.get(path);
      assert(bytes, path);
      assert.equal(createHash('sha256').update(bytes).digest('hex'), digest, path);
    }
    if (size <= 600) assert.equal(Object.keys(files).length, log.files.size - 1);
  });
}

for (const { size, index, hashes } of vectors.inclusion) {
  test(`entry ${index} of ${size} has the audit path of the vectors`, async () => {
    const proof = await inclusionProof(index, size, readerOf(size), nodeCrypto);
    assert.deepEqual(proof.map(base64), hashes);
    const claim = {
      index,
      size,
      root: logOf(size).root,
      leafHash: leafHash(entryOf(index), nodeCrypto),
      proof: hashesOf(hashes),
    };
    assert.deepEqual(verifyInclusion(claim, nodeCrypto), { ok: true });
  });
}

for (const { oldSize, newSize, hashes } of vectors.consistency) {
  test(`${newSize} entries are shown to extend ${oldSize} by the proof of the vectors`, async () => {
    const proof = await consistencyProof(oldSize, newSize, readerOf(newSize), nodeCrypto);
    assert.deepEqual(proof.map(base64), hashes);
    const [oldRoot, newRoot] = [logOf(oldSize).root, logOf(newSize).root];
    const claim = { oldSize, newSize, oldRoot, newRoot, proof: hashesOf(hashes) };
    assert.deepEqual(verifyConsistency(claim, nodeCrypto), { ok: true });
  });
}

test('the checkpoint of the vectors is signed as its keys sign, and opens', () => {
  const { note, size, timestamp, mlDsa44Message } = vectors.checkpoint;
  const { text, signatures } = parseNote(note);
  const { root } = logOf(size);
  assert.equal(text, `${origin}\n${size}\n${base64(root)}\n`);
  const statement = { cosigner: origin, timestamp, origin, start: 0, end: size, hash: root };
  assert.equal(Buffer.from(mlDsa44CosignatureMessage(statement)).toString('hex'), mlDsa44Message);
  // Ed25519 is deterministic; ML-DSA-44 is not, so its signature can only be verified.
  const again = parseNote(signNote(text, [ed25519.signer, witness.signer])).signatures;
  assert.deepEqual([signatures[0], signatures[2]], again);
  const opened = openCheckpoint(
    note,
    { ...trusted, witnessKeys: [witness.vkey], witnessQuorum: 1 },
    nodeCrypto,
  );
  assert(opened.ok);
  assert.deepEqual(
    opened.signatures.map((signature) => signature.timestamp),
    [undefined, timestamp, timestamp],
  );
  assert(openNote(note, [noteVerifier(mlDsa44.vkey, nodeCrypto)]).ok);
});

test('the proof of the vectors shows its entry and no other', () => {
  const { index, extra, text } = vectors.proof;
  const parsed = parseProof(text);
  assert.equal(parsed.index, index);
  assert.equal(Buffer.from(parsed.extra ?? []).toString('hex'), extra);
  const options = { proofText: text, trustedKeys: trusted, crypto: nodeCrypto };
  assert(verifyProof({ ...options, entry: entryOf(index) }).ok);
  assert(!verifyProof({ ...options, entry: entryOf(index + 1) }).ok);
});
