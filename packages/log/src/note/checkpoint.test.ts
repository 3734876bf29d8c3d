import assert from 'node:assert/strict';
import { sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../encoding/any-character.test-model.ts';
import { LogError } from '../errors.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleKey, sampleSeconds } from '../node/sample-log.test-model.ts';
import {
  addSignatures,
  ed25519CosignatureMessage,
  formatCheckpoint,
  formatNote,
  keyTypes,
  mlDsa44CosignatureMessage,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  signNote,
} from './index.ts';

const origin = 'log.example/one';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 1);
const mlDsa44 = sampleKey(origin, keyTypes.mlDsa44Cosignature, 2);
const witness = sampleKey('witness.example/w', keyTypes.ed25519Cosignature, 3);
const otherWitness = sampleKey('witness.example/x', keyTypes.mlDsa44Cosignature, 4);
const root = new Uint8Array(32).fill(7);
const text = formatCheckpoint({ origin, size: 42, root });
const both = { origin, logKeys: [ed25519.vkey, mlDsa44.vkey] };

/** The example of tlog-checkpoint. */
const exampleText = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

test('the example of tlog-checkpoint is read and written back', () => {
  const checkpoint = parseCheckpoint(exampleText);
  assert.equal(checkpoint.origin, 'example.com/behind-the-sofa');
  assert.equal(checkpoint.size, 20852163);
  assert.deepEqual(checkpoint.extensions, []);
  assert.equal(formatCheckpoint(checkpoint), exampleText);
});

test('the message of an Ed25519 cosignature is the example of tlog-cosignature', () => {
  const message = ed25519CosignatureMessage(Buffer.from(exampleText), 1679315147);
  assert.equal(Buffer.from(message).toString(), `cosignature/v1\ntime 1679315147\n${exampleText}`);
});

test('the message of an ML-DSA-44 cosignature has the fields of cosigned_message, in order', () => {
  const message = mlDsa44CosignatureMessage({
    cosigner: 'w.example',
    timestamp: 0x0102030405,
    origin: 'log',
    start: 0,
    end: 42,
    hash: root,
  });
  const expected = [
    '737562747265652f76310a00', // "subtree/v1\n\0"
    '09772e6578616d706c65', // cosigner_name
    '0000000102030405', // timestamp
    '036c6f67', // log_origin
    '0000000000000000', // start
    '000000000000002a', // end
    '07'.repeat(32), // hash
  ];
  assert.equal(Buffer.from(message).toString('hex'), expected.join(''));
});

test('cosignatures are eight bytes of time and the signature of the message', () => {
  const [signature] = parseNote(signNote(text, [mlDsa44.signer])).signatures;
  assert(signature);
  assert.equal(signature.signature.length, 8 + 2420);
  const bytes = Buffer.from(signature.signature);
  assert.equal(bytes.readBigUInt64BE(0), BigInt(sampleSeconds));
  const message = mlDsa44CosignatureMessage({
    cosigner: origin,
    timestamp: sampleSeconds,
    origin,
    start: 0,
    end: 42,
    hash: root,
  });
  assert(verify(null, message, mlDsa44.privateKey, bytes.subarray(8)));
  const [cosignature] = parseNote(signNote(text, [witness.signer])).signatures;
  assert(cosignature);
  const bare = Buffer.from(cosignature.signature).subarray(8);
  assert.equal(bare.length, 64);
  assert(verify(null, ed25519CosignatureMessage(Buffer.from(text), sampleSeconds), witness.privateKey, bare));
});

test('statements that tlog-cosignature does not allow are not signed', () => {
  const good = { cosigner: 'w', timestamp: 0, origin: 'o', start: 0, end: 1, hash: root };
  assert.equal(mlDsa44CosignatureMessage({ ...good, start: 1, end: 2 }).length, 72);
  for (const bad of [
    { ...good, start: 1, end: 2, timestamp: 1 },
    { ...good, start: 2 },
    { ...good, timestamp: -1 },
    { ...good, end: 0.5 },
    { ...good, end: Number.NaN },
    { ...good, hash: new Uint8Array(31) },
  ]) {
    assert.throws(() => mlDsa44CosignatureMessage(bad), { code: 'out-of-range' });
  }
  for (const bad of [
    { ...good, cosigner: '' },
    { ...good, origin: 'é'.repeat(128) },
    { ...good, origin: '\ud800' },
  ]) {
    assert.throws(() => mlDsa44CosignatureMessage(bad), { code: 'malformed-checkpoint' });
  }
  assert.throws(() => ed25519CosignatureMessage(Buffer.from(text), 0.5), { code: 'out-of-range' });
  assert.throws(() => signNote('no checkpoint\n', [mlDsa44.signer]), { code: 'malformed-checkpoint' });
});

