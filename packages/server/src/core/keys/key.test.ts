import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  currentMaterial,
  findCurrentMaterial,
  isMaterialPresent,
  keyState,
  materialState,
  parseKeyRecord,
} from './key.ts';
import type { KeyMaterialRecord, KeyRecord } from './records.ts';

const NOW_MS = 1_000;

function material(id: string, change: Partial<KeyMaterialRecord> = {}): KeyMaterialRecord {
  return { id, sealed: '', createdAtMs: 0, ...change };
}

function key(change: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: 'k',
    arn: 'arn:aws:kms:r:1:key/k',
    account: '1',
    createdAtMs: 0,
    description: '',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    enabled: true,
    policy: '',
    tags: [],
    materials: [material('a')],
    ...change,
  };
}

test('a key says which state it is in, the one that matters most first', () => {
  const imported = material('a', { imported: 'IMPORTED' });
  const cases: readonly (readonly [string, Partial<KeyRecord>])[] = [
    ['Enabled', {}],
    ['Disabled', { enabled: false }],
    ['PendingDeletion', { enabled: false, deletionAtMs: 5, deletionWindowDays: 7, materials: [] }],
    ['PendingReplicaDeletion', { enabled: false, deletionWindowDays: 7 }],
    ['Updating', { heldIn: 'Updating', enabled: false }],
    ['Creating', { heldIn: 'Creating', origin: 'EXTERNAL', materials: [] }],
    ['Unavailable', { heldIn: 'Unavailable' }],
    ['PendingImport', { origin: 'EXTERNAL', materials: [] }],
    ['PendingImport', { origin: 'EXTERNAL', materials: [material('a', { imported: 'PENDING_IMPORT' })] }],
    ['PendingImport', { origin: 'EXTERNAL', materials: [{ ...imported, expiresAtMs: NOW_MS }] }],
    ['Enabled', { origin: 'EXTERNAL', materials: [{ ...imported, expiresAtMs: NOW_MS + 1 }] }],
    ['Enabled', { origin: 'EXTERNAL', materials: [imported] }],
    ['Disabled', { origin: 'EXTERNAL', materials: [imported], enabled: false }],
    ['PendingImport', { origin: 'EXTERNAL', materials: [{ ...imported, state: 'PENDING_ROTATION' }] }],
  ];
  for (const [state, change] of cases) assert.equal(keyState(key(change), NOW_MS), state);
});

test('a key with imported material waits for every material that it has encrypted with, and for no other', () => {
  const old = material('a', { imported: 'PENDING_IMPORT', state: 'NON_CURRENT' });
  const current = material('b', { imported: 'IMPORTED', state: 'CURRENT' });
  const next = material('c', { imported: 'PENDING_IMPORT', state: 'PENDING_ROTATION' });
  const external = (materials: readonly KeyMaterialRecord[]): KeyRecord =>
    key({ origin: 'EXTERNAL', materials });
  assert.equal(keyState(external([old, current]), NOW_MS), 'PendingImport');
  assert.equal(keyState(external([{ ...old, imported: 'IMPORTED' }, current, next]), NOW_MS), 'Enabled');
  assert.equal(isMaterialPresent(old, NOW_MS), false);
  assert.equal(isMaterialPresent(current, NOW_MS), true);
});

test('the current material is the last one that is not waiting for its rotation', () => {
  const [first, second] = [material('a'), material('b')];
  const record = key({ materials: [first, second] });
  assert.equal(currentMaterial(record).id, 'b');
  assert.deepEqual(
    record.materials.map((each) => materialState(record, each)),
    ['NON_CURRENT', 'CURRENT'],
  );
  const pending = key({
    materials: [material('a', { state: 'CURRENT' }), material('b', { state: 'PENDING_ROTATION' })],
  });
  assert.equal(currentMaterial(pending).id, 'a');
  assert.equal(findCurrentMaterial(key({ materials: [] })), undefined);
  assert.throws(() => currentMaterial(key({ materials: [] })), /has no material/);
});

test('a record from before there were kinds of keys reads as it was', () => {
  const text =
    '{"id":"k","arn":"arn:aws:kms:r:1:key/k","account":"1","createdAtMs":0,"description":"","spec":"SYMMETRIC_DEFAULT","usage":"ENCRYPT_DECRYPT","origin":"AWS_KMS","enabled":true,"policy":"","tags":[],"materials":[{"id":"a","sealed":"","createdAtMs":0},{"id":"b","sealed":"","createdAtMs":0}]}';
  const record = parseKeyRecord(text);
  assert.equal(keyState(record, NOW_MS), 'Enabled');
  assert.equal(currentMaterial(record).id, 'b');
});
