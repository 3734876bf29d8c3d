import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { RoleRecord, Session, UserRecord } from '../identity/index.ts';
import { keyFromRecord } from '../keys/index.ts';
import { compilePolicy, judge, parsePolicy } from '../policy/index.ts';
import type { AccessQuestion, Asker } from './access-question.ts';
import { conditionLookup } from './conditions.ts';
import { termsConditions } from './kms/grant-terms.ts';
import { tagConditions } from './kms/tags.ts';
import { principalFrom, principalInSession, storedPrincipal } from './principal.ts';
import { Replica } from './replica.ts';

const ACCOUNT = '111122223333';
const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;
const KEY_ARN = `arn:aws:kms:eu-1:${ACCOUNT}:key/a`;

const ORGANIZATION = {
  id: 'o-a1b2c3d4e5',
  managementAccount: ACCOUNT,
  auditAccount: ACCOUNT,
  guardrails: [],
};
const ALIAS = { name: 'alias/a', arn: 'arn', targetKeyId: 'a', createdAtMs: 0, updatedAtMs: 0 };
const state = new Replica([
  { subject: 'organization:main', record: JSON.stringify(ORGANIZATION), revision: 1 },
  { subject: `alias:${ACCOUNT}/alias/a`, record: JSON.stringify(ALIAS), revision: 1 },
]);

const ann: UserRecord = {
  arn: ANN,
  account: ACCOUNT,
  name: 'ann',
  type: 'user',
  uniqueId: 'AIDAANN',
  createdAtMs: 0,
  disabled: false,
  policies: [],
};
const app: RoleRecord = {
  ...ann,
  arn: `arn:aws:iam::${ACCOUNT}:role/app`,
  name: 'app',
  type: 'role',
  uniqueId: 'AROAAPP',
  trustPolicy: '',
  description: '',
  maxSessionSeconds: 3600,
  tags: [
    { key: 'Team', value: 'red' },
    { key: 'Site', value: 'north' },
  ],
};
const NOW_MS = 1_767_225_600_500;
const session: Session = {
  version: 1,
  accessKeyId: 'ASIAAPP',
  principalArn: app.arn,
  principalUniqueId: app.uniqueId,
  name: 'work',
  issuedAtMs: NOW_MS - 10_000,
  expiresAtMs: NOW_MS + 1000,
  policies: [],
  policyArns: [],
  tags: [
    { key: 'team', value: 'blue' },
    { key: 'Justification', value: 'ticket 7' },
  ],
  transitiveTagKeys: [],
  sourceIdentity: 'eve',
  mfa: true,
  mfaAtMs: NOW_MS - 60_000,
  federation: {
    provider: `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com/realm`,
    issuer: 'https://idp.example.com/realm',
    subject: 'eve@example.com',
    audience: 'console',
  },
  parents: [],
};

const asker: Asker = {
  principal: principalFrom(storedPrincipal(ann)),
  request: {
    requestId: 'r',
    client: { address: '192.0.2.1', userAgent: 'aws-cli/2', tlsVersion: 'TLSv1.3' },
    protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
    startedMs: 0,
    keyUse: { lastMs: NOW_MS - 3 * 86_400_000 - 1 },
  },
  place: { account: ACCOUNT, region: 'eu-1' },
  nowMs: NOW_MS,
  state,
};
const inSession: Asker = { ...asker, principal: principalInSession(storedPrincipal(app), session) };

const key = keyFromRecord({
  id: 'a',
  arn: KEY_ARN,
  account: ACCOUNT,
  createdAtMs: 0,
  description: '',
  spec: 'SYMMETRIC_DEFAULT',
  usage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  enabled: true,
  policy: '',
  tags: [
    { key: 'Team', value: 'red' },
    { key: 'team', value: 'blue' },
  ],
  multiRegion: { primaryRegion: 'eu-1', replicaRegions: [] },
  materials: [],
});

const question: AccessQuestion = {
  permission: 'kms:Decrypt',
  resource: KEY_ARN,
  key,
  encryptionContext: { Tenant: '4711', tenant: '4712', purpose: '' },
  conditions: {
    ...tagConditions([
      { key: 'Cost', value: '1' },
      { key: 'cost', value: '2' },
    ]),
    'kms:requestalias': ['alias/a'],
    'kms:bypasspolicylockoutsafetycheck': ['false'],
    'kms:datakeypairspec': ['RSA_2048'],
    'kms:encryptionalgorithm': ['SYMMETRIC_DEFAULT'],
    'kms:keyagreementalgorithm': ['ECDH'],
    'kms:macalgorithm': ['HMAC_SHA_256'],
    'kms:messagetype': ['RAW'],
    'kms:signingalgorithm': ['ECDSA_SHA_256'],
    'kms:primaryregion': ['eu-2'],
    'kms:reencryptonsamekey': ['true'],
    'kms:replicaregion': ['eu-2'],
    'kms:schedulekeydeletionpendingwindowindays': ['30'],
  },
};

