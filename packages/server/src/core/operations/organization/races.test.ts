import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { CertificateRecord, UserRecord } from '../../identity/index.ts';
import { SharedLedger } from '../shared-ledger.test-fixture.ts';
import { createAccount, registerCertificate } from './index.ts';

const MACHINE = 'arn:aws:iam::111122223333:user/machine';

/** How attempts ended, in no order. */
function kindsOf<Value extends { readonly kind: string }>(
  ended: readonly PromiseSettledResult<Value>[],
): readonly string[] {
  return ended.map((one) => (one.status === 'fulfilled' ? one.value.kind : 'rejected')).toSorted();
}

test('two accounts of one name are not made at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const ledger = new SharedLedger(openMemoryStore(), 2, seed, turn);
      const admin = await ledger.administrator();
      const attempts = [0, 1, 2].map((position) =>
        ledger.perform(ledger.node(position), admin, createAccount, { name: 'production' }),
      );
      const ended = await ledger.settle(attempts);
      assert.deepEqual(kindsOf(ended), ['refused', 'refused', 'released']);
    }),
    { numRuns: 30 },
  );
});

/** A store with a service that has all certificates but one that it may have. */
function almostFullStore(): ReturnType<typeof openMemoryStore> {
  const store = openMemoryStore();
  const machine: UserRecord = {
    type: 'service',
    arn: MACHINE,
    account: '111122223333',
    name: 'machine',
    uniqueId: 'AIDAMACHINEMACHINEMA',
    createdAtMs: 0,
    disabled: false,
    policies: [],
  };
  const certificates = Array.from({ length: 99 }, (_, index): CertificateRecord => ({
    sha256: index.toString(16).padStart(64, '0'),
    principalArn: MACHINE,
    principalUniqueId: machine.uniqueId,
    description: '',
    createdAtMs: 0,
    disabled: false,
  }));
  const writes = [
    { subject: `principal:${MACHINE}`, record: JSON.stringify(machine) },
    ...certificates.map((one) => ({ subject: `certificate:${one.sha256}`, record: JSON.stringify(one) })),
  ];
  store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('set up by a test') }]);
  return store;
}

test('however registrations overlap, a principal never has more than a hundred certificates', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const ledger = new SharedLedger(almostFullStore(), 2, seed, turn);
      const admin = await ledger.administrator();
      const attempts = ['a', 'b', 'c'].map((digit, position) =>
        ledger.perform(ledger.node(position), admin, registerCertificate, {
          principalName: 'machine',
          sha256: digit.repeat(64),
        }),
      );
      const ended = await ledger.settle(attempts);
      assert.deepEqual(kindsOf(ended), ['refused', 'refused', 'released']);
    }),
    { numRuns: 30 },
  );
});
