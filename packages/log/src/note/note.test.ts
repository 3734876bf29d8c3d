import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../encoding/any-character.test-model.ts';
import { LogError } from '../errors.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleKey } from '../node/sample-log.test-model.ts';
import {
  addSignatures,
  formatNote,
  keyTypes,
  noteBytesMax,
  noteVerifier,
  openNote,
  parseNote,
  signaturesMax,
  signNote,
} from './index.ts';

/** The example of signed-note, "Example". */
const exampleKey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const exampleText = 'This is an example message.\n';
const exampleLine =
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
const example = `${exampleText}\n${exampleLine}`;

/** The example in the introduction of signed-note: a text with an empty line of its own. */
const poem = [
  'Ognuno sta solo sul cuor della terra',
  'trafitto da un raggio di sole:',
  '',
  'ed è subito sera.',
  '',
  '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=',
  '',
].join('\n');

const other = sampleKey('example.com/bar', keyTypes.ed25519, 1);
const verifiers = [noteVerifier(exampleKey, nodeCrypto)];

test('the example of signed-note opens with its key', () => {
  const opened = openNote(example, verifiers);
  assert(opened.ok);
  assert.equal(opened.text, exampleText);
  assert.deepEqual(opened.verified, [{ name: 'example.com/foo', keyId: 0x530d903a }]);
  assert.deepEqual(opened.unknown, []);
});

test('signatures follow the last empty line, so a text may have empty lines', () => {
  const { text, signatures } = parseNote(poem);
  assert.equal(text.split('\n').length, 5);
  assert.deepEqual(
    signatures.map(({ name, keyId, signature }) => [name, keyId, signature.length]),
    [['quasimodo.example/salvatore', 0x367ba04b, 64]],
  );
  assert.equal(parseNote('\n\n\n— a AAAAAAA=\n').text, '\n\n');
});

test('signatures of unknown keys are ignored, even with the name or the id of a known one', () => {
  const [signature] = parseNote(example).signatures;
  assert(signature);
  const sameName = { ...signature, keyId: 1, signature: Uint8Array.of(1) };
  const sameId = { ...signature, name: 'example.com/other', signature: Uint8Array.of(2) };
  const opened = openNote(addSignatures(example, [sameName, sameId]), verifiers);
  assert(opened.ok);
  assert.deepEqual(opened.unknown, [sameName, sameId]);
});

test('one bad signature of a known key refuses a note that also has a good one', () => {
  const [signature] = parseNote(example).signatures;
  assert(signature);
  const bad = { ...signature, signature: signature.signature.map((byte) => byte ^ 1) };
  const opened = openNote(addSignatures(example, [bad]), verifiers);
  assert(!opened.ok);
  assert.equal(opened.code, 'bad-signature');
});

test('a note without a signature of a known key is refused', () => {
  const opened = openNote(signNote(exampleText, [other.signer]), verifiers);
  assert(!opened.ok);
  assert.equal(opened.code, 'no-known-signature');
});

test('a signature line that is there twice is one signature', () => {
  const opened = openNote(`${example}${exampleLine}`, verifiers);
  assert(opened.ok);
  assert.equal(opened.verified.length, 1);
});

test('a note with any bit of its text flipped is refused', () => {
  const bytes = Buffer.from(example);
  for (let offset = 0; offset < Buffer.byteLength(exampleText); offset += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const copy = Buffer.from(bytes);
      copy[offset] = (copy[offset] ?? 0) ^ (1 << bit);
      assert(!openNote(copy, verifiers).ok, `bit ${bit} of byte ${offset}`);
    }
  }
});

const notNotes: Readonly<Record<string, string>> = {
  'nothing at all': '',
  'no empty line': 'text\n— a AAAAAAA=\n',
  'no signature': 'text\n\n',
  'no newline at the end': 'text\n\n— a AAAAAAA=',
  'an empty line after the signatures': 'text\n\n— a AAAAAAA=\n\n',
  'carriage returns': 'text\r\n\r\n— a AAAAAAA=\r\n',
  'a tab': 'te\txt\n\n— a AAAAAAA=\n',
  'a zero byte': 'te\u0000xt\n\n— a AAAAAAA=\n',
  'a hyphen for a dash': 'text\n\n- a AAAAAAA=\n',
  'no name': 'text\n\n—  AAAAAAA=\n',
  'a plus in the name': 'text\n\n— a+b AAAAAAA=\n',
  'a no-break space in the name': 'text\n\n— a\u00a0b AAAAAAA=\n',
  'an ideographic space in the name': 'text\n\n— a\u3000b AAAAAAA=\n',
  'two spaces before the signature': 'text\n\n— a  AAAAAAA=\n',
  'a space at the end of the line': 'text\n\n— a AAAAAAA= \n',
  'base64 without padding': 'text\n\n— a AAAAAAA\n',
  'base64 with stray bits': 'text\n\n— a AAAAAAB=\n',
  'no bytes after the key id': 'text\n\n— a AAAAAA==\n',
  'half of a surrogate pair': 'te\ud800xt\n\n— a AAAAAAA=\n',
};
for (const [name, note] of Object.entries(notNotes)) {
  test(`a note with ${name} is malformed`, () => {
    assert.throws(() => parseNote(note), { name: 'LogError', code: 'malformed-note' });
    assert(!openNote(note, verifiers).ok);
  });
}

