import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../encoding/any-character.test-model.ts';
import { LogError } from '../errors.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleKey } from '../node/sample-log.test-model.ts';
import {
  formatVerifierKey,
  keyId,
  keyTypes,
  type KeyType,
  openCheckpoint,
  parseLogKeys,
  parseVerifierKey,
} from './index.ts';

const name = 'log.example/one';
const ed25519 = sampleKey(name, keyTypes.ed25519, 1);
const mlDsa44 = sampleKey(name, keyTypes.mlDsa44Cosignature, 2);
const witness = sampleKey('witness.example/w', keyTypes.ed25519Cosignature, 3);

/** A verifier key put together by hand. */
function written(keyName: string, type: number, publicKey: Uint8Array, id?: string): string {
  const typed = Buffer.concat([Buffer.of(type), publicKey]);
  const hash = createHash('sha256').update(`${keyName}\n`).update(typed).digest('hex');
  return `${keyName}+${id ?? hash.slice(0, 8)}+${typed.toString('base64')}`;
}

test('the verifier key of the example of signed-note is read and written back', () => {
  const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  const key = parseVerifierKey(vkey);
  assert.deepEqual([key.name, key.type, key.keyId], ['example.com/foo', 0x01, 0x530d903a]);
  assert.equal(formatVerifierKey(key.name, key.type, key.publicKey), vkey);
});

test('key ids are the hash of name, newline, type and public key, for every type', () => {
  for (const { vkey, publicKey, signer } of [ed25519, mlDsa44, witness]) {
    const { name: keyName, type } = parseVerifierKey(vkey);
    assert.equal(vkey, written(keyName, type, publicKey));
    assert.equal(signer.keyId, keyId(keyName, type, publicKey));
  }
  assert.equal(mlDsa44.publicKey.length, 1312);
});

const badKeys: Readonly<Record<string, string>> = {
  'nothing in it': '',
  'no key': 'log.example+00000000',
  'the id of another key': written(name, 1, ed25519.publicKey, '00000000'),
  'an id in capitals': ed25519.vkey.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase()),
  'no name': written('', 1, ed25519.publicKey),
  'a space in the name': written('log example', 1, ed25519.publicKey),
  'a short public key': written(name, 1, ed25519.publicKey.subarray(1)),
  'a long public key': written(name, 6, Buffer.concat([mlDsa44.publicKey, Buffer.of(0)])),
  'the key of another type': written(name, 6, ed25519.publicKey),
  'no public key': written(name, 1, Buffer.of()),
  'a newline at its end': `${ed25519.vkey}\n`,
  'base64 with stray bits': ed25519.vkey.replace(/.$/, (last) => (last === 'B' ? 'A' : 'B')),
};
for (const [what, vkey] of Object.entries(badKeys)) {
  test(`a verifier key with ${what} is refused`, () => {
    assert.throws(() => parseVerifierKey(vkey), { name: 'LogError', code: 'malformed-key' });
    assert.throws(() => parseLogKeys(`${vkey}\n${vkey}`.replaceAll('\n', '\r\n')), { code: 'malformed-key' });
  });
}

test('a verifier key of a type that is none of ours is refused', () => {
  for (const type of [0x00, 0x02, 0x05, 0xff]) {
    const vkey = written(name, type, ed25519.publicKey);
    assert.throws(() => parseVerifierKey(vkey), { code: 'malformed-key' });
  }
});

test('keys that could not be read are not written', () => {
  assert.throws(() => formatVerifierKey('a b', keyTypes.ed25519, ed25519.publicKey), {
    code: 'malformed-key',
  });
  assert.throws(() => formatVerifierKey(name, keyTypes.ed25519, new Uint8Array(31)), {
    code: 'malformed-key',
  });
});

test('any text is either a verifier key that is written back the same, or refused', () => {
  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.tuple(fc.nat(), fc.string({ maxLength: 2 }), fc.nat(2)).map(([offset, insert, removed]) => {
      const start = offset % ed25519.vkey.length;
      return ed25519.vkey.slice(0, start) + insert + ed25519.vkey.slice(start + removed);
    }),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      try {
        const key = parseVerifierKey(text);
        assert.equal(formatVerifierKey(key.name, key.type, key.publicKey), text);
      } catch (error) {
        assert(error instanceof LogError && error.code === 'malformed-key', String(error));
      }
    }),
    { numRuns: 1000 },
  );
});

test('the file of a log has a key a line, one name, and room for remarks', () => {
  const file = `# keys of the log\n${ed25519.vkey}\n\n${mlDsa44.vkey}\n`;
  assert.deepEqual(parseLogKeys(file), { origin: name, logKeys: [ed25519.vkey, mlDsa44.vkey] });
  assert.deepEqual(parseLogKeys(ed25519.vkey), { origin: name, logKeys: [ed25519.vkey] });
});

test('a key of a type to come is passed over, but never the last key', () => {
  const unknown = written(name, 0x07, Buffer.alloc(48, 9));
  assert.deepEqual(parseLogKeys(`${unknown}\n${ed25519.vkey}\n`).logKeys, [ed25519.vkey]);
  assert.throws(() => parseLogKeys(unknown), { code: 'malformed-key' });
  // A mistyped key must not pass for one of a type to come.
  const mistyped = written(name, 0x07, Buffer.alloc(48, 9), '12345678');
  assert.throws(() => parseLogKeys(`${mistyped}\n${ed25519.vkey}\n`), { code: 'malformed-key' });
});

test('a file of two names, of no key or of too many keys is refused', () => {
  for (const file of [
    '',
    '# nothing\n',
    `${ed25519.vkey}\n${witness.vkey}\n`,
    Array.from({ length: 17 }, () => ed25519.vkey).join('\n'),
  ]) {
    assert.throws(() => parseLogKeys(file), { code: 'malformed-key' });
  }
});

test('trusted keys that cannot be used are an error, not a verdict', () => {
  const types: readonly KeyType[] = Object.values(keyTypes);
  assert.equal(types.length, 3);
  for (const trusted of [
    { origin: name, logKeys: [] },
    { origin: name, logKeys: ['nonsense'] },
    { origin: name, logKeys: [ed25519.vkey, ed25519.vkey] },
    { origin: name, logKeys: [ed25519.vkey], witnessKeys: [ed25519.vkey] },
    { origin: name, logKeys: [mlDsa44.vkey], witnessKeys: [ed25519.vkey] },
    { origin: name, logKeys: [ed25519.vkey], witnessQuorum: 1 },
    { origin: name, logKeys: [ed25519.vkey], witnessKeys: [witness.vkey], witnessQuorum: 2 },
    { origin: name, logKeys: [ed25519.vkey], witnessKeys: [witness.vkey], witnessQuorum: 0.5 },
  ]) {
    assert.throws(() => openCheckpoint('', trusted, nodeCrypto), { code: 'malformed-key' });
  }
});
