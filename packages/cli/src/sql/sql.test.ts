import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '../failure.ts';
import { testEvent, TestLog } from '../testing/log-folder.test-kit.ts';
import { type Run, runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService } from '../testing/stub-service.test-kit.ts';
import { askCopy } from './ask-copy.ts';
import { EventCopy } from './event-copy.ts';

const hostile = '\u001b]0;owned\u0007';
const events: readonly object[] = [
  {
    action: 'key.decrypt',
    actor: {
      account: '111122223333',
      arn: 'arn:aws:sts::111122223333:assumed-role/Auditor/ann',
      name: 'Auditor',
      session: { issuer: 'https://login.example', name: 'ann', subject: 'u-1' },
      type: 'role',
    },
    client: { address: '192.0.2.7', userAgent: 'aws-cli/2' },
    context: { customer: '4711', stage: 'test' },
    durationUs: 12,
    error: { code: 'AccessDeniedException', message: 'no' },
    id: '01980000-0000-7000-8000-000000000001',
    key: { arn: 'arn:aws:kms:us-east-1:111122223333:key/k-1', id: 'k-1' },
    outcome: 'denied',
    protocol: { front: 'aws', operation: 'Decrypt', service: 'kms' },
    schema: 'keywitness.event/1',
    sourceContext: { customer: '4711', old: '=1+1' },
    time: '2026-07-01T12:00:00.000Z',
  },
  testEvent(2),
  { ...testEvent(3), actor: { name: hostile, type: 'user' }, count: 7 },
];

/** Asks over a log with {@link events}; temporary files go into the folder `temporary`. */
async function ask(
  sql: string,
  ...options: readonly string[]
): Promise<Run & { readonly left: readonly string[] }> {
  using folder = temporaryFolder();
  using temporary = temporaryFolder();
  const log = new TestLog();
  for (const event of events) log.append(event);
  log.append('no JSON');
  log.writeTo(folder.path);
  const source = ['--log', folder.file('log'), '--log-key', folder.file('log.vkey')];
  const env = { TMPDIR: temporary.path };
  const run = await runKeywitness(['audit', 'sql', sql, ...source, ...options], { env });
  return { ...run, left: readdirSync(temporary.path) };
}

/** An event as the API promises it. */
function servedEvent(index: number): object {
  const protocol = { front: 'aws', operation: 'Decrypt', service: 'kms' };
  return { ...testEvent(index), protocol, requestId: 'r', revision: 0 };
}

function rowsOf({ code, stdout, stderr }: Run): readonly unknown[] {
  assert.equal(code, 0, stderr);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line): unknown => JSON.parse(line));
}

test('every column has what the event has, and `event` is the canonical event', async () => {
  const [row] = rowsOf(await ask('SELECT * FROM events WHERE log_index = 0', '--json'));
  assert.deepEqual(row, {
    log_index: 0,
    time: '2026-07-01T12:00:00.000Z',
    event_id: '01980000-0000-7000-8000-000000000001',
    action: 'key.decrypt',
    outcome: 'denied',
    error_code: 'AccessDeniedException',
    error_message: 'no',
    actor_type: 'role',
    actor_arn: 'arn:aws:sts::111122223333:assumed-role/Auditor/ann',
    actor_name: 'Auditor',
    account: '111122223333',
    credential_id: null,
    session_name: 'ann',
    source_identity: null,
    issuer: 'https://login.example',
    subject: 'u-1',
    key_id: 'k-1',
    key_arn: 'arn:aws:kms:us-east-1:111122223333:key/k-1',
    key_requested: null,
    source_key_id: null,
    source_key_arn: null,
    source: '192.0.2.7',
    user_agent: 'aws-cli/2',
    front: 'aws',
    service: 'kms',
    operation: 'Decrypt',
    request_id: null,
    justification: null,
    duration_us: 12,
    count: 1,
    context: '{"customer":"4711","stage":"test"}',
    source_context: '{"customer":"4711","old":"=1+1"}',
    event: JSON.stringify(events[0]),
  });
});

