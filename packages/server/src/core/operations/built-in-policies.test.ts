import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { parsePolicy } from '../policy/index.ts';
import { builtInPolicies } from './built-in-policies.ts';
import { ownActs } from './own-acts.ts';
import * as exported from './index.ts';
import type { Caller, Operation } from './index.ts';
import { TestBench } from './kms/service.test-fixture.ts';
import { Params } from './params.ts';
import { parseRecord } from './subjects.ts';

/** What operations are for. An operation that belongs nowhere fails the test: somebody has to decide who may. */
const KINDS: Readonly<Record<string, readonly RegExp[]>> = {
  'act as oneself': [/^sts:Get(CallerIdentity|SessionToken)$/, /^(Create|End)Session$/],
  'use keys': [
    /^(Encrypt|Decrypt|ReEncrypt|GenerateDataKey(Pair)?(WithoutPlaintext)?|Sign|Verify|GenerateMac|VerifyMac)$/,
    /^(DeriveSharedSecret|Encapsulate|Decapsulate)$/,
  ],
  random: [/^GenerateRandom$/],
  'read keys': [
    /^(DescribeKey|GetKeyLastUsage|GetKeyPolicy|GetKeyRotationStatus|ListAliases|ListGrants|ListKeyPolicies)$/,
    /^(ListKeyRotations|ListKeySummaries|ListKeys|ListResourceTags|ListRetirableGrants)$/,
  ],
  'administer keys': [
    /^(CreateAlias|CreateKey|DeleteAlias|EnableKey|PutKeyPolicy|ReplicateKey|ScheduleKeyDeletion|TagResource)$/,
    /^(UntagResource|UpdateAlias|UpdateKeyDescription|UpdatePrimaryRegion)$/,
    /^(DisableKeyRotation|EnableKeyRotation|RotateKeyOnDemand)$/,
    /^(DeleteImportedKeyMaterial|GetParametersForImport|ImportKeyMaterial)$/,
  ],
  'read public keys': [/^GetPublicKey$/],
  'rescue a key': [/^CancelKeyDeletion$/],
  'disable a key': [/^DisableKey$/],
  'give grants': [/^CreateGrant$/],
  'take grants': [/^RevokeGrant$/, /^RetireGrant$/],
  'take access away': [
    /^Disable(Certificate|Credential|Principal)$/,
    /^DeleteAccessKey$/,
    /^RevokeSessions?$/,
  ],
  'read the record': [
    /^ExportEvidence$/,
    /^Get(Answer|AssetAccess|Document|KeyConsequences|PrincipalConsequences)$/,
    /^(Get|List|Tail|Explain|Replay|Suggest|Summarize)Events?(Histogram|Proof|Renderings)?$/,
    /^(LookupEvents|DescribeTrails|GetEventSelectors|GetTrail|GetTrailStatus|ListPublicKeys|ListTrails)$/,
    /^(GetBucketLocation|GetObject|ListObjects)$/,
  ],
  'configure the response': [
    /^(Put|Delete|Disable|Enable)Playbook$/,
    /^(Put|Delete)Function$/,
    /^PutResponseSettings$/,
  ],
  'read the response': [
    /^Get(Playbook|Remediation|ResponseSettings)$/,
    /^List(Functions|Playbooks|Quarantines|Remediations)$/,
  ],
  'decide about remediations': [/^(Approve|Refuse|Run|Undo)Remediation$/],
  quarantine: [/^(Quarantine|Release)Principal$/],
  'read the published log': [/^ReadLog$/],
  'configure channels': [/^(Put|Delete|Disable|Enable|Test)Channel$/, /^ReplayDeadLetters$/],
  'read channels': [/^(GetChannel|ListChannels|ListDeadLetters)$/],
  'read the service': [/^Get(Settings|Status)$/],
  'read the organization': [/^(GetOrganization|ListAccounts)$/],
  'read detection': [/^(BacktestRule|GetIncident|GetRule|ListIncidents|ListRules|ListSuppressions)$/],
  'change detection': [/^(Delete|Disable|Enable|Put)Rule$/, /^(Create|Delete)Suppression$/],
  'look after incidents': [/^(Acknowledge|Assign|Comment|Reopen|Resolve)Incident$/],
  'read identities': [/^AnalyzeAccess$/, /^sts:GetAccessKeyInfo$/, /^(Get|List|Simulate|Generate)/],
  'change identities': [
    /^(Create|Update|Delete|Put|Attach|Detach|Tag|Untag|Add|Remove|Set|Register|Rename|Enable)/,
  ],
  'act as another': [/^sts:AssumeRole/],
};

