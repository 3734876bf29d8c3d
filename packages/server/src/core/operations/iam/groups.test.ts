import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench, policyOf } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

test('a group is created, read, listed and deleted', async () => {
  const bench = newBench();
  const { group } = await bench.result('CreateGroup', { groupName: 'Ops', path: '/p/' });
  assert.equal(at(group, 'arn'), iamArn('group/p/Ops'));
  assert.match(String(at(group, 'groupId')), /^AGPA/);
  assert.equal(bench.lastEvent().action, 'group.create');
  assert.equal(
    await bench.refusal('CreateGroup', { groupName: 'OPS' }),
    'AlreadyExists: Group with name OPS already exists.',
  );
  const read = await bench.result('GetGroup', { groupName: 'ops' });
  assert.deepEqual(read, { group, isTruncated: false, marker: undefined, users: [] });
  assert.deepEqual(each((await bench.result('ListGroups'))['groups'], 'groupName'), ['Ops']);
  assert.deepEqual((await bench.result('ListGroups', { pathPrefix: '/q/' }))['groups'], []);
  await bench.result('DeleteGroup', { groupName: 'Ops' });
  assert.equal(
    await bench.refusal('GetGroup', { groupName: 'Ops' }),
    'NotFound: The group with name Ops cannot be found.',
  );
});

test('users come into groups and leave them', async () => {
  const bench = newBench();
  await bench.result('CreateGroup', { groupName: 'Ops' });
  await bench.result('CreateUser', { userName: 'Ann' });
  const member = { groupName: 'ops', userName: 'ann' };
  await bench.result('AddUserToGroup', member);
  await bench.result('AddUserToGroup', member);
  const event = bench.lastEvent();
  assert.equal(event.action, 'group.add-user');
  assert.deepEqual(event.parameters, { group: iamArn('group/Ops'), user: iamArn('user/Ann') });
  const groups = await bench.result('ListGroupsForUser', { userName: 'Ann' });
  assert.deepEqual(each(groups['groups'], 'groupName'), ['Ops']);
  assert.deepEqual(each((await bench.result('GetGroup', { groupName: 'Ops' }))['users'], 'userName'), [
    'Ann',
  ]);
  assert.equal(await bench.code('DeleteGroup', { groupName: 'Ops' }), 'DeleteConflict');
  await bench.result('RemoveUserFromGroup', member);
  assert.equal(await bench.code('RemoveUserFromGroup', member), 'NotFound');
  assert.deepEqual((await bench.result('ListGroupsForUser', { userName: 'Ann' }))['groups'], []);
  assert.equal(await bench.code('AddUserToGroup', { groupName: 'ops', userName: 'nobody' }), 'NotFound');
  assert.equal(await bench.code('AddUserToGroup', { groupName: 'none', userName: 'ann' }), 'NotFound');
});

test('a user is in ten groups at most', async () => {
  const bench = newBench();
  await bench.result('CreateUser', { userName: 'ann' });
  for (let index = 0; index <= 10; index += 1) await bench.result('CreateGroup', { groupName: `g${index}` });
  for (let index = 0; index < 10; index += 1) {
    await bench.result('AddUserToGroup', { groupName: `g${index}`, userName: 'ann' });
  }
  assert.equal(
    await bench.refusal('AddUserToGroup', { groupName: 'g10', userName: 'ann' }),
    'LimitExceeded: Cannot exceed quota for GroupsPerUser: 10',
  );
});

test('a group that is renamed keeps its members and what it allows them', async () => {
  const bench = newBench();
  const ann = await bench.user('ann');
  await bench.result('CreateGroup', { groupName: 'Ops' });
  await bench.result('CreateGroup', { groupName: 'Taken' });
  await bench.result('PutGroupPolicy', {
    groupName: 'Ops',
    policyDocument: policyOf('Allow', 'iam:ListUsers'),
    policyName: 'p',
  });
  await bench.result('AddUserToGroup', { groupName: 'Ops', userName: 'ann' });
  assert.equal(await bench.code('UpdateGroup', { groupName: 'Ops', newGroupName: 'TAKEN' }), 'AlreadyExists');
  await bench.result('UpdateGroup', { groupName: 'Ops', newGroupName: 'Sre', newPath: '/p/' });
  assert.equal(bench.lastEvent().action, 'group.update');
  await bench.result('ListUsers', {}, ann);
  const groups = await bench.result('ListGroupsForUser', { userName: 'ann' });
  assert.deepEqual(each(groups['groups'], 'arn'), [iamArn('group/p/Sre')]);
  assert.equal(await bench.code('GetGroup', { groupName: 'Ops' }), 'NotFound');
});

test('a group goes only when it has no policies', async () => {
  const bench = newBench();
  const groupName = 'g';
  const policyArn = await bench.policy('P');
  await bench.result('CreateGroup', { groupName });
  await bench.result('AttachGroupPolicy', { groupName, policyArn });
  await bench.result('PutGroupPolicy', {
    groupName,
    policyDocument: policyOf('Allow', 'kms:*'),
    policyName: 'p',
  });
  assert.match(await bench.refusal('DeleteGroup', { groupName }), /must delete policies first/);
  await bench.result('DeleteGroupPolicy', { groupName, policyName: 'p' });
  assert.match(await bench.refusal('DeleteGroup', { groupName }), /must detach all policies first/);
  await bench.result('DetachGroupPolicy', { groupName, policyArn });
  await bench.result('DeleteGroup', { groupName });
});
