import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  exposeSecret,
  exposeSecretToken,
  insecureDeterministicEntropy,
  takeSecretKey,
} from '../crypto/index.ts';
import { createHierarchy, Keyring, openHierarchy, SealError } from './index.ts';

const KEY_ID = '12345678-90ab-4cde-8f01-234567890abc';
const OTHER_ID = '00000000-90ab-4cde-8f01-234567890abc';

const seal = (fill: number): ReturnType<typeof takeSecretKey> => takeSecretKey(new Uint8Array(32).fill(fill));
const entropy = insecureDeterministicEntropy('hierarchy');

function newKeyring(): Keyring {
  return new Keyring(openHierarchy(seal(1), createHierarchy(seal(1), entropy)).domainKey);
}

test('the seal that closed an installation opens it, always to the same keys', () => {
  const sealed = createHierarchy(seal(1), entropy);
  const [first, second] = [openHierarchy(seal(1), sealed), openHierarchy(seal(1), sealed)];
  for (const name of ['rootKey', 'domainKey'] as const) {
    const [left, right] = [first[name], second[name]].map((key) => exposeSecret(key, exposeSecretToken));
    assert.deepEqual(left, right);
    assert.equal(left?.length, 32);
  }
  assert.notDeepEqual(
    exposeSecret(first.rootKey, exposeSecretToken),
    exposeSecret(first.domainKey, exposeSecretToken),
  );
});

test('another seal, keys of another installation and boxes in the wrong place are refused', () => {
  const [own, other] = [createHierarchy(seal(1), entropy), createHierarchy(seal(1), entropy)];
  assert.throws(() => openHierarchy(seal(2), own), SealError);
  assert.throws(() => openHierarchy(seal(1), { ...own, domainKey: other.domainKey }), SealError);
  assert.throws(() => openHierarchy(seal(1), { ...own, rootKey: own.domainKey }), SealError);
  assert.throws(() => openHierarchy(seal(1), { ...own, domainKey: own.rootKey }), SealError);
  for (const damaged of ['', 'AQ==', own.rootKey.slice(4), `${own.rootKey.slice(0, -4)}AAAA`]) {
    assert.throws(() => openHierarchy(seal(1), { ...own, rootKey: damaged }), SealError);
  }
});

test('what is sealed names no key, and every installation has its own', () => {
  const [own, other] = [createHierarchy(seal(1), entropy), createHierarchy(seal(1), entropy)];
  assert.notEqual(own.rootKey, other.rootKey);
  const { rootKey, domainKey } = openHierarchy(seal(1), own);
  const boxes = Buffer.from(own.rootKey + own.domainKey, 'base64').toString('hex');
  for (const key of [rootKey, domainKey]) {
    const bytes = Buffer.from(exposeSecret(key, exposeSecretToken)).toString('hex');
    assert.ok(!boxes.includes(bytes));
  }
});

test('key material is named as the specification says, and opens for its own key only', () => {
  const keyring = newKeyring();
  const material = keyring.sealMaterial(KEY_ID, { secret: entropy.bytes(32) }, 1, entropy);
  const bytes = exposeSecret(keyring.material(KEY_ID, material), exposeSecretToken);
  const expected = createHash('sha256')
    .update(`keywitness/key-material-id/v1\0${KEY_ID}\0`)
    .update(bytes)
    .digest('hex');
  assert.equal(material.id, expected);
  assert.equal(bytes.length, 32);
});

test('material of one key cannot be passed off as that of another', () => {
  const keyring = newKeyring();
  const material = keyring.sealMaterial(KEY_ID, { secret: entropy.bytes(32) }, 1, entropy);
  const unreadable = { code: 'MaterialUnreadable' };
  assert.throws(() => keyring.material(OTHER_ID, material), unreadable);
  assert.throws(() => keyring.material(KEY_ID, { ...material, id: '00'.repeat(32) }), unreadable);
  assert.throws(() => newKeyring().material(KEY_ID, material), unreadable, 'another installation');
});

test('sealed secrets open under their own label only', () => {
  const keyring = newKeyring();
  const sealed = keyring.sealSecret(['access-key', 'AKIA1'], Buffer.from('secret'), entropy);
  assert.equal(Buffer.from(keyring.openSecret(['access-key', 'AKIA1'], sealed)).toString(), 'secret');
  for (const label of [['access-key', 'AKIA2'], ['log-seed', 'AKIA1'], ['access-key'], []]) {
    assert.throws(() => keyring.openSecret(label, sealed), { code: 'MaterialUnreadable' });
  }
});