test('bytes that are not UTF-8 are malformed', () => {
  const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from(example)]);
  assert.throws(() => parseNote(bytes), { code: 'malformed-note' });
});

test('notes have a limit of length and of signatures, above the 16 that signed-note asks for', () => {
  const [signature] = parseNote(example).signatures;
  assert(signature);
  const repeated = (count: number): string => `${exampleText}\n${exampleLine.repeat(count)}`;
  assert.equal(parseNote(repeated(signaturesMax)).signatures.length, signaturesMax);
  assert.throws(() => parseNote(repeated(signaturesMax + 1)), { code: 'malformed-note' });
  const tooMany = Array.from({ length: signaturesMax + 1 }, () => signature);
  assert.throws(() => formatNote(exampleText, tooMany), { code: 'malformed-note' });
  const tooLong = `${'x'.repeat(noteBytesMax)}\n`;
  assert.throws(() => parseNote(`${tooLong}\n${exampleLine}`), { code: 'malformed-note' });
  assert.throws(() => formatNote(tooLong, [signature]), { code: 'malformed-note' });
});

test('nothing is written that would not be read', () => {
  const good = { name: 'a', keyId: 1, signature: Uint8Array.of(1) };
  assert.equal(parseNote(formatNote('text\n', [good])).text, 'text\n');
  for (const text of ['', 'text', 'te\rxt\n', 'te\ud800xt\n']) {
    assert.throws(() => formatNote(text, [good]), { code: 'malformed-note' });
    assert.throws(() => signNote(text, [other.signer]), { code: 'malformed-note' });
  }
  for (const bad of [
    { ...good, name: '' },
    { ...good, name: 'a b' },
    { ...good, keyId: -1 },
    { ...good, keyId: 2 ** 32 },
    { ...good, keyId: 0.5 },
    { ...good, signature: new Uint8Array(0) },
  ]) {
    assert.throws(() => formatNote('text\n', [bad]), { code: 'malformed-note' });
  }
  assert.throws(() => formatNote('text\n', []), { code: 'malformed-note' });
});

/** Arbitrary bytes and texts, and notes to which something was done. */
const hostileNotes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: anyCharacter, maxLength: 100 }).map((text) => Buffer.from(`${text}\n\n${exampleLine}`)),
  fc
    .array(fc.constantFrom('\n', '\n\n', '— ', 'a', ' ', '+', 'AAAAAAA=', exampleLine, exampleText), {
      maxLength: 12,
    })
    .map((parts) => Buffer.from(parts.join(''))),
  fc
    .tuple(fc.nat(), fc.uint8Array({ maxLength: 4 }), fc.nat(4))
    .map(([offset, insert, removed]): Uint8Array => {
      const bytes = Buffer.from(poem);
      const start = offset % bytes.length;
      return Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + removed)]);
    }),
);

test('any bytes are either a note that is written back the same, or malformed', () => {
  let read = 0;
  fc.assert(
    fc.property(hostileNotes, (bytes) => {
      const note = parsedOrRefused(bytes);
      if (note === undefined) return;
      read += 1;
      assert.deepEqual(Buffer.from(formatNote(note.text, note.signatures)), Buffer.from(bytes));
    }),
    { numRuns: 5000 },
  );
  assert(read > 0, 'no note was read at all, so nothing was tested');
});

function parsedOrRefused(bytes: Uint8Array): ReturnType<typeof parseNote> | undefined {
  try {
    return parseNote(bytes);
  } catch (error) {
    assert(error instanceof LogError, String(error));
    assert.equal(error.code, 'malformed-note');
    return undefined;
  }
}

test('opening never throws, and never believes a changed text', () => {
  fc.assert(
    fc.property(hostileNotes, (bytes) => {
      const opened = openNote(bytes, verifiers);
      if (opened.ok) assert.equal(opened.text, exampleText);
    }),
    { numRuns: 5000 },
  );
});
