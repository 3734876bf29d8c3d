import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '../event.ts';
import { remediationActivity } from './index.ts';

function event(action: string, after: Readonly<Record<string, string | number>>): AuditEvent {
  return {
    schema: 'keywitness.event/1',
    id: '01980000-0000-7000-8000-000000000000',
    time: '2026-07-01T12:00:00.000Z',
    actor: { type: 'service', arn: 'arn:aws:iam::111122223333:service/keywitness-responder' },
    client: { address: 'internal' },
    action,
    protocol: { front: 'internal', service: 'keywitness', operation: 'RunRemediation' },
    requestId: '',
    outcome: 'success',
    revision: 1,
    parameters: { remediation: 'rem-a' },
    change: { after: { action: 'disable-credential', level: 'high', step: 0, target: 'AKIA1', ...after } },
  };
}

test('what was done has the members that the class requires, and the remediation as its command', () => {
  const activity = remediationActivity(event('remediation.run', { status: 'done', incident: 'inc-a' }));
  assert.deepEqual(activity, {
    activity_id: 2,
    activity_name: 'Evict',
    category_name: 'Remediation',
    category_uid: 7,
    class_name: 'Remediation Activity',
    class_uid: 7001,
    command_uid: 'rem-a',
    message: 'disable-credential of AKIA1: done',
    metadata: {
      product: { name: 'Keywitness', vendor_name: 'Keywitness' },
      uid: '01980000-0000-7000-8000-000000000000',
      version: '1.5.0',
    },
    remediation: { desc: 'disable-credential of AKIA1' },
    severity_id: 4,
    status_code: 'done',
    status_id: 1,
    time: Date.UTC(2026, 6, 1, 12),
    type_uid: 700_102,
    unmapped: {
      actor: 'arn:aws:iam::111122223333:service/keywitness-responder',
      incident: 'inc-a',
      playbook: undefined,
      step: 0,
      until: undefined,
    },
  });
});

test('each action is of one tactic, and giving back restores', () => {
  const typeOf = (action: string, step: string): number | undefined =>
    remediationActivity(event(action, { status: 'done', action: step }))?.type_uid;
  for (const [step, typeUid] of [
    ['quarantine-principal', 700_101],
    ['disable-key', 700_101],
    ['revoke-sessions', 700_102],
    ['revoke-grant', 700_102],
    ['require-approval', 700_104],
    ['call-function', 700_199],
  ] as const) {
    assert.equal(typeOf('remediation.run', step), typeUid);
    assert.equal(typeOf('remediation.undo', step), 700_103);
    assert.equal(typeOf('remediation.expire', step), 700_103);
  }
});

test('a failure says why, and proposals and what waits are no activity', () => {
  const failed = remediationActivity(event('remediation.run', { status: 'failed', reason: 'not allowed' }));
  assert.deepEqual([failed?.status_id, failed?.status_detail], [2, 'not allowed']);
  const answered = remediationActivity(
    event('remediation.record', { status: 'failed', outcome: 'it answered `500`' }),
  );
  assert.equal(answered?.status_detail, 'it answered `500`');
  assert.equal(remediationActivity(event('remediation.run', { status: 'proposed' })), undefined);
  assert.equal(remediationActivity(event('remediation.propose', { status: 'proposed' })), undefined);
  const denied = { ...event('remediation.run', { status: 'done' }), outcome: 'denied' } as const;
  assert.equal(remediationActivity(denied), undefined);
});
