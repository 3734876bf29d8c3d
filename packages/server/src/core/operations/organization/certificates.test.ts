import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { sha256Hex } from '../../crypto/index.ts';
import type { Caller } from '../caller.ts';
import { allowing, OTHER, StsBench, userArn } from '../sts/sts.test-fixture.ts';
import {
  deleteCertificate,
  disableCertificate,
  enableCertificate,
  listCertificates,
  registerCertificate,
} from './index.ts';

function newStsBench(): StsBench {
  const store = openMemoryStore();
  return new StsBench(store, new TestBench(store));
}

const SHA256 = 'ab'.repeat(32);
const DER = Buffer.from('not really a certificate, but bytes');
const PEM = `-----BEGIN CERTIFICATE-----\n${DER.toString('base64')}\n-----END CERTIFICATE-----\n`;

async function newBench(): Promise<{ readonly bench: StsBench; readonly admin: Caller }> {
  const bench = newStsBench();
  const admin = await bench.administrator();
  bench.user('machine', allowing('sts:*'));
  return { bench, admin };
}

function callerOf(bench: StsBench, sha256 = SHA256): Caller {
  const caller = bench.bench.service.certificateCaller(sha256);
  if (caller === undefined) throw new TypeError('the certificate stands for nobody');
  return caller;
}

test('a registered certificate stands for its principal until it is disabled', async () => {
  const { bench, admin } = await newBench();
  assert.equal(bench.bench.service.certificateCaller(SHA256), undefined);
  const params = { sha256: SHA256, principalName: 'machine', description: 'rack 7' };
  const registered = await bench.released(admin, registerCertificate, params);
  assert.deepEqual(registered, {
    createdAt: bench.bench.nowMs,
    description: 'rack 7',
    disabled: false,
    principalArn: userArn('machine'),
    sha256: SHA256,
  });
  assert.deepEqual(bench.bench.lastEvent().change, {
    after: { principal: userArn('machine'), sha256: SHA256 },
  });
  const machine = callerOf(bench);
  assert.equal(await bench.whoami(machine), userArn('machine'));
  assert.equal(bench.bench.lastEvent().actor.credentialId, `certificate:${SHA256}`);
  await bench.released(admin, disableCertificate, { sha256: SHA256 });
  assert.equal(await bench.rejected(machine), 'CredentialInvalid');
  assert.equal(bench.bench.service.certificateCaller(SHA256), undefined);
  await bench.released(admin, enableCertificate, { sha256: SHA256 });
  assert.equal(await bench.whoami(machine), userArn('machine'));
  await bench.released(admin, deleteCertificate, { sha256: SHA256 });
  assert.equal(await bench.rejected(machine), 'CredentialInvalid');
});

test('a certificate in PEM is known by the hash of its DER encoding', async () => {
  const { bench, admin } = await newBench();
  const { sha256 } = await bench.released(admin, registerCertificate, { pem: PEM, principalName: 'machine' });
  assert.equal(sha256, sha256Hex(DER));
  const spelled = `${'AB:'.repeat(31)}AB`;
  const other = await bench.released(admin, registerCertificate, {
    sha256: spelled,
    principalName: 'machine',
  });
  assert.equal(other['sha256'], SHA256);
});

test('what is no certificate, is named twice, or is registered already is refused', async () => {
  const { bench, admin } = await newBench();
  const code = async (params: object): Promise<string> =>
    (await bench.refused(admin, registerCertificate, { principalName: 'machine', ...params })).code;
  assert.equal(await code({}), 'InvalidInput');
  assert.equal(await code({ sha256: SHA256, pem: PEM }), 'InvalidInput');
  assert.equal(await code({ pem: 'hello' }), 'InvalidInput');
  assert.equal(await code({ pem: `${PEM}${PEM}` }), 'InvalidInput');
  assert.equal(await code({ sha256: SHA256, principalName: 'nobody' }), 'NotFound');
  await bench.released(admin, registerCertificate, { sha256: SHA256, principalName: 'machine' });
  assert.equal(await code({ sha256: SHA256 }), 'AlreadyExists');
});

test('certificates belong to the account of their principals', async () => {
  const { bench, admin } = await newBench();
  await bench.released(admin, registerCertificate, { sha256: SHA256, principalName: 'machine' });
  const stranger = bench.user('stranger', allowing('*'), OTHER);
  assert.deepEqual((await bench.released(stranger, listCertificates))['certificates'], []);
  for (const operation of [disableCertificate, enableCertificate, deleteCertificate]) {
    assert.equal((await bench.refused(stranger, operation, { sha256: SHA256 })).code, 'NotFound');
  }
  const theirs = { sha256: 'cd'.repeat(32), principalName: 'machine' };
  assert.equal((await bench.refused(stranger, registerCertificate, theirs)).code, 'NotFound');
  const own = (await bench.released(admin, listCertificates))['certificates'];
  assert.ok(Array.isArray(own) && own.length === 1);
  await bench.whoami(callerOf(bench));
});

test('every operation takes its permission, on the principal that the certificate stands for', async () => {
  const { bench, admin } = await newBench();
  await bench.released(admin, registerCertificate, { sha256: SHA256, principalName: 'machine' });
  const bob = bench.user('bob', allowing('keywitness:Get*'));
  const params = { sha256: SHA256, principalName: 'machine' };
  for (const operation of [
    registerCertificate,
    listCertificates,
    disableCertificate,
    enableCertificate,
    deleteCertificate,
  ]) {
    assert.equal((await bench.refused(bob, operation, params)).code, 'AccessDenied');
    const [decision] = bench.bench.lastEvent().decisions ?? [];
    assert.equal(decision?.permission, `keywitness:${operation.name}`);
    assert.equal(decision.resource, operation === listCertificates ? '*' : userArn('machine'));
  }
});

test('nobody takes the certificate away that they came with, unless they insist', async () => {
  const { bench, admin } = await newBench();
  bench.user('boss', allowing('*'));
  await bench.released(admin, registerCertificate, { sha256: SHA256, principalName: 'boss' });
  const boss = callerOf(bench);
  for (const operation of [disableCertificate, deleteCertificate]) {
    assert.equal((await bench.refused(boss, operation, { sha256: SHA256 })).code, 'InvalidState');
  }
  await bench.released(boss, deleteCertificate, { sha256: SHA256, force: true });
  assert.equal(await bench.rejected(boss), 'CredentialInvalid');
});

test('a principal has at most a hundred certificates', async () => {
  const { bench, admin } = await newBench();
  const register = (count: number): object => ({
    sha256: count.toString(16).padStart(64, '0'),
    principalName: 'machine',
  });
  for (let count = 0; count < 100; count += 1) {
    await bench.released(admin, registerCertificate, { ...register(count) });
  }
  assert.equal((await bench.refused(admin, registerCertificate, { ...register(100) })).code, 'LimitExceeded');
  const first = await bench.released(admin, listCertificates, { limit: 60 });
  const second = await bench.released(admin, listCertificates, { limit: 60, marker: first['next'] });
  assert.ok(Array.isArray(second['certificates']) && second['certificates'].length === 40);
  assert.equal(second['next'], undefined);
});
