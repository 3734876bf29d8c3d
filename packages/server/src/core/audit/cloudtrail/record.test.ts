import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '../event.ts';
import { cloudTrailRecord, userNameOf } from './index.ts';

const PLACE = { account: '111122223333', region: 'eu-central-1' } as const;
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const MATERIAL = 'ab'.repeat(32);

const DECRYPT: AuditEvent = {
  schema: 'keywitness.event/1',
  id: '019b0000-0000-7000-8000-000000000001',
  time: '2026-08-27T19:05:57.123Z',
  actor: {
    type: 'user',
    arn: 'arn:aws:iam::111122223333:user/ann',
    account: '111122223333',
    name: 'ann',
    credentialId: 'AKIAANN',
  },
  client: { address: '203.0.113.7', tlsVersion: 'TLSv1.3', userAgent: 'aws-cli/2' },
  action: 'key.decrypt',
  protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
  requestId: '1bea0124-0000-4000-8000-000000000000',
  key: { arn: KEY, id: KEY.slice(-36), requested: 'alias/files', materialId: MATERIAL },
  context: { customer: '4711' },
  algorithm: 'SYMMETRIC_DEFAULT',
  decisions: [
    {
      effect: 'allow',
      permission: 'kms:Decrypt',
      resource: KEY,
      policyKind: 'identity',
      policy: 'work',
      statement: 'Use',
    },
  ],
  justification: 'ticket 17',
  outcome: 'success',
  revision: 3,
};

/** The record as its JSON has it. */
function shown(change: Partial<AuditEvent>): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(JSON.stringify(cloudTrailRecord({ ...DECRYPT, ...change }, PLACE)));
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}

test('a Decrypt is the record that CloudTrail has of one', () => {
  assert.deepEqual(shown({}), {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      arn: 'arn:aws:iam::111122223333:user/ann',
      accountId: '111122223333',
      accessKeyId: 'AKIAANN',
      userName: 'ann',
    },
    eventTime: '2026-08-27T19:05:57Z',
    eventSource: 'kms.amazonaws.com',
    eventName: 'Decrypt',
    awsRegion: 'eu-central-1',
    sourceIPAddress: '203.0.113.7',
    userAgent: 'aws-cli/2',
    requestParameters: {
      keyId: 'alias/files',
      encryptionContext: { customer: '4711' },
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    },
    responseElements: null,
    additionalEventData: {
      keyMaterialId: MATERIAL,
      justification: 'ticket 17',
      decidedBy: { effect: 'allow', policyKind: 'identity', policy: 'work', statement: 'Use' },
      keywitnessAction: 'key.decrypt',
    },
    requestID: '1bea0124-0000-4000-8000-000000000000',
    eventID: '019b0000-0000-7000-8000-000000000001',
    readOnly: true,
    resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: KEY }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111122223333',
    eventCategory: 'Management',
    tlsDetails: { tlsVersion: 'TLSv1.3' },
  });
});

test('a ReEncrypt names the source first, and both sides of the request', () => {
  const source = KEY.replace('1234abcd', '0000abcd');
  const record = shown({
    protocol: { front: 'aws', service: 'kms', operation: 'ReEncrypt' },
    key: { arn: KEY, requested: 'alias/new' },
    sourceKey: { arn: source },
    sourceContext: { customer: '1' },
  });
  assert.deepEqual(record['resources'], [
    { accountId: '111122223333', type: 'AWS::KMS::Key', ARN: source },
    { accountId: '111122223333', type: 'AWS::KMS::Key', ARN: KEY },
  ]);
  assert.deepEqual(record['requestParameters'], {
    sourceEncryptionContext: { customer: '1' },
    sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    destinationKeyId: 'alias/new',
    destinationEncryptionContext: { customer: '4711' },
    destinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  });
});

