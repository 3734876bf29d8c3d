import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { keyFromRecord } from '../keys/index.ts';
import { compilePolicy, judge, parsePolicy } from '../policy/index.ts';
import type { AccessQuestion, Asker } from './access-question.ts';
import { conditionLookup } from './conditions.ts';
import { tagConditions } from './kms/tags.ts';
import { principalFromRecord } from './principal.ts';

const ACCOUNT = '111122223333';
const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;
const KEY_ARN = `arn:aws:kms:eu-1:${ACCOUNT}:key/a`;

const asker: Asker = {
  principal: principalFromRecord({
    arn: ANN,
    account: ACCOUNT,
    name: 'ann',
    type: 'user',
    uniqueId: 'AIDAANN',
    createdAtMs: 0,
    disabled: false,
    policies: [],
  }),
  request: {
    requestId: 'r',
    client: { address: '192.0.2.1', userAgent: 'aws-cli/2', tlsVersion: 'TLSv1.3' },
    protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
    startedMs: 0,
  },
  place: { account: ACCOUNT, region: 'eu-1' },
  nowMs: 1_767_225_600_500,
};

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
    'kms:encryptionalgorithm': ['SYMMETRIC_DEFAULT'],
    'kms:reencryptonsamekey': ['true'],
    'kms:schedulekeydeletionpendingwindowindays': ['30'],
  },
};

test('every condition key of the specification has a value, and others have none', () => {
  const page = readFileSync(new URL('../../../../../spec/policy.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('### Condition keys');
  const rows = table.split('\n## ')[0]?.match(/^\| `.*$/gm) ?? [];
  const names = rows.flatMap((row) => row.split('|')[1]?.match(/(?<=`)[a-zA-Z]+:[^`]+/g) ?? []);
  assert.ok(names.length >= 25);
  const lookup = conditionLookup(asker, question);
  const examples: Readonly<Record<string, string>> = {
    'aws:requesttag/…': 'aws:requesttag/cost',
    'aws:resourcetag/…': 'aws:resourcetag/team',
    'kms:encryptioncontext:…': 'kms:encryptioncontext:purpose',
  };
  for (const name of names) {
    const lower = name.toLowerCase();
    const values = lookup(examples[lower] ?? lower);
    assert.ok(values !== undefined && values.length > 0, name);
  }
  for (const name of ['kms:viaservice', 'aws:multifactorauthpresent', 'kms:encryptioncontext:other']) {
    assert.equal(lookup(name)?.length ?? 0, 0, name);
  }
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
    const policy = compilePolicy(parsePolicy(JSON.stringify({ Statement }), 'key'), 'default');
    const { principal } = asker;
    const request = {
      action: 'kms:Decrypt',
      resource: KEY_ARN,
      resourceAccount: ACCOUNT,
      principal: principal.record,
      conditions: conditionLookup(asker, { ...question, encryptionContext: context }),
    };
    return judge(request, { identity: [], key: policy }).effect;
  };
  assert.equal(decide('Allow', 'StringEquals', { tenant: '4711' }), 'allow');
  assert.equal(decide('Allow', 'StringEquals', { Tenant: '4712', tenant: '4711' }), 'implicit-deny');
  assert.equal(decide('Deny', 'StringEquals', { Tenant: '4712', tenant: '4711' }), 'explicit-deny');
  assert.equal(decide('Deny', 'StringNotEquals', { Tenant: '4711', tenant: '4712' }), 'explicit-deny');
  assert.equal(decide('Deny', 'StringNotEquals', { TENANT: '4711' }), 'allow');
});
