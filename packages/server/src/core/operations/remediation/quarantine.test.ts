import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { bootstrapAdministrator } from '../bootstrap.ts';
import type { Caller } from '../caller.ts';
import { asParams, iam, iamArn } from '../iam/iam.test-fixture.ts';
import { kmsOperations } from '../kms/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { stsOperations } from '../sts/index.ts';
import { Params } from '../params.ts';
import { systemCaller } from '../system-caller.ts';
import { SharedLedger } from '../shared-ledger.test-fixture.ts';
import { expireQuarantine, listQuarantines, quarantinePrincipal, releasePrincipal } from './index.ts';
import { RemediationScene } from './remediation.test-fixture.ts';

function newScene(): RemediationScene<TestBench> {
  return new RemediationScene(new TestBench(openMemoryStore()));
}

const HOUR_MS = 3_600_000;

function operationNamed(name: string): NonNullable<ReturnType<typeof kmsOperations.get>> {
  const operation = kmsOperations.get(name) ?? stsOperations.get(name);
  if (operation === undefined) throw new TypeError(`there is no operation \`${name}\``);
  return operation;
}

test('while it lasts a principal is kept from everything, and the decision names the incident and the end', async () => {
  const scene = newScene();
  const { admin, bench, mallory } = scene;
  const principalArn = mallory.principalArn;
  assert.equal(await scene.outcome(mallory, operationNamed('ListKeys')), 'released');
  await scene.result(admin, quarantinePrincipal, {
    principalArn,
    incidentId: 'inc-a',
    durationSeconds: 3600,
  });
  assert.equal(await scene.outcome(mallory, operationNamed('ListKeys')), 'AccessDenied');
  const [decision] = bench.lastEvent().decisions ?? [];
  assert.equal(decision?.effect, 'explicit-deny');
  assert.equal(decision.policyKind, 'quarantine');
  assert.equal(decision.policy, 'inc-a');
  assert.equal(decision.statement, `until ${new Date(bench.nowMs + HOUR_MS).toISOString()}`);
  const [, message] = await bench.refusal(mallory, 'ListKeys');
  assert.match(message, /with an explicit deny in a quarantine$/);
});

test('it ends by itself, and before that by a release', async () => {
  const scene = newScene();
  const { admin, bench, mallory } = scene;
  const { principalArn } = mallory;
  const listed = async (): Promise<number> => {
    const { quarantines } = await scene.result(admin, listQuarantines);
    return Array.isArray(quarantines) ? quarantines.length : -1;
  };
  await scene.result(admin, quarantinePrincipal, { principalArn, durationSeconds: 3600 });
  assert.equal(await listed(), 1);
  bench.nowMs += HOUR_MS - 1;
  assert.equal(await scene.outcome(mallory, operationNamed('ListKeys')), 'AccessDenied');
  assert.equal(
    await scene.outcome(systemCaller, expireQuarantine, { principalId: principalArn }),
    'InvalidState',
  );
  bench.nowMs += 1;
  assert.equal(await scene.outcome(mallory, operationNamed('ListKeys')), 'released');
  assert.equal(await listed(), 0);
  assert.equal(
    await scene.outcome(systemCaller, expireQuarantine, { principalId: principalArn }),
    'released',
  );
  assert.equal(bench.replica.quarantines.size, 0);
  await scene.result(admin, quarantinePrincipal, { principalArn });
  assert.equal(await scene.outcome(mallory, operationNamed('ListKeys')), 'AccessDenied');
  await scene.result(admin, releasePrincipal, { principalArn });
  assert.equal(await scene.outcome(mallory, operationNamed('ListKeys')), 'released');
  assert.equal(await scene.outcome(admin, releasePrincipal, { principalArn }), 'InvalidState');
});

test('it reaches what nobody needs a permission for, roles in their sessions, and nobody else', async () => {
  const scene = newScene();
  const { admin, ann, bench, mallory } = scene;
  const worker = bench.addRole('worker');
  const identity = operationNamed('GetCallerIdentity');
  await scene.result(admin, quarantinePrincipal, { principalArn: mallory.principalArn });
  await scene.result(admin, quarantinePrincipal, {
    principalArn: 'arn:aws:iam::111122223333:role/worker',
    unlessApproved: true,
  });
  assert.equal(await scene.outcome(mallory, identity), 'AccessDenied');
  assert.equal(bench.lastEvent().decisions?.[0]?.policyKind, 'quarantine');
  assert.equal(await scene.outcome(worker, operationNamed('ListKeys')), 'AccessDenied');
  assert.equal(await scene.outcome(worker, identity), 'AccessDenied');
  assert.equal(await scene.outcome(ann, identity), 'released');
  assert.equal(await scene.outcome(ann, operationNamed('ListKeys')), 'released');
});

test('the sessions of a principal end with its quarantine, also when it is released', async () => {
  const scene = newScene();
  const { admin, bench } = scene;
  const session = bench.addRole('worker');
  const principalArn = 'arn:aws:iam::111122223333:role/worker';
  await scene.result(admin, quarantinePrincipal, { principalArn });
  await scene.result(admin, releasePrincipal, { principalArn });
  assert.equal(await scene.outcome(session, operationNamed('ListKeys')), 'CredentialInvalid');
});