test('the use of a pair tells its algorithm as CloudTrail calls it, and what kind of message it was', () => {
  const asked = (operation: string, algorithm: string, parameters?: AuditEvent['parameters']): unknown =>
    shown({
      protocol: { front: 'aws', service: 'kms', operation },
      context: undefined,
      algorithm,
      parameters,
    })['requestParameters'];
  const keyId = 'alias/files';
  const messageType = 'DIGEST';
  for (const operation of ['Sign', 'Verify']) {
    assert.deepEqual(asked(operation, 'ECDSA_SHA_256', { messageType }), {
      keyId,
      messageType,
      signingAlgorithm: 'ECDSA_SHA_256',
    });
  }
  for (const operation of ['GenerateMac', 'VerifyMac']) {
    assert.deepEqual(asked(operation, 'HMAC_SHA_256'), { keyId, macAlgorithm: 'HMAC_SHA_256' });
  }
  assert.deepEqual(asked('DeriveSharedSecret', 'ECDH'), { keyId, keyAgreementAlgorithm: 'ECDH' });
  for (const operation of ['Encapsulate', 'Decapsulate']) {
    assert.deepEqual(asked(operation, 'ML_KEM'), { keyId, encapsulationAlgorithm: 'ML_KEM' });
  }
  for (const operation of ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext']) {
    const keyPairSpec = 'RSA_2048';
    assert.deepEqual(asked(operation, 'SYMMETRIC_DEFAULT', { keyPairSpec }), { keyId, keyPairSpec });
  }
});

test('a CreateKey tells which kind of key was asked for, and what it was made with', () => {
  const kind = { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY', multiRegion: false, origin: 'AWS_KMS' };
  const record = shown({
    protocol: { front: 'aws', service: 'kms', operation: 'CreateKey' },
    context: undefined,
    algorithm: undefined,
    key: { arn: KEY, id: KEY.slice(-36) },
    parameters: { ...kind, warnings: ['w'] },
    change: { after: { description: 'd', tags: ['a=b'] } },
  });
  assert.deepEqual(record['requestParameters'], {
    ...kind,
    customerMasterKeySpec: 'RSA_2048',
    description: 'd',
    tags: ['a=b'],
  });
});

test('a ReEncrypt to another kind of key names the algorithm of each side', () => {
  const record = shown({
    protocol: { front: 'aws', service: 'kms', operation: 'ReEncrypt' },
    algorithm: 'RSAES_OAEP_SHA_256',
    parameters: { sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
  });
  assert.deepEqual(record['requestParameters'], {
    sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    destinationKeyId: 'alias/files',
    destinationEncryptionContext: { customer: '4711' },
    destinationEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
  });
});

test('a denial has the one word that CloudTrail has for it, and why', () => {
  const message = 'User: arn is not authorized to perform: kms:Decrypt';
  const record = shown({ outcome: 'denied', error: { code: 'AccessDenied', message } });
  assert.deepEqual([record['errorCode'], record['errorMessage']], ['AccessDenied', message]);
});

test('failures have the names of the service that answered them', () => {
  const codeOf = (service: string, code: string, front: 'aws' | 'admin' = 'aws'): unknown =>
    shown({ outcome: 'error', protocol: { front, service, operation: 'X' }, error: { code, message: '' } })[
      'errorCode'
    ];
  assert.equal(codeOf('kms', 'IncorrectKey'), 'IncorrectKeyException');
  assert.equal(codeOf('kms', 'InvalidState'), 'KMSInvalidStateException');
  assert.equal(codeOf('kms', 'NotFound'), 'NotFoundException');
  assert.equal(codeOf('iam', 'NotFound'), 'NoSuchEntityException');
  assert.equal(codeOf('kms', 'InvalidSignatureException'), 'InvalidSignatureException');
  assert.equal(codeOf('sts', 'SignatureDoesNotMatch'), 'SignatureDoesNotMatch');
  assert.equal(codeOf('keywitness', 'NotFound', 'admin'), 'NotFound');
});

test('a role acts in a session of an issuer, and is found by the session’s name', () => {
  const actor: AuditEvent['actor'] = {
    type: 'role',
    arn: 'arn:aws:sts::444455556666:assumed-role/App/deploy',
    account: '444455556666',
    name: 'App',
    credentialId: 'ASIAAPP',
    session: {
      issuedAt: '2026-08-27T19:00:00.000Z',
      mfa: true,
      sourceIdentity: 'ann',
      provider: 'arn:aws:iam::444455556666:oidc-provider/id.example.com',
      audience: 'keywitness',
      subject: 'ci',
    },
  };
  const record = shown({ actor });
  assert.deepEqual(record['userIdentity'], {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::444455556666:assumed-role/App/deploy',
    accountId: '444455556666',
    accessKeyId: 'ASIAAPP',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        arn: 'arn:aws:iam::444455556666:role/App',
        accountId: '444455556666',
        userName: 'App',
      },
      webIdFederationData: {
        federatedProvider: 'arn:aws:iam::444455556666:oidc-provider/id.example.com',
        attributes: { aud: 'keywitness', sub: 'ci' },
      },
      attributes: { creationDate: '2026-08-27T19:00:00Z', mfaAuthenticated: 'true' },
      sourceIdentity: 'ann',
    },
  });
  assert.equal(record['recipientAccountId'], '444455556666');
  assert.equal(userNameOf(actor), 'deploy');
});

