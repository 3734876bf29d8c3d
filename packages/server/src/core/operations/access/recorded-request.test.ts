import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { AuditEvent, EventDecision } from '../../audit/index.ts';
import type { WebIdentity } from '../../identity/index.ts';
import { judge } from '../../policy/index.ts';
import { accessCase } from '../access-case.ts';
import * as admin from '../admin/index.ts';
import * as audit from '../audit/index.ts';
import type { Caller } from '../caller.ts';
import { callerPolicies } from '../caller-policies.ts';
import { describeDecision } from '../describe-decision.ts';
import { iamOperations } from '../iam/index.ts';
import { kmsOperations } from '../kms/index.ts';
import { place, TestBench } from '../kms/service.test-fixture.ts';
import type { Operation } from '../operation.ts';
import * as organization from '../organization/index.ts';
import { Params, type Result } from '../params.ts';
import { Replica } from '../replica.ts';
import { parseRecord } from '../subjects.ts';
import { createSession, revokeSession, revokeSessions, stsOperations } from '../sts/index.ts';
import { allowing, HOME, policyOf, StsBench, tags, trusting } from '../sts/sts.test-fixture.ts';
import * as access from './access-operations.ts';
import { recordedCase, recordedSubject, wholeEventProblem } from './recorded-request.ts';
import { StateView } from './state-view.ts';

const USER_AGENT = 'aws-cli/2.30';

const KEY_POLICY = policyOf({ Effect: 'Allow', Principal: { AWS: HOME }, Action: 'kms:*', Resource: '*' });

/** What decisions may hang on: each is denied by a condition of its own, so that none can be rebuilt wrongly unseen. */
const CONDITIONS: readonly (readonly [name: string, condition: object])[] = [
  ['nothing', { StringEquals: { 'aws:PrincipalArn': 'nobody' } }],
  ['address', { IpAddress: { 'aws:SourceIp': '192.0.2.7' } }],
  ['agent', { StringEquals: { 'aws:UserAgent': USER_AGENT } }],
  ['transport', { Bool: { 'aws:SecureTransport': 'true' } }],
  ['reason', { StringEquals: { 'keywitness:Justification': 'ticket 7' } }],
  ['time', { DateLessThan: { 'aws:CurrentTime': '2027-01-15T08:00:01Z' } }],
  ['hour', { StringEquals: { 'keywitness:HourOfDay/Europe/Berlin': '9' } }],
  ['context', { StringEquals: { 'kms:EncryptionContext:customer': '4711' } }],
  ['context-keys', { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'customer' } }],
  ['alias', { StringEquals: { 'kms:RequestAlias': 'alias/orders' } }],
  ['aliases', { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/orders' } }],
  ['algorithm', { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } }],
  ['signing', { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } }],
  ['message-type', { StringEquals: { 'kms:MessageType': 'DIGEST' } }],
  ['mac', { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } }],
  ['agreement', { StringEquals: { 'kms:KeyAgreementAlgorithm': 'ECDH' } }],
  ['pair-spec', { StringEquals: { 'kms:DataKeyPairSpec': 'ECC_NIST_P256' } }],
  ['source-algorithm', { StringEquals: { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' } }],
  ['same-key', { Bool: { 'kms:ReEncryptOnSameKey': 'true' } }],
  ['resource-tag', { StringEquals: { 'aws:ResourceTag/team': 'blue' } }],
  ['request-tag', { StringEquals: { 'aws:RequestTag/team': 'blue' } }],
  ['tag-keys', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }],
  ['grant-operations', { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] } }],
  ['grantee', { StringLike: { 'kms:GranteePrincipal': '*user/ann' } }],
  ['model', { StringEquals: { 'kms:ExpirationModel': 'KEY_MATERIAL_EXPIRES' } }],
  ['period', { NumericEquals: { 'kms:RotationPeriodInDays': '365' } }],
  ['valid', { DateGreaterThan: { 'kms:ValidTo': '2001-01-01' } }],
  ['wrapping', { StringEquals: { 'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_256' } }],
  ['wrapping-spec', { StringEquals: { 'kms:WrappingKeySpec': 'RSA_2048' } }],
  ['window', { NumericEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '7' } }],
  ['bypass', { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } }],
  ['boundary', { ArnLike: { 'iam:PermissionsBoundary': '*' } }],
  ['policy-arn', { ArnLike: { 'iam:PolicyARN': '*' } }],
  ['external-id', { StringEquals: { 'sts:ExternalId': 'x' } }],
  ['session-name', { StringEquals: { 'sts:RoleSessionName': 'work' } }],
  ['multi-region', { StringEquals: { 'kms:MultiRegionKeyType': 'PRIMARY' } }],
  ['replica-region', { StringEquals: { 'kms:ReplicaRegion': 'eu-west-9' } }],
  ['primary-region', { StringEquals: { 'kms:PrimaryRegion': 'eu-west-9' } }],
  ['owner', { StringEquals: { 'aws:ResourceAccount': HOME } }],
  ['issued', { DateGreaterThan: { 'aws:TokenIssueTime': '2001-01-01' } }],
  ['mfa', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }],
  ['principal-tag', { StringEquals: { 'aws:PrincipalTag/desk': '3' } }],
];

