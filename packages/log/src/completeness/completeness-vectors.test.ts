import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeHex } from '../encoding/index.ts';
import { nodeCrypto } from '../node/index.ts';
import {
  entryFacts,
  formatAnswer,
  IndexReplay,
  parseAnswer,
  readSubject,
  subjectKey,
  verifyAnswer,
} from './index.ts';

type Named = readonly [type: string, ...texts: string[]];

interface Vectors {
  readonly origin: string;
  readonly verifierKey: string;
  readonly entries: readonly string[];
  readonly subjects: readonly (readonly Named[])[];
  readonly keys: readonly { readonly subject: Named; readonly key: string }[];
  readonly sizes: readonly { readonly size: number; readonly mapRoot: string; readonly statement: string }[];
  /** Answers that hold, with the indexes of their events. */
  readonly answers: readonly { readonly entries: readonly number[]; readonly answer: object }[];
  /** Answers that do not. */
  readonly refused: readonly { readonly why: string; readonly answer: object }[];
}

const vectors = readVectors();
const entries = vectors.entries.map((entry) => new Uint8Array(Buffer.from(entry, 'base64')));
const trustedKeys = { origin: vectors.origin, logKeys: [vectors.verifierKey] };

function readVectors(): Vectors {
  const url = new URL('../../../../spec/vectors/completeness.json', import.meta.url);
  const read: unknown = JSON.parse(readFileSync(url, 'utf8'));
  assert(isVectors(read));
  return read;
}

function isVectors(read: unknown): read is Vectors {
  return typeof read === 'object' && read !== null && 'answers' in read && 'refused' in read;
}

test('the entries of the vectors are of their subjects, which have their keys', () => {
  for (const [position, entry] of entries.entries()) {
    const own = entryFacts(entry).subjects.map(({ type, texts }) => JSON.stringify([type, ...texts]));
    const expected = vectors.subjects[position]?.map((subject) => JSON.stringify(subject));
    assert.deepEqual(own.toSorted(), expected?.toSorted());
  }
  for (const { subject, key } of vectors.keys) {
    const [type, ...texts] = subject;
    const read = readSubject(type, texts);
    assert(read);
    assert.equal(encodeHex(subjectKey(read, nodeCrypto)), key);
  }
});

test('replaying the entries of the vectors leads to their roots and statements', () => {
  for (const { size, mapRoot, statement } of vectors.sizes) {
    const replay = new IndexReplay(nodeCrypto);
    for (const entry of entries.slice(0, size)) replay.append(entry);
    assert.equal(encodeHex(replay.mapRoot()), mapRoot);
    assert.equal(encodeHex(replay.statement()), statement);
  }
});

for (const { entries: indexes, answer } of vectors.answers) {
  const about = 'subject' in answer && 'window' in answer ? [answer.subject, answer.window] : [];
  test(`the answer of the vectors about ${JSON.stringify(about)} is complete`, () => {
    const text = JSON.stringify(answer);
    const verdict = verifyAnswer({ answer: text, trustedKeys, crypto: nodeCrypto });
    assert(verdict.ok, verdict.ok ? '' : verdict.reasons.join());
    assert.deepEqual(
      verdict.entries.map(({ index }) => index),
      indexes,
    );
    for (const { index, entry } of verdict.entries) assert.deepEqual(entry, entries[index]);
    assert.deepEqual(JSON.parse(formatAnswer(parseAnswer(text))), JSON.parse(text));
  });
}

for (const { why, answer } of vectors.refused) {
  test(`an answer of the vectors is refused because ${why}`, () => {
    assert(!verifyAnswer({ answer: JSON.stringify(answer), trustedKeys, crypto: nodeCrypto }).ok);
  });
}
