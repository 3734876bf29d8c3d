import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { stsOperations } from '../../core/operations/index.ts';
import { echo, servicesOf } from './query.test-fixture.ts';
import { iamConstraintOf } from './query-constraints.ts';
import { compileQueryServices, compileService } from './query-operations.ts';

/** The operations that people and Terraform use to manage who may do what. */
const MANAGING =
  /^(?:Add|Attach|Create|Delete|Detach|Get|List|Put|Remove|SetDefault|Simulate|Tag|Untag|Update)[A-Za-z]*(?:User|Users|Group|Groups|Role|Roles|AccessKey|AccessKeys|(?<!Password)Policy|Policies|PolicyVersion|PolicyVersions|Tags|OpenIDConnectProvider|OpenIDConnectProviders|PermissionsBoundary|AccountAlias|AccountAliases|AccountAuthorizationDetails|AccountSummary|AccessKeyLastUsed)$/;
/** Of other things, for all that their names say. */
const OTHERS =
  /InstanceProfile|MFADevice|SAML|ServerCertificate|ServiceLinked|Delegation|RoleTemplate|PasswordPolicy/;

test('every operation of the SDK is offered, or known not to be', () => {
  for (const { name, operations, unsupported } of compileQueryServices()) {
    const sdk = Object.keys(name === 'iam' ? iam : sts);
    for (const operation of [...operations.keys(), ...unsupported]) assert.ok(sdk.includes(`${operation}$`));
    assert.equal(operations.size + unsupported.size, name === 'iam' ? 180 : 11);
    assert.deepEqual(
      [...operations.keys()].filter((operation) => unsupported.has(operation)),
      [],
    );
  }
});

test('every operation of core is offered', () => {
  const [service] = compileQueryServices().filter(({ name }) => name === 'sts');
  assert.deepEqual([...(service?.operations.keys() ?? [])], [...stsOperations.keys()]);
});

test('the namespaces are those of AWS', () => {
  assert.deepEqual(
    compileQueryServices().map(({ namespace }) => namespace),
    ['https://sts.amazonaws.com/doc/2011-06-15/', 'https://iam.amazonaws.com/doc/2010-05-08/'],
  );
});

test('core can add any operation that manages identities, and nothing is to be done for it here', () => {
  const [, service] = servicesOf([]);
  const names = [...(service?.unsupported ?? [])].filter((name) => MANAGING.test(name) && !OTHERS.test(name));
  assert.ok(names.length > 80, names.join(' '));
  const more = [
    'GenerateServiceLastAccessedDetails',
    'GetServiceLastAccessedDetails',
    'SimulateCustomPolicy',
  ];
  const tokens = ['AssumeRole', 'AssumeRoleWithWebIdentity', 'GetSessionToken', 'GetAccessKeyInfo'];
  const wanted = new Set([...names, ...more, ...tokens]);
  const offered = servicesOf(Array.from(wanted, (name) => echo(name).operation));
  assert.equal(
    offered.reduce((sum, { operations }) => sum + operations.size, 0),
    wanted.size,
  );
});

test('an operation that the SDK does not know is found when the front starts, and so is a member without a row', () => {
  const model = { name: 'iam', version: '2010-05-08', sdk: iam, constraintOf: iamConstraintOf } as const;
  const compile = (name: string): unknown =>
    compileService({ ...model, operations: new Map([[name, echo(name).operation]]) });
  assert.throws(() => compile('CreateUsers'), /^TypeError: `iam` has no operation `CreateUsers`$/);
  assert.throws(
    () => compile('UploadSSHPublicKey'),
    /`UploadSSHPublicKeyRequest.SSHPublicKeyBody` has no row/,
  );
});
