import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { Params, registerCertificate } from '../index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench, OTHER_ACCOUNT, policyOf } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

test('a user is created, read, listed and deleted, and all of it is on the record', async () => {
  const bench = newBench();
  const { user } = await bench.result('CreateUser', {
    path: '/team/',
    tags: [{ key: 'Team', value: 'red' }],
    userName: 'Ann',
  });
  const arn = iamArn('user/team/Ann');
  assert.equal(at(user, 'arn'), arn);
  assert.match(String(at(user, 'userId')), /^AIDA[A-Z2-7]{16}$/);
  assert.equal(at(user, 'createDate'), bench.bench.nowMs);
  const event = bench.lastEvent();
  assert.equal(event.action, 'user.create');
  assert.deepEqual(event.parameters, { user: arn });
  assert.equal(event.change?.after?.['user'], arn);
  assert.deepEqual(event.change?.after?.['tags'], ['Team=red']);
  const read = await bench.result('GetUser', { userName: 'Ann' });
  assert.deepEqual(read['user'], user);
  assert.deepEqual(at(user, 'tags'), [{ key: 'Team', value: 'red' }]);
  assert.deepEqual(each((await bench.result('ListUsers'))['users'], 'userName'), ['admin', 'Ann']);
  const listed = await bench.result('ListUsers', { pathPrefix: '/team/' });
  assert.deepEqual(each(listed['users'], 'userName'), ['Ann']);
  assert.equal(at(listed['users'], 0, 'tags'), undefined);
  await bench.result('DeleteUser', { userName: 'Ann' });
  assert.equal(bench.lastEvent().action, 'user.delete');
  assert.equal(
    await bench.refusal('GetUser', { userName: 'Ann' }),
    'NotFound: The user with name Ann cannot be found.',
  );
});

test('names of users differ by more than their case and path', async () => {
  const bench = newBench();
  await bench.result('CreateUser', { userName: 'ann' });
  const again = { path: '/elsewhere/', userName: 'ANN' };
  assert.equal(await bench.refusal('CreateUser', again), 'AlreadyExists: User with name ANN already exists.');
  await bench.result('CreateUser', { userName: 'ANN' }, bench.stranger);
});

test('without a name the caller is meant, if it is a user', async () => {
  const bench = newBench();
  const ann = await bench.user('ann');
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Allow', 'iam:*', { Resource: iamArn(`user/\${aws:username}`) }),
    policyName: 'self',
    userName: 'ann',
  });
  assert.equal(at(await bench.result('GetUser', {}, ann), 'user', 'userName'), 'ann');
  assert.equal(await bench.code('GetUser', { userName: 'admin' }, ann), 'AccessDenied');
});

test('who may not ask is not told whether a user exists', async () => {
  const bench = newBench();
  const nobody = await bench.user('nobody');
  const messages = [];
  for (const userName of ['admin', 'missing']) {
    for (const name of ['GetUser', 'DeleteUser', 'ListAccessKeys', 'ListGroupsForUser', 'CreateUser']) {
      const message = await bench.refusal(name, { userName }, nobody);
      assert.match(message, /^AccessDenied: /);
      messages.push(message.replaceAll(userName, 'X'));
    }
  }
  assert.deepEqual(messages.slice(0, 5), messages.slice(5));
  assert.equal(await bench.code('ListUsers', {}, nobody), 'AccessDenied');
});

test('accounts do not see one another', async () => {
  const bench = newBench();
  await bench.result('CreateUser', { userName: 'ann' });
  assert.equal(await bench.code('GetUser', { userName: 'ann' }, bench.stranger), 'NotFound');
  assert.deepEqual(each((await bench.result('ListUsers', {}, bench.stranger))['users'], 'arn'), [
    iamArn('user/stranger', OTHER_ACCOUNT),
  ]);
});

test('whoever creates a user with tags or a boundary is asked for them', async () => {
  const bench = newBench();
  const boundary = await bench.policy('Limit');
  const other = await bench.policy('Other');
  const maker = await bench.user('maker');
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Allow', 'iam:CreateUser', {
      Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
    }),
    policyName: 'make',
    userName: 'maker',
  });
  const make = (params: object): Promise<string> =>
    bench.code('CreateUser', { userName: 'new', ...params }, maker);
  assert.equal(await make({}), 'AccessDenied');
  assert.equal(await make({ permissionsBoundary: other }), 'AccessDenied');
  const tags = [{ key: 'team', value: 'red' }];
  assert.equal(await make({ permissionsBoundary: boundary, tags }), 'AccessDenied');
  const made = await bench.result('CreateUser', { permissionsBoundary: boundary, userName: 'new' }, maker);
  assert.deepEqual(at(made, 'user', 'permissionsBoundary'), {
    permissionsBoundaryArn: boundary,
    permissionsBoundaryType: 'PermissionsBoundaryPolicy',
  });
  assert.equal(
    await bench.refusal('CreateUser', { permissionsBoundary: iamArn('policy/None'), userName: 'x' }),
    `NotFound: Policy ${iamArn('policy/None')} does not exist or is not attachable.`,
  );
});