/** What each policy that comes with the service is for: this, and nothing else. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  Administrator: Object.keys(KINDS).filter((kind) => kind !== 'act as another'),
  KeyAdministrator: [
    'act as oneself',
    'read keys',
    'read public keys',
    'administer keys',
    'rescue a key',
    'disable a key',
  ],
  CryptoUser: ['act as oneself', 'use keys', 'read public keys', 'random'],
  GrantManager: ['act as oneself', 'give grants', 'take grants'],
  Auditor: [
    'act as oneself',
    'read the response',
    'read keys',
    'read identities',
    'read the organization',
    'read the record',
    'read detection',
    'read the published log',
    'read channels',
    'read the service',
  ],
  SecurityResponder: [
    'act as oneself',
    'read the response',
    'decide about remediations',
    'quarantine',
    'read keys',
    'read identities',
    'read the organization',
    'read the record',
    'read detection',
    'look after incidents',
    'read the published log',
    'read channels',
    'read the service',
    'take access away',
    'disable a key',
    'rescue a key',
  ],
  DetectionEngineer: [
    'act as oneself',
    'read detection',
    'change detection',
    'read the response',
    'configure the response',
    'configure channels',
    'read channels',
  ],
  Operator: ['act as oneself', 'read the organization', 'read the published log', 'read the service'],
};

/** Single permissions that a role has besides, each with the reason. */
const EXTRAS: Readonly<Record<string, readonly string[]>> = {
  // Who uses a key may look at it.
  CryptoUser: ['DescribeKey'],
  // Grants are made on keys that one has found.
  GrantManager: [
    'DescribeKey',
    'ListKeys',
    'ListAliases',
    'ListGrants',
    'ListKeyPolicies',
    'ListKeyRotations',
    'ListResourceTags',
    'ListRetirableGrants',
  ],
  // Containment: a grant is a way of access like the others.
  SecurityResponder: ['RevokeGrant'],
};

/** Acts of the service itself, which ask nobody and which no front offers. */
const OWN_ACTS: ReadonlySet<string> = new Set([
  'BootstrapAdministrator',
  'DeleteKey',
  'EnableDueRule',
  'ExpireSuppression',
  'ForgetIncident',
  'ExpireQuarantine',
  'ExpireRemediation',
  'DeleteExpiredKeyMaterial',
  'DeleteKey',
  'ReportRotationOverdue',
  'RotateKey',
]);

function kindOf({ name }: Operation): string {
  for (const [kind, patterns] of Object.entries(KINDS)) {
    if (patterns.some((pattern) => pattern.test(name))) return kind;
  }
  throw new TypeError(`the operation \`${name}\` belongs to no kind`);
}

function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && 'run' in value && 'action' in value;
}

/** Every operation that core hands out, by whatever table. */
function allOperations(): readonly Operation[] {
  const found = Object.values<unknown>(exported).flatMap((value) =>
    value instanceof Map ? [...value.values()].filter(isOperation) : isOperation(value) ? [value] : [],
  );
  return found.filter(({ name }) => !OWN_ACTS.has(name) && !ownActs.has(name));
}

const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*' }],
});

/** Parameters that answer whatever is asked for, so that every operation gets as far as asking for permission. */
class AnyParams extends Params {
  readonly #known: Readonly<Record<string, string>>;