test('an origin that starts with a byte order mark is signed and read with it', () => {
  const marked = `\ufeff${origin}`;
  const note = signNote(formatCheckpoint({ origin: marked, size: 1, root }), [mlDsa44.signer]);
  const trusted = { origin: marked, logKeys: [mlDsa44.vkey] };
  assert(openCheckpoint(note, trusted, nodeCrypto).ok);
  assert(!openCheckpoint(note, { ...trusted, origin }, nodeCrypto).ok);
});

const encodedRoot = Buffer.from(root).toString('base64');
const notCheckpoints: Readonly<Record<string, string>> = {
  'nothing in it': '',
  'two lines': `${origin}\n42\n`,
  'no newline at the end': `${origin}\n42\n${encodedRoot}`,
  'an empty origin': `\n42\n${encodedRoot}\n`,
  'leading zeros': `${origin}\n042\n${encodedRoot}\n`,
  'a signed size': `${origin}\n+42\n${encodedRoot}\n`,
  'a size above 2^53 - 1': `${origin}\n9007199254740992\n${encodedRoot}\n`,
  'a size of hundreds of digits': `${origin}\n${'9'.repeat(400)}\n${encodedRoot}\n`,
  'a space after the size': `${origin}\n42 \n${encodedRoot}\n`,
  'a root of 31 bytes': `${origin}\n42\n${Buffer.alloc(31).toString('base64')}\n`,
  'a root in the URL alphabet': `${origin}\n42\n${'_'.repeat(43)}=\n`,
  'an empty line among the extensions': `${origin}\n42\n${encodedRoot}\n\nmore\n`,
  'carriage returns': `${origin}\r\n42\r\n${encodedRoot}\r\n`,
};
for (const [name, bad] of Object.entries(notCheckpoints)) {
  test(`a checkpoint with ${name} is malformed`, () => {
    assert.throws(() => parseCheckpoint(bad), { name: 'LogError', code: 'malformed-checkpoint' });
  });
}

test('any text is either a checkpoint that is written back the same, or malformed', () => {
  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter }).map((line) => `${line}\n42\n${encodedRoot}\n`),
    fc.tuple(fc.nat(), fc.string({ maxLength: 3 }), fc.nat(3)).map(([offset, insert, removed]) => {
      const start = offset % text.length;
      return text.slice(0, start) + insert + text.slice(start + removed);
    }),
  );
  fc.assert(
    fc.property(hostile, (candidate) => {
      try {
        const checkpoint = parseCheckpoint(candidate);
        const extensions = checkpoint.extensions.map((line) => `${line}\n`).join('');
        assert.equal(formatCheckpoint(checkpoint) + extensions, candidate);
      } catch (error) {
        assert(error instanceof LogError && error.code === 'malformed-checkpoint', String(error));
      }
    }),
    { numRuns: 1000 },
  );
});

test('checkpoints that could not be read are not written', () => {
  for (const bad of [
    { origin: '', size: 1, root },
    { origin: 'two\nlines', size: 1, root },
    { origin, size: -1, root },
    { origin, size: 0.5, root },
    { origin, size: 2 ** 53, root },
    { origin, size: 1, root: new Uint8Array(33) },
  ]) {
    assert.throws(() => formatCheckpoint(bad), { code: 'malformed-checkpoint' });
  }
});

test('a checkpoint signed by all trusted keys of the log is believed, whoever else has signed', () => {
  const note = signNote(text, [ed25519.signer, mlDsa44.signer, witness.signer]);
  const opened = openCheckpoint(Buffer.from(note), both, nodeCrypto);
  assert(opened.ok);
  assert.deepEqual(opened.checkpoint, { origin, size: 42, root, extensions: [] });
  assert.deepEqual(opened.signatures, [
    { name: origin, keyId: ed25519.signer.keyId },
    { name: origin, keyId: mlDsa44.signer.keyId, timestamp: sampleSeconds },
  ]);
});

test('every trusted key of the log must have signed', () => {
  for (const [signer, missing] of [
    [ed25519, mlDsa44],
    [mlDsa44, ed25519],
  ] as const) {
    const opened = openCheckpoint(signNote(text, [signer.signer]), both, nodeCrypto);
    assert(!opened.ok);
    const id = missing.signer.keyId.toString(16).padStart(8, '0');
    assert.match(opened.reasons.join(), new RegExp(`\`${origin}\` with the id \`${id}\` has not signed`));
  }
});

test('the right key for the wrong log is refused', () => {
  const note = signNote(formatCheckpoint({ origin: 'log.example/two', size: 42, root }), [
    ed25519.signer,
    mlDsa44.signer,
  ]);
  const opened = openCheckpoint(note, both, nodeCrypto);
  assert(!opened.ok);
  assert.deepEqual(opened.reasons, [
    'the checkpoint is of the log `log.example/two`, not of `log.example/one`',
  ]);
});