test('a user who is renamed keeps keys, groups and policies', async () => {
  const bench = newBench();
  const ann = await bench.user('Ann');
  await bench.result('CreateGroup', { groupName: 'Readers' });
  await bench.result('PutGroupPolicy', {
    groupName: 'Readers',
    policyDocument: policyOf('Allow', 'iam:List*'),
    policyName: 'list',
  });
  await bench.result('AddUserToGroup', { groupName: 'Readers', userName: 'Ann' });
  await bench.result('UpdateUser', { newPath: '/new/', newUserName: 'Beth', userName: 'Ann' });
  assert.deepEqual(bench.lastEvent().change, {
    after: { user: iamArn('user/new/Beth') },
    before: { user: iamArn('user/Ann') },
  });
  await bench.result('ListUsers', {}, ann);
  assert.equal(bench.lastEvent().actor.arn, iamArn('user/new/Beth'));
  const keys = await bench.result('ListAccessKeys', { userName: 'beth' });
  assert.deepEqual(each(keys['accessKeyMetadata'], 'accessKeyId'), [ann.credentialId]);
  assert.deepEqual(each((await bench.result('GetGroup', { groupName: 'readers' }))['users'], 'userName'), [
    'Beth',
  ]);
  assert.equal(await bench.code('GetUser', { userName: 'Ann' }), 'NotFound');
  await bench.result('UpdateUser', { newUserName: 'BETH', userName: 'beth' });
  assert.equal(at(await bench.result('GetUser', { userName: 'beth' }), 'user', 'userName'), 'BETH');
  assert.equal(await bench.code('UpdateUser', { newUserName: 'admin', userName: 'beth' }), 'AlreadyExists');
});

test('whoever renames a user must be allowed on both names', async () => {
  const bench = newBench();
  const clerk = await bench.user('clerk');
  await bench.result('CreateUser', { path: '/low/', userName: 'ann' });
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Allow', 'iam:UpdateUser', { Resource: iamArn('user/low/*') }),
    policyName: 'low',
    userName: 'clerk',
  });
  const rise = { newPath: '/high/', userName: 'ann' };
  assert.equal(await bench.code('UpdateUser', rise, clerk), 'AccessDenied');
  await bench.result('UpdateUser', { newUserName: 'beth', userName: 'ann' }, clerk);
});

test('a client certificate stays with a user who is renamed, and keeps one from being deleted', async () => {
  const bench = newBench();
  const sha256 = 'ab'.repeat(32);
  await bench.result('CreateUser', { userName: 'ann' });
  const request = bench.bench.request('RegisterCertificate');
  const params = new Params({ principalName: 'ann', sha256 });
  await bench.bench.service.perform(registerCertificate, request, bench.admin, params);
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Allow', 'iam:ListUsers'),
    policyName: 'p',
    userName: 'ann',
  });
  await bench.result('UpdateUser', { newUserName: 'beth', userName: 'ann' });
  const caller = {
    certificate: sha256,
    credentialId: `certificate:${sha256}`,
    principalArn: iamArn('user/ann'),
  };
  await bench.result('ListUsers', {}, caller);
  await bench.result('DeleteUserPolicy', { policyName: 'p', userName: 'beth' });
  assert.equal(
    await bench.refusal('DeleteUser', { userName: 'beth' }),
    'DeleteConflict: Cannot delete entity, must delete client certificates first.',
  );
});

test('a user goes only when nothing hangs on it', async () => {
  const bench = newBench();
  const { credentialId: accessKeyId } = await bench.user('ann');
  const policyArn = await bench.policy('P');
  const userName = 'ann';
  await bench.result('CreateGroup', { groupName: 'g' });
  await bench.result('AddUserToGroup', { groupName: 'g', userName });
  await bench.result('AttachUserPolicy', { policyArn, userName });
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Allow', 'kms:*'),
    policyName: 'p',
    userName,
  });
  const blocked = async (what: string): Promise<void> => {
    const message = `DeleteConflict: Cannot delete entity, ${what}.`;
    assert.equal(await bench.refusal('DeleteUser', { userName }), message);
  };
  await blocked('must delete access keys first');
  await bench.result('DeleteAccessKey', { accessKeyId, userName });
  await blocked('must delete policies first');
  await bench.result('DeleteUserPolicy', { policyName: 'p', userName });
  await blocked('must detach all policies first');
  await bench.result('DetachUserPolicy', { policyArn, userName });
  await blocked('must remove user from groups first');
  await bench.result('RemoveUserFromGroup', { groupName: 'g', userName });
  await bench.result('DeleteUser', { userName });
});

test('users are listed in pages that do not overlap', async () => {
  const bench = newBench();
  const names = ['a', 'B', 'c', 'D', 'e'];
  for (const userName of names) await bench.result('CreateUser', { path: '/p/', userName });
  const seen: unknown[] = [];
  let marker: unknown;
  do {
    const page = await bench.result('ListUsers', { marker, maxItems: 2, pathPrefix: '/p/' });
    seen.push(...each(page['users'], 'userName'));
    assert.equal(page['isTruncated'], page['marker'] !== undefined);
    marker = page['marker'];
  } while (marker !== undefined);
  assert.deepEqual(seen, names);
  assert.equal(await bench.code('ListUsers', { marker: 'forged' }), 'InvalidMarker');
});