test('questions may group, join, recur and look into JSON', async () => {
  const grouped = 'SELECT outcome, sum(count) AS attempts FROM events GROUP BY 1 ORDER BY 1';
  assert.deepEqual(rowsOf(await ask(grouped, '--json')), [
    { outcome: null, attempts: 1 },
    { outcome: 'denied', attempts: 1 },
    { outcome: 'success', attempts: 8 },
  ]);
  const joined = 'SELECT actor_name, name, value FROM assets JOIN events USING (log_index) ORDER BY name';
  assert.deepEqual(rowsOf(await ask(joined, '--json')), [
    { actor_name: 'Auditor', name: 'customer', value: '4711' },
    { actor_name: 'Auditor', name: 'old', value: '=1+1' },
    { actor_name: 'Auditor', name: 'stage', value: 'test' },
  ]);
  const recursive =
    'WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2) ' +
    "SELECT i, event ->> '$.schema' AS schema, 9007199254740993 AS large, x'00ff' AS bytes FROM n JOIN events ON log_index = i";
  const schema = 'keywitness.event/1';
  assert.deepEqual(
    rowsOf(await ask(recursive, '--json')),
    [0, 1, 2].map((i) => ({ i, schema, large: '9007199254740993', bytes: '00ff' })),
  );
});

test('a table and CSV have titles, and nothing in them is a command or a formula', async () => {
  const table = await ask('SELECT log_index, actor_name FROM events WHERE log_index = 2');
  assert.equal(table.stdout, 'log_index  actor_name\n2          \\u{1b}]0;owned\\u{7}\n');
  const csv = await ask(
    "SELECT value, 'a \"b\", c' AS text, NULL AS missing FROM assets WHERE name = 'old'",
    '--csv',
  );
  assert.equal(csv.stderr, '');
  assert.equal(csv.stdout, 'value,text,missing\n\'=1+1,"a ""b"", c",\n');
});

test('rows are counted, and nothing is left of the copy', async () => {
  const run = await ask('SELECT log_index FROM events ORDER BY 1', '--json', '--limit', '2');
  assert.deepEqual(rowsOf(run), [{ log_index: 0 }, { log_index: 1 }]);
  assert.match(run.stderr, /more than these 2 rows/);
  const exact = await ask('SELECT log_index FROM events', '--json', '--limit', '4');
  assert.equal(exact.stderr, '');
  assert.deepEqual([run.left, exact.left], [[], []]);
});

test('a question that takes too long is ended', async () => {
  const endless = 'WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n';
  const run = await ask(endless, '--timeout', '1');
  assert.equal(run.code, 2);
  assert.match(run.stderr, /took more than 1 seconds/);
  assert.deepEqual(run.left, []);
});

test('a question cannot write, nor reach anything but the copy', async () => {
  using folder = temporaryFolder();
  const secret = folder.file('secret.db');
  const database = new DatabaseSync(secret);
  database.exec("CREATE TABLE secret (word TEXT); INSERT INTO secret VALUES ('canary')");
  database.close();
  const before = readFileSync(secret);
  const attempts = [
    `ATTACH '${secret}' AS other`,
    `ATTACH 'file:${secret}?mode=rwc' AS other`,
    `SELECT * FROM other.secret`,
    `VACUUM INTO '${folder.file('stolen.db')}'`,
    `VACUUM`,
    "INSERT INTO events (log_index, event) VALUES (99, '')",
    "WITH x AS (SELECT 1) UPDATE events SET action = ''",
    'DELETE FROM events RETURNING *',
    'DROP TABLE events',
    'CREATE TABLE t (x)',
    'CREATE TEMP TABLE t (x)',
    'CREATE TEMP TRIGGER t AFTER INSERT ON events BEGIN SELECT 1; END',
    `CREATE VIRTUAL TABLE t USING csv(filename='/etc/passwd')`,
    'BEGIN EXCLUSIVE',
    'PRAGMA query_only = OFF',
    `PRAGMA temp_store_directory = '${folder.path}'`,
    'SELECT * FROM pragma_database_list',
    "SELECT load_extension('x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('x', 'y')",
    "SELECT fts3_tokenizer('simple')",
    'SELECT * FROM sqlite_dbpage',
    'SELECT * FROM dbstat',
    'ANALYZE',
    "SELECT printf('%.*c', 20000000, 'x')",
    'REINDEX',
    `SELECT 1; ATTACH '${secret}' AS other`,
    '',
    'SELECT',
  ];
  // Each is answered in a process of its own; the command line around it is tried with one of them.
  using copy = new EventCopy();
  for (const [index, event] of events.entries()) copy.add(index, event);
  copy.finish();
  const copied = readFileSync(copy.file);
  for (const sql of attempts) {
    const told: unknown[] = [];
    const tell = async (values: unknown): Promise<void> => {
      told.push(values);
    };
    const asked = askCopy(copy, { sql, rowsMax: 10, secondsMax: 60 }, { columns: tell, row: tell });
    const [outcome] = await Promise.allSettled([asked]);
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof Failure, sql);
    assert.equal(outcome.reason.code, 'usage', sql);
    assert.match(outcome.reason.message, /the question is not answered/, sql);
    assert.doesNotMatch(JSON.stringify(told) + outcome.reason.message, /canary|root:/);
  }
  assert.deepEqual(readFileSync(copy.file), copied);
  assert.deepEqual(readdirSync(copy.folder), ['events.db']);
  const run = await ask(attempts[0] ?? '', '--json');
  assert.equal(run.code, 64, run.stdout + run.stderr);
  assert.match(run.stderr, /the question is not answered/);
  assert.deepEqual(run.left, []);
  assert.deepEqual(readFileSync(secret), before);
  assert.deepEqual(readdirSync(folder.path), ['secret.db']);
});