test('a simulation of its policies says so too', async () => {
  const scene = newScene();
  const { admin, mallory } = scene;
  const decide = async (): Promise<string> => {
    const { evaluationResults } = await scene.result(admin, iam('SimulatePrincipalPolicy'), {
      policySourceArn: mallory.principalArn,
      actionNames: ['kms:ListKeys'],
    });
    return JSON.stringify(evaluationResults);
  };
  assert.match(await decide(), /"evalDecision":"allowed"/);
  await scene.result(admin, quarantinePrincipal, { principalArn: mallory.principalArn });
  assert.match(await decide(), /"evalDecision":"explicitDeny"/);
});

test('somebody else who gets the name later is under no quarantine', async () => {
  const scene = newScene();
  const { admin, bench, mallory } = scene;
  await scene.result(admin, quarantinePrincipal, { principalArn: mallory.principalArn });
  const other = bench.addUser('mallory', undefined, undefined, 'B');
  assert.equal(await scene.outcome(other, operationNamed('ListKeys')), 'released');
});

test('nobody shuts out themselves by mistake, and breaking the glass ends a quarantine', async () => {
  const scene = newScene();
  const { admin, bench } = scene;
  const own = { principalArn: admin.principalArn };
  assert.equal(await scene.outcome(admin, quarantinePrincipal, own), 'InvalidState');
  await scene.result(systemCaller, bootstrapAdministrator);
  const principalArn = 'arn:aws:iam::111122223333:user/admin';
  await scene.result(admin, quarantinePrincipal, { principalArn });
  const { accessKeyId } = await scene.result(systemCaller, bootstrapAdministrator);
  const restored: Caller = { credentialId: String(accessKeyId), principalArn };
  assert.equal(await scene.outcome(restored, operationNamed('ListKeys')), 'released');
  assert.equal(bench.replica.quarantines.size, 0);
});

for (const underWayOn of [0, 1]) {
  test(`a request that is under way when a quarantine is committed is judged again, on node ${underWayOn} (G5)`, async () => {
    const ledger = new SharedLedger(openMemoryStore(), 2, 7, turn);
    const admin = await ledger.administrator();
    await ledger.mustPerform(admin, iam('CreateUser'), { userName: 'ann' });
    const document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    await ledger.mustPerform(admin, iam('PutUserPolicy'), {
      userName: 'ann',
      policyName: 'p',
      policyDocument: document,
    });
    await ledger.mustPerform(admin, iam('CreateAccessKey'), { userName: 'ann' });
    const principalArn = iamArn('user/ann');
    const credential = [...ledger.node(0).replica.credentials.values()].find(
      (record) => record.principalArn === principalArn,
    );
    const ann: Caller = { credentialId: credential?.accessKeyId ?? '', principalArn };
    const listUsers = (node: number): Promise<string> =>
      ledger
        .node(node)
        .service.perform(iam('ListUsers'), ledger.request('ListUsers'), ann, asParams({}))
        .then((performed) => (performed.kind === 'released' ? 'released' : performed.error.code));
    const before = listUsers(0);
    await ledger.settle([before]);
    assert.equal(await before, 'released');
    const underWay = listUsers(underWayOn);
    await turn();
    const waiting = ledger.pending.splice(0);
    assert.equal(waiting.length, 1, 'the request waits for its commit');
    const quarantining = ledger
      .node(1)
      .service.perform(
        quarantinePrincipal,
        ledger.request('QuarantinePrincipal'),
        admin,
        new Params({ principalArn }),
      );
    await ledger.settle([quarantining]);
    assert.equal((await quarantining).kind, 'released');
    ledger.pending.push(...waiting);
    const next = listUsers(underWayOn);
    await ledger.settle([underWay, next]);
    assert.deepEqual(await Promise.all([underWay, next]), ['AccessDenied', 'AccessDenied']);
  });
}

test('nobody releases themselves, also not by a role that they still have a session of', async () => {
  const scene = newScene();
  const { admin, bench, mallory } = scene;
  const { principalArn } = mallory;
  const uniqueId = bench.replica.principals.get(principalArn)?.record.uniqueId ?? '';
  const role = bench.addRole('responder');
  assert.ok(role.session !== undefined);
  const parent = {
    arn: principalArn,
    kind: 'credential',
    id: mallory.credentialId,
    principalArn,
    principalUniqueId: uniqueId,
    revision: 0,
  } as const;
  const asRole = { ...role, session: { ...role.session, parents: [parent] } };
  await scene.result(admin, quarantinePrincipal, { principalArn, unlessApproved: true });
  assert.equal(await scene.outcome(asRole, releasePrincipal, { principalArn }), 'InvalidState');
  assert.equal(
    await scene.outcome(asRole, quarantinePrincipal, { principalArn, durationSeconds: 1 }),
    'InvalidState',
  );
  assert.equal(await scene.outcome(admin, releasePrincipal, { principalArn }), 'released');
});