/** Parameters that have another meaning elsewhere. */
const OWN: Readonly<Record<string, object>> = {
  'alias.list': { keyId: 'alias/orders' },
  'key.decrypt': { keyId: 'alias/orders' },
  'key.describe': { keyId: 'alias/orders' },
  'key.encrypt': { keyId: 'alias/orders' },
  'key.re-encrypt': { sourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' },
  'key.generate-data-key': { keyId: 'alias/orders', keySpec: 'AES_256' },
  'key.change-policy': { policy: KEY_POLICY },
  'key.create': { policy: KEY_POLICY },
};

const structures = (...items: readonly object[]): readonly Params[] =>
  items.map((item) => new Params({ ...item }));

const assumption = {
  externalId: 'x',
  roleArn: `arn:aws:iam::${HOME}:role/app`,
  roleName: 'app',
  roleSessionName: 'work',
} as const;

const DOCUMENT = allowing('kms:Decrypt');

/** Parameters for every operation at once: each reads those that it knows. */
const EVERYTHING: Readonly<Record<string, unknown>> = {
  primaryRegion: 'eu-west-9',
  replicaRegion: 'eu-west-9',
  ...assumption,
  accessKeyId: `AKIA${'ANN'.padEnd(16, 'A')}`,
  account: HOME,
  accountAlias: 'prod',
  accountId: HOME,
  actionNames: ['kms:Decrypt'],
  aliasName: 'alias/orders',
  arn: `arn:aws:iam::${HOME}:user/ann`,
  auditAccount: HOME,
  bypassPolicyLockoutSafetyCheck: true,
  certificate: '',
  clientID: 'a',
  clientIDList: ['a'],
  principals: structures(),
  newUserName: 'eve',
  guardrailName: 'g',
  sessionToken: 'x',
  newGroupName: 'g2',
  setAsDefault: true,
  force: true,
  resource: '',
  fingerprint: 'c'.repeat(64),
  sha256: 'c'.repeat(64),
  description: '',
  constraints: new Params({ encryptionContextEquals: { customer: '4711' } }),
  destinationEncryptionContext: { customer: '4711' },
  destinationKeyId: 'alias/orders',
  document: DOCUMENT,
  encapsulationAlgorithm: 'ML_KEM',
  encryptionContext: { customer: '4711' },
  grantId: 'a'.repeat(64),
  granteePrincipal: `arn:aws:iam::${HOME}:user/ann`,
  groupName: 'developers',
  id: HOME,
  jobId: '00000000-0000-0000-0000-000000000000',
  importToken: new Uint8Array(1),
  encryptedKeyMaterial: new Uint8Array(1),
  expirationModel: 'KEY_MATERIAL_EXPIRES',
  keyAgreementAlgorithm: 'ECDH',
  keyPairSpec: 'ECC_NIST_P256',
  mac: new Uint8Array(32),
  macAlgorithm: 'HMAC_SHA_256',
  message: new Uint8Array(32),
  messageType: 'DIGEST',
  name: 'ann',
  newPath: '/x/',
  numberOfBytes: 16,
  openIDConnectProviderArn: `arn:aws:iam::${HOME}:oidc-provider/id.example/Main`,
  operations: ['Decrypt'],
  path: '/',
  pendingWindowInDays: 7,
  permissionsBoundary: `arn:aws:iam::${HOME}:policy/all`,
  plaintext: new Uint8Array(1),
  policyArn: `arn:aws:iam::${HOME}:policy/all`,
  policyDocument: DOCUMENT,
  policyInputList: [DOCUMENT],
  policyName: 'own',
  policySourceArn: `arn:aws:iam::${HOME}:user/ann`,
  principal: `arn:aws:iam::${HOME}:user/ann`,
  principalArn: `arn:aws:iam::${HOME}:user/ann`,
  principalName: 'ann',
  publicKey: new Uint8Array(1),
  rotationPeriodInDays: 365,
  retiringPrincipal: `arn:aws:iam::${HOME}:user/ann`,
  sharedSecretCiphertextBlob: new Uint8Array(1),
  signature: new Uint8Array(1),
  signingAlgorithm: 'ECDSA_SHA_256',
  sourceEncryptionContext: { customer: '4711' },
  sourceKeyId: 'alias/orders',
  status: 'Inactive',
  tagKeys: ['team'],
  tags: structures({ key: 'team', value: 'blue', tagKey: 'team', tagValue: 'blue' }),
  thumbprintList: [],
  type: 'user',
  url: 'https://id.example/Main',
  userName: 'ann',
  validTo: 2_000_000_000_000,
  versionId: 'v1',
  wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
  wrappingKeySpec: 'RSA_2048',
  assumeRolePolicyDocument: trusting('*'),
};

function everything({ ciphertext, keyId }: World): Readonly<Record<string, unknown>> {
  return { ...EVERYTHING, ciphertextBlob: ciphertext, keyId, targetKeyId: keyId };
}

/** A service with one of everything. */
interface World {
  readonly bench: StsBench;
  readonly keyId: string;
  readonly ciphertext: Uint8Array;
}

async function world(): Promise<World> {
  const store = openMemoryStore();
  const bench = new StsBench(store, new TestBench(store));
  const administrator = await bench.administrator();
  bench.user('ann');
  bench.role('app', trusting('*'), { tags: [{ key: 'team', value: 'blue' }] });
  bench.provider();
  const policyArn = `arn:aws:iam::${HOME}:policy/all`;
  const holder = { account: HOME, path: '/', uniqueId: 'X', createdAtMs: 0, tags: [] };
  bench.put(`policy:${policyArn}`, {
    ...holder,
    arn: policyArn,
    name: 'all',
    description: '',
    updatedAtMs: 0,
    versions: [{ id: 'v1', document: allowing('*'), createdAtMs: 0 }],
    defaultVersionId: 'v1',
    lastVersion: 1,
    tags: [{ key: 'team', value: 'blue' }],
  });
  const groupArn = `arn:aws:iam::${HOME}:group/developers`;
  bench.put(`group:${HOME}/developers`, {
    ...holder,
    arn: groupArn,
    name: 'developers',
    policies: [],
    attached: [],
  });
  const run = async (name: string, params: object): Promise<Result> => {
    const operation = kmsOperations.get(name);
    assert.ok(operation !== undefined);
    return bench.released(administrator, operation, { ...params });
  };
  const tagged = structures({ tagKey: 'team', tagValue: 'blue' });
  const { keyMetadata } = await run('CreateKey', { multiRegion: true, policy: KEY_POLICY, tags: tagged });
  const keyId = new Params({ ...(typeof keyMetadata === 'object' ? keyMetadata : {}) }).text('keyId');
  await run('CreateAlias', { aliasName: 'alias/orders', targetKeyId: keyId });
  const encryptionContext = { customer: '4711' };
  const encrypted = await run('Encrypt', { keyId, plaintext: new Uint8Array(1), encryptionContext });
  bench.put(`grant:${keyId}/${'a'.repeat(64)}`, {
    grantId: 'a'.repeat(64),
    keyId,
    grantee: `arn:aws:iam::${HOME}:user/c-context`,
    operations: ['Decrypt', 'CreateGrant', 'RetireGrant'],
    constraints: { encryptionContextSubset: encryptionContext },
    issuer: '',
    createdAtMs: 0,
  });
  bench.transport = {
    client: { address: '192.0.2.7', tlsVersion: 'TLSv1.3', userAgent: USER_AGENT },
    justification: 'ticket 7',
  };
  return { bench, keyId, ciphertext: new Params(encrypted).bytes('ciphertextBlob') };
}

const SOURCES = { place, document: () => undefined };

/** Judges a recorded decision again on the state that it was made on; answers what the record would say of it. */
function again(event: AuditEvent, decision: EventDecision, before: Replica): EventDecision | string {
  const view = new StateView(before);
  const subject = recordedSubject(event.actor, decision, view, SOURCES);
  if (typeof subject === 'string') return subject;
  const asked = recordedCase(event, decision, subject);
  if (typeof asked === 'string') return asked;
  const ofCaller = callerPolicies(view, asked.asker.principal, place.account);
  const { policies, request } = accessCase(asked.asker, asked.question, ofCaller);
  return describeDecision(judge(request, policies), asked.question, event);
}

const states = new WeakMap<StsBench, Replica>();

/** The state as it is, apart from the one that the bench goes on with. */
function stateNow(bench: StsBench): Replica {
  const state = states.get(bench) ?? new Replica();
  states.set(bench, state);
  state.apply(bench.store.load().changes.filter(({ revision }) => revision > state.revision));
  return state;
}

interface Checked {
  readonly asked: number;
  readonly denied: boolean;
}

/** Performs an operation, and holds every decision of it against the one that is rebuilt from its event. */
async function check(
  bench: StsBench,
  caller: Caller,
  operation: Operation,
  params: object,
): Promise<Checked> {
  const before = stateNow(bench);
  const request = { ...bench.bench.request(operation.name), ...bench.transport };
  await bench.bench.service.perform(operation, request, caller, new Params({ ...params }));
  const event = bench.bench.lastEvent();
  assert.equal(wholeEventProblem(event), undefined);
  const plain = parseRecord<AuditEvent>(JSON.stringify(event));
  for (const decision of plain.decisions ?? []) {
    const rebuilt: unknown = JSON.parse(JSON.stringify(again(plain, decision, before)));
    const isGone = rebuilt === 'resource-gone';
    // A role that there is not has no trust policy to ask again, nor a grant that was retired.
    if (isGone && decision.effect === 'implicit-deny') continue;
    if (typeof rebuilt !== 'object' || rebuilt === null) assert.fail(`${operation.name}: ${String(rebuilt)}`);
    const told = { ...decision, conditions: undefined };
    assert.deepEqual({ ...rebuilt, conditions: undefined }, told, JSON.stringify(plain));
  }
  const denied = plain.decisions?.some(({ statement }) => statement === 'OnCondition') === true;
  return { asked: plain.decisions?.length ?? 0, denied };
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [
    ...kmsOperations.values(),
    ...iamOperations.values(),
    ...stsOperations.values(),
    ...Object.values(organization),
    ...Object.values(access),
    ...Object.values(audit),
    ...Object.values(admin).filter((value) => typeof value === 'object'),
    createSession,
    revokeSession,
    revokeSessions,
  ].map((operation) => [operation.action, operation]),
);
/** Everybody may do these. */
const ASKS_NOBODY: ReadonlySet<string> = new Set([
  'identity.read-own',
  'session.assume-role-with-web-identity',
  'session.get-token',
  'session.create',
]);

describe('a recorded request', () => {
  test('leads to the decision that was recorded, for every operation and whatever it hung on', async () => {
    const seen = new Map<string, number>();
    const never = new Set<string>();
    for (const operation of OPERATIONS.values()) {
      const all = await world();
      const { bench } = all;
      let asked = 0;
      for (const [name, condition] of CONDITIONS) {
        const policy = policyOf(
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Sid: 'OnCondition', Effect: 'Deny', Action: '*', Resource: '*', Condition: condition },
        );
        const caller = bench.user(`c-${name}`, policy);
        const session = { ...caller, session: sessionOf(caller, bench) };
        for (const acting of [caller, session]) {
          const checked = await check(bench, acting, operation, {
            ...everything(all),
            ...OWN[operation.action],
          });
          asked += checked.asked;
          if (checked.denied) seen.set(name, (seen.get(name) ?? 0) + 1);
        }
      }
      if (asked === 0) never.add(operation.action);
    }
    assert.deepEqual(
      [...never].filter((action) => !ASKS_NOBODY.has(action)),
      [],
    );
    const unseen = CONDITIONS.map(([name]) => name).filter((name) => !seen.has(name));
    assert.deepEqual(unseen, ['nothing'], 'a condition that never denied shows nothing');
  });

  test('of a web identity is asked of the trust policy again', async () => {
    const { bench } = await world();
    const provider = bench.provider();
    bench.role(
      'ci',
      policyOf({
        Sid: 'Ours',
        Effect: 'Allow',
        Principal: { Federated: provider.arn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'id.example/Main:sub': 'repo:main', 'id.example/Main:aud': 'ci' } },
      }),
    );
    const operation = stsOperations.get('AssumeRoleWithWebIdentity');
    assert.ok(operation !== undefined);
    for (const subject of ['repo:main', 'repo:other']) {
      const webIdentity: WebIdentity = {
        providerArn: provider.arn,
        issuer: provider.url,
        subject,
        audience: 'ci',
        claims: { sub: [subject], aud: ['ci'] },
        issuedAtMs: bench.bench.nowMs,
        expiresAtMs: bench.bench.nowMs + 60_000,
        mfa: false,
      };
      const caller = { principalArn: provider.arn, credentialId: 'web-identity', webIdentity };
      const params = { ...assumption, roleArn: `arn:aws:iam::${HOME}:role/ci`, webIdentityToken: 'x' };
      assert.equal((await check(bench, caller, operation, params)).asked, 1);
      const [decision] = bench.bench.lastEvent().decisions ?? [];
      assert.equal(decision?.effect, subject === 'repo:main' ? 'allow' : 'implicit-deny');
    }
  });

  test('of a role is asked in the name of its session, with its tags, source identity and policies', async () => {
    const all = await world();
    const { bench } = all;
    const ann = bench.user('bob', allowing('*'));
    bench.role('worker', trusting('*'), {
      policies: [
        {
          name: 'own',
          document: policyOf(
            { Effect: 'Allow', Action: '*', Resource: '*' },
            {
              Sid: 'OnCondition',
              Effect: 'Deny',
              Action: 'kms:*',
              Resource: '*',
              Condition: {
                StringEquals: { 'aws:PrincipalTag/desk': '3', 'aws:SourceIdentity': 'ann' },
                StringLike: { 'aws:userid': '*:work' },
              },
            },
          ),
        },
      ],
    });
    const describeKey = kmsOperations.get('DescribeKey');
    assert.ok(describeKey !== undefined);
    const asked = { roleSessionName: 'work', sourceIdentity: 'ann', tags: tags({ desk: '3' }) };
    const session = await bench.assume(ann, 'worker', asked);
    assert.ok((await check(bench, session, describeKey, everything(all))).denied);
    const other = await bench.assume(ann, 'worker', { ...asked, tags: tags({ desk: '4' }) });
    assert.ok(!(await check(bench, other, describeKey, everything(all))).denied);
    const limited = await bench.assume(ann, 'worker', { policy: allowing('iam:*'), roleSessionName: 'a' });
    await bench.bench.service.perform(
      describeKey,
      bench.bench.request('DescribeKey'),
      limited,
      new Params(everything(all)),
    );
    const event = bench.bench.lastEvent();
    assert.equal(event.decisions?.[0]?.policyKind, 'session policy');
    const documents = new Replica(bench.store.load().changes);
    const [decision] = event.decisions ?? [];
    assert.ok(decision !== undefined);
    assert.equal(again(event, decision, documents), 'session-policy-gone');
  });
});

/** A session of a user's own, as `GetSessionToken` makes it. */
function sessionOf({ credentialId, principalArn }: Caller, bench: StsBench): NonNullable<Caller['session']> {
  const stored = bench.bench.replica.principals.get(principalArn);
  return {
    version: 1,
    accessKeyId: `ASIA${credentialId.slice(4)}`,
    principalArn,
    principalUniqueId: stored?.record.uniqueId ?? '',
    issuedAtMs: bench.bench.nowMs - 1000,
    expiresAtMs: bench.bench.nowMs + 3_600_000,
    policies: [],
    policyArns: [],
    tags: [{ key: 'desk', value: '3' }],
    transitiveTagKeys: [],
    parents: [],
  };
}
