import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench, BenchAnswer, type BenchCaller } from './admin-bench.test-fixture.ts';

const MINUTE_MS = 60_000;

async function newBench(): Promise<{ readonly bench: AdminBench; readonly admin: BenchCaller }> {
  const bench = new AdminBench(openMemoryStore());
  return { bench, admin: await bench.administrator() };
}

async function tail(
  bench: AdminBench,
  caller: BenchCaller,
  query = '',
): Promise<AsyncIterator<Uint8Array | string>> {
  const answer = await bench.call('GET', `/v1/events/tail${query}`, caller);
  assert.equal(answer.headers['content-type'], 'application/x-ndjson');
  const stream = answer.stream();
  assert.deepEqual(await stream.next(), { done: false, value: '\n' });
  return stream;
}

/** The next line that is not blank. */
async function nextLine(stream: AsyncIterator<Uint8Array | string>): Promise<string> {
  for (;;) {
    const line: IteratorResult<Uint8Array | string> = await stream.next();
    if (line.done === true) throw new TypeError('the stream has ended');
    if (line.value !== '\n') return String(line.value);
  }
}

test('a stream begins with what comes after it, and shows every matching event as it is', async () => {
  const { bench, admin } = await newBench();
  const stream = await tail(bench, admin, '?action=principal.create');
  for (const name of ['ann', 'bob']) {
    const next = stream.next();
    await bench.call('POST', '/v1/principals', admin, { name, type: 'user' });
    const line = `{"index":${bench.events().length - 1},"event":${bench.entries().at(-1) ?? ''}}\n`;
    assert.deepEqual(await next, { done: false, value: line });
  }
  await stream.return?.();
});

test('a stream may begin in the past', async () => {
  const { bench, admin } = await newBench();
  await bench.call('POST', '/v1/principals', admin, { name: 'ann', type: 'user' });
  const stream = await tail(bench, admin, '?after=0');
  const indexes = [await stream.next(), await stream.next()].map(
    ({ value }) => /^\{"index":(\d+)/.exec(String(value))?.[1],
  );
  assert.deepEqual(indexes, ['1', '2']);
  await stream.return?.();
});

test('a silent stream says every 15 seconds that it is there', async () => {
  const { bench, admin } = await newBench();
  const stream = await tail(bench, admin, '?action=none');
  const next = stream.next();
  bench.monotonicMs += 15_000;
  assert.deepEqual(await next, { done: false, value: '\n' });
  await stream.return?.();
});

test('the permission is asked for again every minute, on the record, and the stream ends when it is gone', async () => {
  const { bench, admin } = await newBench();
  await bench.call('POST', '/v1/principals', admin, {
    name: 'ann',
    type: 'user',
    policy:
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"keywitness:*","Resource":"*"}]}',
  });
  const created = await bench.call('POST', '/v1/principals/ann/credentials', admin);
  const accessKeyId = /"accessKeyId":"(\w+)"/.exec(created.text())?.[1] ?? '';
  const ann = { arn: admin.arn.replace('admin', 'ann'), accessKeyId };
  const stream = await tail(bench, ann, '?action=audit.tail&outcome=success');
  bench.monotonicMs += MINUTE_MS;
  assert.match(await nextLine(stream), /"action":"audit\.tail"/);
  assert.equal(bench.events().filter(({ action }) => action === 'audit.tail').length, 2);
  await bench.call('POST', `/v1/credentials/${accessKeyId}/disable`, admin);
  bench.monotonicMs += MINUTE_MS;
  assert.match(await nextLine(stream), /^\{"error":\{"code":"CredentialInvalid",.*\}\n$/);
  assert.deepEqual([bench.lastEvent().action, bench.lastEvent().outcome], ['audit.tail', 'denied']);
  assert.equal((await stream.next()).done, true);
});

test('a stream shows nothing that came after its caller was disabled, and ends at once (G5)', async () => {
  for (const what of ['credential', 'principal', 'policy']) {
    const { bench, admin } = await newBench();
    const policy =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"keywitness:*","Resource":"*"}]}';
    await bench.call('POST', '/v1/principals', admin, { name: 'ann', type: 'user', policy });
    const created = await bench.call('POST', '/v1/principals/ann/credentials', admin);
    const accessKeyId = /"accessKeyId":"(\w+)"/.exec(created.text())?.[1] ?? '';
    const stream = await tail(bench, { arn: admin.arn.replace('admin', 'ann'), accessKeyId });
    const revocations: Readonly<Record<string, readonly [string, string]>> = {
      credential: ['POST', `/v1/credentials/${accessKeyId}/disable`],
      principal: ['POST', '/v1/principals/ann/disable'],
      policy: ['DELETE', '/v1/principals/ann/policies/default'],
    };
    const [method, path] = revocations[what] ?? ['', ''];
    const revoked = await bench.call(method, path, admin);
    assert.equal(revoked.status, 200);
    const code = what === 'policy' ? 'AccessDenied' : 'CredentialInvalid';
    assert.match(await nextLine(stream), new RegExp(`"code":"${code}"`));
    assert.equal((await stream.next()).done, true);
  }
});