test('a signed text that is no checkpoint is refused', () => {
  const opened = openCheckpoint(
    signNote('hello\n', [ed25519.signer]),
    { origin, logKeys: [ed25519.vkey] },
    nodeCrypto,
  );
  assert(!opened.ok);
  assert.match(opened.reasons.join(), /could not read or write the checkpoint/);
});

test('witnesses are counted by name, and their quorum must be met', () => {
  const trusted = {
    origin,
    logKeys: [ed25519.vkey],
    witnessKeys: [witness.vkey, otherWitness.vkey],
    witnessQuorum: 2,
  };
  const note = signNote(text, [ed25519.signer]);
  const one = addSignatures(note, parseNote(signNote(text, [witness.signer])).signatures);
  const two = addSignatures(one, parseNote(signNote(text, [otherWitness.signer])).signatures);
  assert(!openCheckpoint(note, trusted, nodeCrypto).ok);
  const opened = openCheckpoint(one, trusted, nodeCrypto);
  assert(!opened.ok);
  assert.deepEqual(opened.reasons, ['`1` trusted witnesses have cosigned instead of `2`']);
  assert(openCheckpoint(two, trusted, nodeCrypto).ok);
});

test('extension lines are believed only when a key that signs them is trusted', () => {
  const extended = `${text}more\n`;
  const [signature] = parseNote(signNote(text, [mlDsa44.signer])).signatures;
  assert(signature);
  // The signature of ML-DSA-44 stays good when somebody adds a line.
  const added = formatNote(extended, [signature]);
  const opened = openCheckpoint(added, { origin, logKeys: [mlDsa44.vkey] }, nodeCrypto);
  assert(!opened.ok);
  assert.match(opened.reasons.join(), /extension lines/);
  const note = signNote(extended, [ed25519.signer, mlDsa44.signer]);
  const believed = openCheckpoint(note, both, nodeCrypto);
  assert(believed.ok);
  assert.deepEqual(believed.checkpoint.extensions, ['more']);
});

test('a cosignature whose time was changed, or is above 2^53 - 1, is bad', () => {
  for (const [key, vkey] of [
    [mlDsa44, mlDsa44.vkey],
    [sampleKey(origin, keyTypes.ed25519Cosignature, 5), ''],
  ] as const) {
    const trusted = { origin, logKeys: [vkey === '' ? key.vkey : vkey] };
    const [signature] = parseNote(signNote(text, [key.signer])).signatures;
    assert(signature);
    assert(openCheckpoint(formatNote(text, [signature]), trusted, nodeCrypto).ok);
    for (const offset of [0, 7]) {
      const bytes = signature.signature.slice();
      bytes[offset] = (bytes[offset] ?? 0) ^ 0x80;
      const note = formatNote(text, [{ ...signature, signature: bytes }]);
      assert(!openCheckpoint(note, trusted, nodeCrypto).ok, `byte ${offset}`);
    }
    for (const length of [1, 7, 8]) {
      const note = formatNote(text, [{ ...signature, signature: signature.signature.slice(0, length) }]);
      assert(!openCheckpoint(note, trusted, nodeCrypto).ok);
    }
  }
});

test('a signature of one type does not pass for another type of the same key', () => {
  const asCosignature = sampleKey(origin, keyTypes.ed25519Cosignature, 1);
  const plain = sign(null, Buffer.from(text), ed25519.privateKey);
  const time = Buffer.alloc(8);
  const note = formatNote(text, [
    { name: origin, keyId: asCosignature.signer.keyId, signature: Buffer.concat([time, plain]) },
  ]);
  assert(!openCheckpoint(note, { origin, logKeys: [asCosignature.vkey] }, nodeCrypto).ok);
});

test('one key under two names is no quorum of two: whoever has its cosignature can put the other name to it', () => {
  const twin = sampleKey('witness.example/twin', keyTypes.ed25519Cosignature, 3);
  const signed = signNote(text, [ed25519.signer, mlDsa44.signer, witness.signer]);
  const { signatures } = parseNote(signed);
  const made = signatures.find(({ name }) => name === 'witness.example/w');
  assert(made !== undefined);
  const { name, keyId } = twin.signer;
  const relabelled = addSignatures(signed, [{ ...made, name, keyId }]);
  const open = (witnessKeys: readonly string[], witnessQuorum: number): boolean =>
    openCheckpoint(relabelled, { ...both, witnessKeys, witnessQuorum }, nodeCrypto).ok;
  assert(open([witness.vkey], 1));
  assert.throws(() => open([witness.vkey, twin.vkey], 2), /are one key under two names/);
  const ofLog = sampleKey('witness.example/log', keyTypes.ed25519Cosignature, 1);
  assert.throws(() => open([ofLog.vkey], 1), /are one key under two names/);
});
