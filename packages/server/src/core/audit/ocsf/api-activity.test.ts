import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '../event.ts';
import { ocsfActivity } from './index.ts';
import { ocsfFaults } from './ocsf-schema.test-fixture.ts';

const decrypt: AuditEvent = {
  schema: 'keywitness.event/1',
  id: '01980000-0000-7000-8000-000000000000',
  time: '2026-07-01T12:00:00.000Z',
  actor: {
    type: 'role',
    arn: 'arn:aws:sts::111122223333:assumed-role/billing/run',
    account: '111122223333',
    name: 'billing',
    credentialId: 'ASIA1',
    session: {
      name: 'run',
      issuedAt: '2026-07-01T11:00:00.000Z',
      mfa: true,
      issuer: 'https://login.example',
    },
  },
  client: { address: '2001:db8::7', port: 443, userAgent: 'aws-sdk/3', proxies: ['10.0.0.1'] },
  action: 'key.decrypt',
  protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
  requestId: 'r-1',
  traceId: 't-1',
  key: { requested: 'alias/a', id: 'k', arn: 'arn:aws:kms:eu-1:111122223333:key/k', materialId: 'm' },
  context: { customer: '4711' },
  outcome: 'success',
  decisions: [
    {
      effect: 'allow',
      permission: 'kms:Decrypt',
      resource: 'arn:aws:kms:eu-1:111122223333:key/k',
      policyKind: 'key',
      policy: 'default',
      statement: '#0',
    },
  ],
  revision: 4,
};

function written(event: AuditEvent): unknown {
  return JSON.parse(JSON.stringify(ocsfActivity(event)));
}

test('the use of a key is an API Activity that says who, what, where and by which policy', () => {
  const activity = { ...ocsfActivity(decrypt), unmapped: undefined };
  assert.deepEqual(JSON.parse(JSON.stringify(activity)), {
    action: 'Allowed',
    action_id: 1,
    activity_id: 99,
    activity_name: 'Decrypt',
    actor: {
      authorizations: [{ decision: 'allow', policy: { name: 'default', uid: 'default', desc: 'key #0' } }],
      session: {
        created_time: Date.UTC(2026, 6, 1, 11),
        credential_uid: 'ASIA1',
        is_mfa: true,
        issuer: 'https://login.example',
        uid: 'run',
      },
      user: {
        account: { uid: '111122223333' },
        credential_uid: 'ASIA1',
        name: 'billing',
        type: 'role',
        type_id: 99,
        uid: 'arn:aws:sts::111122223333:assumed-role/billing/run',
      },
    },
    api: { operation: 'Decrypt', request: { uid: 'r-1' }, service: { name: 'kms' } },
    category_name: 'Application Activity',
    category_uid: 6,
    class_name: 'API Activity',
    class_uid: 6003,
    disposition: 'Allowed',
    disposition_id: 1,
    http_request: { user_agent: 'aws-sdk/3' },
    message: 'key.decrypt: success',
    metadata: {
      correlation_uid: 't-1',
      log_name: 'keywitness',
      log_version: 'keywitness.event/1',
      original_time: '2026-07-01T12:00:00.000Z',
      product: { name: 'Keywitness', vendor_name: 'Keywitness' },
      profiles: ['security_control'],
      uid: '01980000-0000-7000-8000-000000000000',
      version: '1.5.0',
    },
    resources: [
      {
        uid: 'arn:aws:kms:eu-1:111122223333:key/k',
        type: 'KMS Key',
        name: 'alias/a',
        region: 'eu-1',
        owner: { account: { uid: '111122223333' } },
      },
      { uid: 'customer=4711', type: 'Encryption Context', name: 'customer' },
    ],
    severity: 'Informational',
    severity_id: 1,
    src_endpoint: { ip: '2001:db8::7', port: 443, intermediate_ips: ['10.0.0.1'] },
    status: 'Success',
    status_code: 'success',
    status_id: 1,
    time: Date.UTC(2026, 6, 1, 12),
    type_name: 'API Activity: Other',
    type_uid: 600_399,
  });
});

test('what the schema has no place for is kept beside it', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(ocsfActivity(decrypt).unmapped)), {
    action: 'key.decrypt',
    decisions: decrypt.decisions,
    front: 'aws',
    key: decrypt.key,
    revision: 4,
  });
});

test('a refusal says why, and that the control blocked it', () => {
  const error = { code: 'AccessDenied', message: 'no' };
  const denied = ocsfActivity({ ...decrypt, outcome: 'denied', error });
  assert.partialDeepStrictEqual(denied, {
    action_id: 2,
    disposition_id: 2,
    status_id: 2,
    status_code: 'AccessDenied',
    status_detail: 'no',
    severity_id: 2,
    api: { response: { error: 'AccessDenied', error_message: 'no' } },
  });
});

test('acts are of the activity that they are', () => {
  for (const [action, activityId] of [
    ['key.create', 1],
    ['certificate.register', 1],
    ['key.describe', 2],
    ['audit.histogram', 2],
    ['key.get-public-key', 2],
    ['session.get-token', 2],
    ['key.change-policy', 3],
    ['credential.disable', 3],
    ['key.schedule-deletion', 3],
    ['grant.revoke', 4],
    ['key.destroy', 4],
    ['key.generate-data-key', 99],
    ['key.encrypt', 99],
    ['request.malformed', 99],
    ['service.start', 99],
  ] as const) {
    assert.equal(ocsfActivity({ ...decrypt, action }).type_uid, 600_300 + activityId, action);
  }
});

test('every shape of event is as the schema has it', () => {
  const bare: AuditEvent = {
    ...decrypt,
    actor: { type: 'anonymous', credentialId: 'AKIA0', unverified: true },
    client: { address: 'many' },
    action: 'request.unauthenticated',
    protocol: { front: 'http', service: 'http', operation: '-' },
    key: undefined,
    context: undefined,
    decisions: undefined,
    outcome: 'denied',
    error: { code: 'X', message: '' },
    count: 40,
    firstTime: '2026-07-01T11:59:59.000Z',
  };
  const own: AuditEvent = {
    ...bare,
    actor: { type: 'system', name: 'keywitness' },
    client: { address: 'internal' },
  };
  const changed: AuditEvent = {
    ...decrypt,
    action: 'key.change-policy',
    parameters: { bypass: true },
    change: { after: { policySha256: 'a' } },
  };
  const withoutPolicy: AuditEvent = {
    ...decrypt,
    decisions: [{ effect: 'implicit-deny', permission: 'kms:Decrypt', resource: '*' }],
  };
  for (const event of [decrypt, bare, own, changed, withoutPolicy]) {
    assert.deepEqual(ocsfFaults(written(event)), [], event.action);
  }
  assert.partialDeepStrictEqual(written(bare), {
    count: 40,
    start_time: Date.UTC(2026, 6, 1, 11, 59, 59),
    end_time: Date.UTC(2026, 6, 1, 12),
    src_endpoint: { name: 'many' },
    api: { operation: 'request.unauthenticated' },
  });
});

test('the check of the schema notices what is missing, unknown, or of another kind', () => {
  assert.ok(ocsfFaults({}).includes('$.api is missing'));
  const whole = written(decrypt);
  const broken = { ...(typeof whole === 'object' ? whole : {}), time: 'now', nonsense: 1, actor: {} };
  assert.deepEqual(ocsfFaults(broken), [
    '$.actor has none of process,user,invoked_by,session,app_name,app_uid',
    '$.time is no integer',
    '$.nonsense is unknown',
  ]);
});
