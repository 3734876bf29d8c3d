import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse } from '../packages/server/src/core/operations/access/index.ts';
import { Replica } from '../packages/server/src/core/operations/index.ts';
import { openSqliteReader, openSqliteStore } from '../packages/server/src/stores/sqlite/index.ts';
import { fill } from './question.ts';

const ACCOUNT = '111122223333';
const KEYS = 1000;
const PRINCIPALS = 50;
const RUN_ENTRIES = 4096;

/** Replaying a recorded log under a proposed policy, beside parsing the same bytes. */
export interface ReplayFigures {
  readonly entries: number;
  readonly parseSeconds: number;
  /** Under a policy of one key, without conditions. */
  readonly keyPolicySeconds: number;
  /** Under a policy of everybody, with conditions that have few values. */
  readonly fewValuesSeconds: number;
  /** Under one whose condition has a value of its own for nearly every request. */
  readonly manyValuesSeconds: number;
  /** The time of the second relative to parsing. */
  readonly ratio: number;
}

/** Fills a ledger with `count` events, and replays them under three policies. */
export async function measureReplay(count: number): Promise<ReplayFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'keywitness-bench-'));
  const path = join(directory, 'ledger.db');
  const store = openSqliteStore({ path });
  const reader = openSqliteReader({ path });
  try {
    fill((items) => store.commit(items), 0, count);
    const replica = sampleState();
    const run = (name: string, statements: readonly object[]): number => {
      const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
      const question = { for: name, document, from: new Date(0).toISOString() };
      const sources = {
        replica,
        reader,
        place: { account: ACCOUNT, region: 'us-east-1' },
        document: () => undefined,
        nowMs: Date.now(),
      };
      const startedAt = performance.now();
      const steps = analyse({ kind: 'replay', account: ACCOUNT, question }, sources);
      let step = steps.next();
      while (step.done !== true) step = steps.next();
      const answer = JSON.stringify(step.value);
      if (!answer.includes(`"decisions":${count},`) || !answer.includes('"notJudged":{}')) {
        throw new Error(`the replay went wrong: ${answer.slice(0, 1000)}`);
      }
      return (performance.now() - startedAt) / 1000;
    };
    const parseSeconds = parseAll(reader);
    const denyUnless = (key: string, value: string): object => ({
      Effect: 'Deny',
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { StringNotEquals: { [key]: value } },
    });
    const allow = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
    const keyPolicySeconds = run(`key:${keyId(7)}`, [{ ...allow, Principal: { AWS: userArn(1) } }]);
    const fewValuesSeconds = run('policy:arn:aws:iam::111122223333:policy/all', [
      allow,
      denyUnless('kms:EncryptionContext:purpose', 'files'),
      { ...denyUnless('aws:SourceIp', ''), Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/24' } } },
    ]);
    const manyValuesSeconds = run('policy:arn:aws:iam::111122223333:policy/all', [
      allow,
      denyUnless('kms:EncryptionContext:customer', '4711'),
    ]);
    const ratio = fewValuesSeconds / parseSeconds;
    return { entries: count, parseSeconds, keyPolicySeconds, fewValuesSeconds, manyValuesSeconds, ratio };
  } finally {
    reader.close();
    store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function parseAll(reader: ReturnType<typeof openSqliteReader>): number {
  const startedAt = performance.now();
  const size = reader.size();
  for (let first = 0; first < size; first += RUN_ENTRIES) {
    for (const entry of reader.read(first, RUN_ENTRIES).entries) {
      JSON.parse(Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('utf8'));
    }
  }
  return (performance.now() - startedAt) / 1000;
}

/** The keys and principals that the sample log names; everybody may use everything. */
function sampleState(): Replica {
  const text = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const policyArn = `arn:aws:iam::${ACCOUNT}:policy/all`;
  const changes = [
    {
      subject: `policy:${policyArn}`,
      record: {
        arn: policyArn,
        account: ACCOUNT,
        name: 'all',
        path: '/',
        versions: [
          { id: 'v1', document: text({ Effect: 'Allow', Action: '*', Resource: '*' }), createdAtMs: 0 },
        ],
        defaultVersionId: 'v1',
        tags: [],
      },
    },
    ...Array.from({ length: KEYS }, (_, index) => ({
      subject: `key:${keyId(index)}`,
      record: {
        id: keyId(index),
        arn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/${keyId(index)}`,
        account: ACCOUNT,
        spec: 'SYMMETRIC_DEFAULT',
        usage: 'ENCRYPT_DECRYPT',
        origin: 'AWS_KMS',
        enabled: true,
        policy: text({
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'kms:*',
          Resource: '*',
        }),
        tags: [],
        materials: [],
      },
    })),
    ...Array.from({ length: PRINCIPALS }, (_, index) => ({
      subject: `principal:${userArn(index)}`,
      record: {
        type: 'user',
        arn: userArn(index),
        account: ACCOUNT,
        name: `service-${index}`,
        uniqueId: `AIDA${index}`,
        createdAtMs: 0,
        disabled: false,
        policies: [],
        attached: [policyArn],
      },
    })),
  ];
  return new Replica(
    changes.map(({ record, subject }) => ({ subject, record: JSON.stringify(record), revision: 1 })),
  );
}

function keyId(index: number): string {
  return `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

function userArn(index: number): string {
  return `arn:aws:iam::${ACCOUNT}:user/service-${index}`;
}