  constructor(known: Readonly<Record<string, string>>) {
    super({});
    this.#known = known;
  }

  override text(name: string): string {
    return this.#known[name] ?? (/document$/i.test(name) ? DOCUMENT : 'some');
  }

  override optionalText(name: string): string | undefined {
    return this.#known[name];
  }

  override has(name: string): boolean {
    return this.#known[name] !== undefined;
  }

  override bytes(): Uint8Array {
    return new Uint8Array(64);
  }

  override number(): number {
    return 7;
  }
}

async function newScene(): Promise<{
  readonly bench: TestBench;
  readonly admin: Caller;
  readonly params: AnyParams;
}> {
  const bench = new TestBench(openMemoryStore());
  const admin = bench.addUser('root');
  bench.addUser('some');
  const keyId = await bench.createKey(admin);
  const params = new AnyParams({
    keyId,
    targetKeyId: keyId,
    sourceKeyId: keyId,
    destinationKeyId: keyId,
    userName: 'some',
    principalName: 'some',
    principalArn: 'arn:aws:iam::111122223333:user/some',
    policySourceArn: 'arn:aws:iam::111122223333:user/some',
    arn: 'arn:aws:iam::111122223333:user/some',
    roleArn: 'arn:aws:iam::111122223333:role/some',
    policyArn: 'arn:aws:iam::111122223333:policy/some',
    openIDConnectProviderArn: 'arn:aws:iam::111122223333:oidc-provider/id.example',
    url: 'https://id.example',
    accessKeyId: 'AKIASOMEAAAAAAAAAAAA',
    accountId: '111122223333',
    aliasName: 'alias/some',
    granteePrincipal: 'arn:aws:iam::111122223333:user/some',
    retiringPrincipal: 'arn:aws:iam::111122223333:user/some',
    grantId: '0'.repeat(64),
    primaryRegion: 'eu-west-1',
    replicaRegion: 'eu-west-1',
  });
  return { bench, admin, params };
}

/** Whether the caller got past policy: what came of the operation afterwards is of no interest here. */
async function isAllowed(
  { bench, params }: Awaited<ReturnType<typeof newScene>>,
  caller: Caller,
  operation: Operation,
): Promise<boolean> {
  const performed = await bench.service.perform(operation, bench.request(operation.name), caller, params);
  return performed.kind === 'released' || performed.error.code !== 'AccessDenied';
}

for (const { record } of builtInPolicies()) {
  test(`the policy ${record.name} allows what it is for, and nothing else, of all operations there are`, async () => {
    const document = parseRecord<object>(record.versions[0]?.document ?? '');
    const granted = new Set(ROLES[record.name]);
    const extras = new Set(EXTRAS[record.name]);
    const wrong: string[] = [];
    for (const operation of allOperations()) {
      const scene = await newScene();
      const caller = scene.bench.addUser('holder', [document]);
      const expected = granted.has(kindOf(operation)) || extras.has(operation.name);
      const allowed = await isAllowed(scene, caller, operation);
      if (allowed !== expected) wrong.push(`${operation.name} is ${allowed ? 'allowed' : 'denied'}`);
    }
    assert.deepEqual(wrong, []);
  });
}

test('every policy that comes with the service has a row here, and reads like any other', () => {
  const names = builtInPolicies().map(({ record }) => record.name);
  assert.deepEqual(names.toSorted(), Object.keys(ROLES).toSorted());
  for (const { record } of builtInPolicies()) parsePolicy(record.versions[0]?.document ?? '', 'identity');
});

test('whoever holds no policy is let do nothing but act as oneself', async () => {
  for (const operation of allOperations()) {
    const scene = await newScene();
    const caller = scene.bench.addUser('nobody', []);
    const expected = kindOf(operation) === 'act as oneself';
    assert.equal(await isAllowed(scene, caller, operation), expected, operation.name);
  }
});