test('a log whose entries its checkpoint does not sign is not asked', async () => {
  using folder = temporaryFolder();
  new TestLog().append(testEvent(0)).append(testEvent(1)).writeTo(folder.path);
  const bundle = folder.file('log/tile/entries/000.p/2');
  writeFileSync(bundle, readFileSync(bundle, 'latin1').replace('user-1', 'user-2'), 'latin1');
  const source = ['--log', folder.file('log'), '--log-key', folder.file('log.vkey')];
  const run = await runKeywitness(['audit', 'sql', 'SELECT 1', ...source]);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /not those that the checkpoint signs/);
});

test('the service is asked for what the filters choose, up to the record as it was at first', async () => {
  let size = 1500;
  await using stub = await startStubService(({ query }) => {
    const first = query.has('cursor') ? Number(query.get('cursor')) + 1 : 0;
    const count = Math.min(Number(query.get('limit')), size - first);
    const page = Array.from({ length: count }, (_, at) => ({
      index: first + at,
      event: servedEvent(first + at),
    }));
    const last = first + count - 1;
    // Every page that is asked for is an event as well.
    const answer = { events: page, size, ...(last + 1 < size ? { next: String(last) } : {}) };
    size += 1;
    return { body: answer };
  });
  const sql = 'SELECT count(*) AS n, max(log_index) AS last FROM events';
  const filters = ['--outcome', 'success', '--since', '2026-07-01', '--utc', '--text', 'user'];
  const run = await runKeywitness(['audit', 'sql', sql, '--json', ...filters], { env: stub.env });
  assert.deepEqual(rowsOf(run), [{ n: 1500, last: 1499 }]);
  assert.equal(stub.requests.length, 2);
  assert.deepEqual(Object.fromEntries(stub.requests[0]?.query ?? []), {
    outcome: 'success',
    text: 'user',
    from: '2026-07-01T00:00:00.000Z',
    order: 'oldest',
    limit: '1000',
  });
});

test('what the service refuses is refused, and what goes not together is said', async () => {
  await using stub = await startStubService(() => ({
    status: 403,
    body: { error: { code: 'AccessDenied', message: 'no', requestId: 'r' } },
  }));
  const refused = await runKeywitness(['audit', 'sql', 'SELECT 1'], { env: stub.env });
  assert.equal(refused.code, 3, refused.stderr);
  for (const options of [
    ['--log', 'x'],
    ['--log', 'x', '--log-key', 'y', '--outcome', 'denied'],
    ['--csv', '--json'],
  ]) {
    const run = await runKeywitness(['audit', 'sql', 'SELECT 1', ...options]);
    assert.equal(run.code, 64, run.stderr);
  }
  const twice = await ask('SELECT 1 AS a, 2 AS a', '--json');
  assert.equal(twice.code, 64);
  assert.match(twice.stderr, /name them with AS/);
});