/** What operations that make or change something are asked with. */
const making: AccessQuestion = {
  permission: 'kms:CreateGrant',
  resource: KEY_ARN,
  key,
  conditions: termsConditions({
    name: undefined,
    operations: ['Decrypt'],
    constraints: { sourceArn: 'arn:aws:backup:eu-1:111122223333:vault/a' },
    granteePrincipal: ANN,
    granteeService: 'backup.example.com',
    retiringPrincipal: ANN,
    retiringService: 'backup.example.com',
  }),
};

/** Keys that only some operations give to their own questions are looked for where these are. */
function sourcesOf(service: string): string {
  const folder = new URL(`${service}/`, import.meta.url);
  return readdirSync(folder)
    .filter((file) => !file.includes('.test'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
}

test('every condition key of the specification has a value, and others have none', () => {
  const page = readFileSync(new URL('../../../../../spec/policy.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('### Condition keys');
  const rows = table.split('\n## ')[0]?.match(/^\| `.*$/gm) ?? [];
  const names = rows.flatMap((row) => row.split('|')[1]?.match(/(?<=`)[a-zA-Z]+:[^`]+/g) ?? []);
  assert.ok(names.length >= 25);
  const askedWith = sourcesOf('iam') + sourcesOf('kms') + sourcesOf('sts');
  const lookups = [
    conditionLookup(asker, question),
    conditionLookup(inSession, question),
    conditionLookup(asker, making),
  ];
  const examples: Readonly<Record<string, string>> = {
    'aws:principaltag/…': 'aws:principaltag/team',
    'aws:requesttag/…': 'aws:requesttag/cost',
    'aws:resourcetag/…': 'aws:resourcetag/team',
    'iam:resourcetag/…': 'iam:resourcetag/team',
    'keywitness:dayofweek/…': 'keywitness:dayofweek/europe/berlin',
    'keywitness:hourofday/…': 'keywitness:hourofday/europe/berlin',
    'kms:encryptioncontext:…': 'kms:encryptioncontext:purpose',
  };
  for (const name of names) {
    const lower = examples[name.toLowerCase()] ?? name.toLowerCase();
    const isAnswered = lookups.some((lookup) => (lookup(lower)?.length ?? 0) > 0);
    assert.ok(isAnswered || askedWith.includes(`'${lower}'`), name);
  }
  for (const name of ['kms:viaservice', 'kms:encryptioncontext:other']) {
    for (const lookup of lookups) assert.equal(lookup(name)?.length ?? 0, 0, name);
  }
});

test('what long-lived credentials cannot prove is absent for them, and answered in a session', () => {
  const expected = {
    'aws:federatedprovider': [`arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com/realm`],
    'aws:multifactorauthage': ['60'],
    'aws:multifactorauthpresent': ['true'],
    'aws:sourceidentity': ['eve'],
    'aws:tokenissuetime': ['2025-12-31T23:59:50.500Z'],
    'idp.example.com/realm:aud': ['console'],
    'idp.example.com/realm:sub': ['eve@example.com'],
  };
  const lookup = conditionLookup(inSession, question);
  for (const [name, values] of Object.entries(expected)) {
    assert.deepEqual(lookup(name), values, name);
    assert.equal(conditionLookup(asker, question)(name), undefined, name);
  }
  assert.deepEqual(lookup('aws:principalarn'), [app.arn]);
  assert.deepEqual(lookup('aws:userid'), ['AROAAPP:work']);
  assert.equal(lookup('aws:username'), undefined);
});

test('tags of a session come before those of its role, and one is its reason', () => {
  const lookup = conditionLookup(inSession, question);
  assert.deepEqual(lookup('aws:principaltag/team'), ['blue']);
  assert.deepEqual(lookup('aws:principaltag/site'), ['north']);
  assert.equal(lookup('aws:principaltag/none'), undefined);
  assert.deepEqual(lookup('keywitness:justification'), ['ticket 7']);
  const said = { ...inSession, request: { ...asker.request, justification: 'ticket 8' } };
  assert.deepEqual(conditionLookup(said, question)('keywitness:justification'), ['ticket 8']);
});

test('a key’s aliases are those of its own account that lead to it now', () => {
  assert.deepEqual(conditionLookup(asker, question)('kms:resourcealiases'), ['alias/a']);
  const none = { ...asker, state: new Replica() };
  assert.deepEqual(conditionLookup(none, question)('kms:resourcealiases'), []);
});

test('answers what is known of the caller, the connection, the key and the time', () => {
  const lookup = conditionLookup(asker, question);
  const expected = {
    'aws:principalarn': [ANN],
    'aws:principalaccount': [ACCOUNT],
    'kms:calleraccount': [ACCOUNT],
    'aws:username': ['ann'],
    'aws:userid': ['AIDAANN'],
    'aws:sourceip': ['192.0.2.1'],
    'aws:useragent': ['aws-cli/2'],
    'aws:securetransport': ['true'],
    'aws:requestedregion': ['eu-1'],
    'aws:resourceaccount': [ACCOUNT],
    'aws:viaawsservice': ['false'],
    'aws:principalisawsservice': ['false'],
    'aws:currenttime': ['2026-01-01T00:00:00.500Z'],
    'aws:epochtime': ['1767225600'],
    'kms:keyspec': ['SYMMETRIC_DEFAULT'],
    'kms:keyusage': ['ENCRYPT_DECRYPT'],
    'kms:keyorigin': ['AWS_KMS'],
    'kms:encryptioncontextkeys': ['Tenant', 'tenant', 'purpose'],
  };
  for (const [name, values] of Object.entries(expected)) assert.deepEqual(lookup(name), values, name);
});

test('a plain connection without a user agent says so', () => {
  const plain = { ...asker, request: { ...asker.request, client: { address: '127.0.0.1' } } };
  const lookup = conditionLookup(plain, { permission: 'kms:ListKeys', resource: '*' });
  assert.deepEqual(lookup('aws:securetransport'), ['false']);
  assert.equal(lookup('aws:useragent'), undefined);
  for (const name of ['kms:keyspec', 'aws:resourcetag/team', 'kms:encryptioncontextkeys']) {
    assert.equal(lookup(name), undefined, name);
  }
});

test('names that differ by case only answer to one key, all of them', () => {
  const lookup = conditionLookup(asker, question);
  assert.deepEqual(lookup('kms:encryptioncontext:tenant'), ['4711', '4712']);
  assert.deepEqual(lookup('aws:resourcetag/team'), ['red', 'blue']);
  assert.deepEqual(lookup('aws:requesttag/cost'), ['1', '2']);
});

test('an encryption context is read once for a question, however many pairs a policy asks for', () => {
  let reads = 0;
  const encryptionContext = new Proxy<Record<string, string>>(
    { App: 'x' },
    {
      ownKeys: (target) => {
        reads += 1;
        return Reflect.ownKeys(target);
      },
    },
  );
  const lookup = conditionLookup(asker, { ...question, encryptionContext });
  for (let pair = 0; pair < 100; pair += 1) lookup(`kms:encryptioncontext:pair-${pair}`);
  assert.deepEqual(lookup('kms:encryptioncontext:app'), ['x']);
  assert.equal(reads, 1);
});

test('a second spelling of a pair gains nothing, and avoids nothing', () => {
  const decide = (Effect: string, operator: string, context: Readonly<Record<string, string>>): string => {
    const condition = { Condition: { [operator]: { 'kms:EncryptionContext:Tenant': '4711' } } };
    const everything = { Effect: 'Allow', Principal: '*', Action: '*' };
    const Statement = [{ ...everything, Effect, ...condition }, ...(Effect === 'Deny' ? [everything] : [])];
    const policy = compilePolicy(parsePolicy(JSON.stringify({ Statement }), 'key'), { name: 'default' });
    const { principal } = asker;
    const request = {
      action: 'kms:Decrypt',
      resource: KEY_ARN,
      resourceAccount: ACCOUNT,
      principal: principal.record,
      conditions: conditionLookup(asker, { ...question, encryptionContext: context }),
    };
    return judge(request, { identity: [], resource: policy }).effect;
  };
  assert.equal(decide('Allow', 'StringEquals', { tenant: '4711' }), 'allow');
  assert.equal(decide('Allow', 'StringEquals', { Tenant: '4712', tenant: '4711' }), 'implicit-deny');
  assert.equal(decide('Deny', 'StringEquals', { Tenant: '4712', tenant: '4711' }), 'explicit-deny');
  assert.equal(decide('Deny', 'StringNotEquals', { Tenant: '4711', tenant: '4712' }), 'explicit-deny');
  assert.equal(decide('Deny', 'StringNotEquals', { TENANT: '4711' }), 'allow');
});

test('days without use are whole days, counted from the creation of a key that never was used, if somebody looked', () => {
  const daysWith = (keyUse: Asker['request']['keyUse']): readonly string[] | undefined =>
    conditionLookup(
      { ...asker, request: { ...asker.request, keyUse } },
      question,
    )('kms:trailingdayswithoutkeyusage');
  assert.deepEqual(daysWith({ lastMs: NOW_MS - 3 * 86_400_000 - 1 }), ['3']);
  assert.deepEqual(daysWith({ lastMs: NOW_MS + 1 }), ['0']);
  assert.deepEqual(daysWith({ lastMs: undefined }), [String(Math.floor(NOW_MS / 86_400_000))]);
  assert.equal(daysWith(undefined), undefined);
});
