import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { deletePrincipalPolicy, disablePrincipal, listPrincipals, putPrincipalPolicy } from './index.ts';
import { administrator, allow, newCaller, refusal, released } from './outcomes.test-fixture.ts';

test('breaking the glass gives the administrator all its power back, on the record', async () => {
  const bench = new TestBench(openMemoryStore());
  const admin = await administrator(bench);
  const other = await newCaller(bench, admin, 'other', allow('*'));
  const deny =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:ListKeys","Resource":"*"}]}';
  await released(bench, other, putPrincipalPolicy, {
    principalName: 'admin',
    policyName: 'Own',
    document: deny,
  });
  await released(bench, other, deletePrincipalPolicy, {
    principalName: 'admin',
    policyName: 'Administrator',
  });
  await released(bench, other, disablePrincipal, { principalName: 'admin' });
  assert.equal(await refusal(bench, admin, listPrincipals), 'CredentialInvalid');
  const restored = await administrator(bench);
  assert.deepEqual(bench.lastEvent().change, {
    after: {
      accessKeyId: restored.credentialId,
      policies: ['Administrator', 'Own'],
      principal: restored.principalArn,
    },
    before: { policies: ['Own'] },
  });
  await released(bench, restored, listPrincipals);
});
