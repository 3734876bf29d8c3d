import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Params, quarantinePrincipal, type RemediationRecord } from '../../core/operations/index.ts';
import { TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { startSweeper } from './sweeper.ts';

const TURNS_MAX = 1000;

/** Sweeps once, and waits until the event is there. */
async function sweepUntil(bench: TestBench, action: string): Promise<void> {
  const sweeper = startSweeper(bench.service, bench.replica, (error) => {
    throw error;
  });
  for (let turns = 0; turns < TURNS_MAX && bench.lastEvent().action !== action; turns += 1) await turn();
  sweeper.stop();
  assert.equal(bench.lastEvent().action, action);
}

test('a remediation whose time is over is taken back, and a quarantine that is over leaves the state', async () => {
  const bench = new TestBench(openMemoryStore());
  const admin = bench.addUser('root');
  const mallory = bench.addUser('mallory');
  const request = bench.request('QuarantinePrincipal');
  const params = new Params({ principalArn: mallory.principalArn, durationSeconds: 60 });
  await bench.service.perform(quarantinePrincipal, request, admin, params);
  const credential = bench.replica.credentials.get(mallory.credentialId);
  bench.put(`credential:${mallory.credentialId}`, { ...credential, disabled: true, disabledBy: 'rem-a' });
  const remediation: RemediationRecord = {
    id: 'rem-a',
    incidentId: 'inc-a',
    level: 'high',
    playbookName: 'p',
    step: 0,
    action: 'disable-credential',
    target: mallory.credentialId,
    account: '111122223333',
    about: [],
    status: 'done',
    createdAtMs: 0,
    updatedAtMs: 0,
    approvals: [],
    expiresAtMs: bench.nowMs + 60_000,
  };
  bench.put('remediation:rem-a', remediation);
  bench.nowMs += 60_000;
  await sweepUntil(bench, 'principal.quarantine-over');
  assert.equal(bench.replica.remediations.get('rem-a')?.status, 'expired');
  assert.equal(bench.replica.credentials.get(mallory.credentialId)?.disabled, false);
  assert.equal(bench.replica.quarantines.size, 0);
  const { actor } = bench.lastEvent();
  assert.deepEqual(actor, { type: 'system', name: 'keywitness' });
});