test('a stream ends with the certificate or session that its caller proved itself with', async () => {
  const { bench, admin } = await newBench();
  const policy =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"keywitness:*","Resource":"*"}]}';
  await bench.call('POST', '/v1/principals', admin, { name: 'machine', type: 'service', policy });
  const sha256 = 'ab'.repeat(32);
  const registered = await bench.call('POST', '/v1/certificates', admin, {
    principalName: 'machine',
    sha256,
  });
  assert.equal(registered.status, 200);
  const notAfter = new Date(Date.now() + 10 * MINUTE_MS).toISOString();
  const certificate = { issuer: 'CN=ca', notAfter, serial: '01', sha256, subject: 'CN=machine' };
  const { attempt, ...request } = bench.request('GET', '/v1/events/tail?action=none');
  const client = { ...attempt.client, certificate };
  const answer = new BenchAnswer(await bench.handle({ ...request, attempt: { ...attempt, client } }));
  const stream = answer.stream();
  assert.deepEqual(await stream.next(), { done: false, value: '\n' });
  bench.aheadMs = 11 * MINUTE_MS;
  assert.match(await nextLine(stream), /"code":"CredentialInvalid"/);
  assert.equal((await stream.next()).done, true);
  assert.deepEqual([bench.lastEvent().action, bench.lastEvent().outcome], ['audit.tail', 'denied']);
});

test('a stream ends when asking again cannot be recorded', async () => {
  const { bench, admin } = await newBench();
  const stream = await tail(bench, admin, '?action=none');
  bench.fault = 'Unavailable';
  bench.monotonicMs += MINUTE_MS;
  assert.match(await nextLine(stream), /"code":"Unavailable"/);
  assert.equal((await stream.next()).done, true);
  // The service goes on trying to record how many attempts went unrecorded.
  bench.fault = undefined;
});

test('there is a limit to the streams that are open, and a place is free again when one is left', async () => {
  const { bench, admin } = await newBench();
  const streams = [];
  for (let count = 0; count < 64; count += 1) streams.push(await tail(bench, admin));
  const refused = await bench.call('GET', '/v1/events/tail', admin);
  assert.deepEqual([refused.status, refused.code()], [429, 'Throttled']);
  assert.equal(bench.lastEvent().outcome, 'throttled');
  assert.equal(refused.headers['x-keywitness-event-id'], bench.lastEvent().id);
  await streams.pop()?.return?.();
  streams.push(await tail(bench, admin));
  for (const stream of streams) await stream.return?.();
});

const eventStream = ['Accept', 'text/event-stream;q=0.9, */*'] as const;

test('a browser is sent server-sent events, and comes back with the id of the last one', async () => {
  const { bench, admin } = await newBench();
  const target = '/v1/events/tail?action=principal.create';
  const answer = await bench.call('GET', target, admin, undefined, eventStream);
  assert.equal(answer.headers['content-type'], 'text/event-stream');
  const stream = answer.stream();
  assert.deepEqual(await stream.next(), { done: false, value: ':\n\n' });
  const sent: string[] = [];
  for (const name of ['ann', 'bob']) {
    const next = stream.next();
    await bench.call('POST', '/v1/principals', admin, { name, type: 'user' });
    const index = bench.events().length - 1;
    sent.push(`id: ${index}\ndata: {"index":${index},"event":${bench.entries().at(-1) ?? ''}}\n\n`);
    assert.deepEqual(await next, { done: false, value: sent.at(-1) });
  }
  await stream.return?.();
  // What happens while nobody listens is there when somebody comes back, and nothing is there twice.
  await bench.call('POST', '/v1/principals', admin, { name: 'cyd', type: 'user' });
  const last = /^id: (\d+)/.exec(sent[0] ?? '')?.[1] ?? '';
  const again = await bench.call('GET', `${target}&after=0`, admin, undefined, [
    ...eventStream,
    'Last-Event-ID',
    last,
  ]);
  assert.equal(bench.lastEvent().parameters?.['after'], Number(last));
  const continued = again.stream();
  await continued.next();
  assert.deepEqual(await continued.next(), { done: false, value: sent[1] });
  assert.match(String((await continued.next()).value), /"name":"cyd"|\/cyd"/);
  await continued.return?.();
});

test('a stream of server-sent events says why it ends, and lives in comments', async () => {
  const { bench, admin } = await newBench();
  const answer = await bench.call('GET', '/v1/events/tail?action=none', admin, undefined, eventStream);
  const stream = answer.stream();
  await stream.next();
  const next = stream.next();
  bench.monotonicMs += 15_000;
  assert.deepEqual(await next, { done: false, value: ':\n\n' });
  bench.fault = 'Unavailable';
  bench.monotonicMs += MINUTE_MS;
  const end = String((await stream.next()).value);
  assert.match(end, /^event: refusal\ndata: \{"error":\{"code":"Unavailable".*\}\n\n$/);
  assert.equal((await stream.next()).done, true);
  bench.fault = undefined;
});

test('an id that was not given out is refused, on the record', async () => {
  const { bench, admin } = await newBench();
  const refused = await bench.call('GET', '/v1/events/tail', admin, undefined, ['last-event-id', 'x']);
  assert.deepEqual([refused.status, refused.code()], [400, 'Validation']);
  assert.equal(bench.lastEvent().action, 'request.malformed');
});