test('an access key that was only claimed is nobody’s identity', () => {
  const record = shown({ actor: { type: 'anonymous', credentialId: 'AKIAANN', unverified: true } });
  assert.deepEqual(record['userIdentity'], { type: 'Unknown' });
  assert.equal(record['recipientAccountId'], PLACE.account);
  assert.match(JSON.stringify(record['additionalEventData']), /"claimedAccessKeyId":"AKIAANN"/);
});

test('the end of a key is an act of the service', () => {
  const record = shown({
    action: 'key.destroy',
    actor: { type: 'system', account: PLACE.account },
    client: { address: 'internal' },
    protocol: { front: 'internal', service: 'keywitness', operation: 'DeleteKey' },
    context: undefined,
  });
  assert.deepEqual(record['userIdentity'], { accountId: PLACE.account, invokedBy: 'AWS Internal' });
  assert.equal(record['eventType'], 'AwsServiceEvent');
  assert.equal(record['eventSource'], 'kms.amazonaws.com');
  assert.equal(record['requestParameters'], null);
  assert.equal(record['requestID'], undefined);
  assert.equal(record['readOnly'], false);
});

test('a grant’s id is an answer, not a parameter', () => {
  const record = shown({
    protocol: { front: 'aws', service: 'kms', operation: 'CreateGrant' },
    context: undefined,
    parameters: { granteePrincipal: 'g', grantId: 'abc', operations: ['Decrypt'] },
  });
  assert.deepEqual(record['requestParameters'], {
    granteePrincipal: 'g',
    operations: ['Decrypt'],
    keyId: 'alias/files',
  });
  assert.deepEqual(record['responseElements'], { grantId: 'abc', keyId: KEY });
});

test('what is done to identities names them as resources, and says what was made', () => {
  const role = 'arn:aws:iam::111122223333:role/App';
  const record = shown({
    action: 'principal.create',
    protocol: { front: 'aws', service: 'iam', operation: 'CreateRole' },
    key: undefined,
    context: undefined,
    algorithm: undefined,
    parameters: { roleName: 'App' },
    change: { after: { role } },
    decisions: [{ effect: 'allow', permission: 'iam:CreateRole', resource: role }],
  });
  assert.deepEqual(record['resources'], [{ accountId: PLACE.account, type: 'AWS::IAM::Role', ARN: role }]);
  assert.deepEqual(record['requestParameters'], { roleName: 'App' });
  assert.deepEqual(record['responseElements'], { role });
  assert.equal(record['readOnly'], false);
});

test('a counted event says how many it stands for', () => {
  const record = shown({ count: 12, firstTime: '2026-08-27T19:05:57.000Z' });
  assert.match(JSON.stringify(record['additionalEventData']), /"count":12,"firstTime":"2026-08-27T19/);
});
