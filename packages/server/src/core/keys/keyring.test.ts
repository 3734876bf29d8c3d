import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemEntropy, takeSecretKey } from '../crypto/index.ts';
import { Keyring, KeyringError } from './index.ts';

const entropy = systemEntropy();
const keyId = '12345678-90ab-4cde-8f01-234567890abc';
const otherKeyId = '12345678-90ab-4cde-8f01-234567890abd';
const ringOf = (fill: number): Keyring => new Keyring(takeSecretKey(new Uint8Array(32).fill(fill)));

test('material is opened once and kept, until it is forgotten', () => {
  const ring = ringOf(1);
  const material = ring.sealMaterial(keyId, { secret: entropy.bytes(32) }, 0, entropy);
  const opened = ring.material(keyId, material);
  assert.equal(ring.material(keyId, material), opened);
  ring.forget(material.id);
  const again = ring.material(keyId, material);
  assert.notEqual(again, opened);
  assert.ok(again.equals(opened));
});

test('material of one key is never given out for another, also when it is at hand already', () => {
  const ring = ringOf(1);
  const material = ring.sealMaterial(keyId, { secret: entropy.bytes(32) }, 0, entropy);
  assert.throws(() => ring.material(otherKeyId, material), KeyringError);
  ring.material(keyId, material);
  assert.throws(() => ring.material(otherKeyId, material), KeyringError);
});

test('material does not open under another domain key or another id', () => {
  const material = ringOf(1).sealMaterial(keyId, { secret: entropy.bytes(32) }, 0, entropy);
  assert.throws(() => ringOf(2).material(keyId, material), KeyringError);
  assert.throws(() => ringOf(1).material(keyId, { ...material, id: 'ab'.repeat(32) }), KeyringError);
  assert.throws(() => ringOf(1).material(keyId, { ...material, sealed: '' }), KeyringError);
});

test('material whose bytes are not in this Region does not open, also when another Region’s is at hand', () => {
  const ring = ringOf(1);
  const material = ring.sealMaterial(keyId, { secret: entropy.bytes(32) }, 0, entropy);
  ring.material(keyId, material);
  assert.throws(() => ring.material(keyId, { ...material, sealed: '' }), KeyringError);
});

test('a sealed secret opens under its own label only', () => {
  const ring = ringOf(1);
  const sealed = ring.sealSecret(['access-key', 'AKIA1'], Buffer.from('secret'), entropy);
  assert.equal(Buffer.from(ring.openSecret(['access-key', 'AKIA1'], sealed)).toString(), 'secret');
  assert.throws(() => ring.openSecret(['access-key', 'AKIA2'], sealed), KeyringError);
});
