import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { urlSegment } from '../http/url-segment.test-fixture.ts';
import { AdminBench, type BenchAnswer, type BenchCaller } from './admin-bench.test-fixture.ts';

async function newBench(): Promise<{ readonly bench: AdminBench; readonly admin: BenchCaller }> {
  const bench = new AdminBench(openMemoryStore());
  return { bench, admin: await bench.administrator() };
}

function assertRecorded(bench: AdminBench, answer: BenchAnswer): void {
  const index = Number(answer.headers['x-keywitness-log-index']);
  assert.equal(bench.events()[index]?.id, answer.headers['x-keywitness-event-id']);
  assert.ok(answer.headers['x-keywitness-request-id'] !== undefined);
}

test('a request without a valid signature is refused and recorded', async () => {
  const { bench } = await newBench();
  const answer = await bench.call('GET', '/v1/principals');
  assert.equal(answer.status, 401);
  assert.equal(answer.code(), 'MissingAuthenticationToken');
  assertRecorded(bench, answer);
  const event = bench.lastEvent();
  assert.deepEqual([event.action, event.outcome], ['request.unauthenticated', 'denied']);
  assert.equal(event.protocol.operation, 'ListPrincipals');
});

test('unknown paths, wrong methods and malformed requests are refused and recorded as what they are', async () => {
  const { bench, admin } = await newBench();
  const cases: readonly (readonly [string, string, unknown, number, string, string])[] = [
    ['GET', '/v1', undefined, 404, 'UnknownOperation', 'request.unknown'],
    ['GET', '/v1/', undefined, 404, 'UnknownOperation', 'request.unknown'],
    ['GET', '/v1/principals/', undefined, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/locks', undefined, 404, 'UnknownOperation', 'request.unknown'],
    ['PATCH', '/v1/principals', undefined, 405, 'MethodNotAllowed', 'request.unknown'],
    ['POST', '/v1/principals', undefined, 400, 'Validation', 'request.malformed'],
    ['POST', '/v1/principals', '{', 400, 'Validation', 'request.malformed'],
    ['POST', '/v1/principals', { name: 'a b', type: 'user' }, 400, 'Validation', 'request.malformed'],
    ['POST', '/v1/principals', { name: '..', type: 'user' }, 400, 'Validation', 'request.malformed'],
    ['POST', '/v1/principals', { name: 'a', type: 'root' }, 400, 'Validation', 'request.malformed'],
    ['POST', '/v1/principals', { name: 'a', type: 'user', x: 1 }, 400, 'Validation', 'request.malformed'],
    ['POST', '/v1/principals/admin/enable', { x: 1 }, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/principals/%zz', undefined, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/principals?limit=0', undefined, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/principals?limit=1&limit=2', undefined, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/principals?cursor=x', undefined, 400, 'InvalidMarker', 'principal.list'],
    ['GET', '/v1/events?colour=red', undefined, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/events?asset=customer', undefined, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/events?from=yesterday', undefined, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/events?limit=1001', undefined, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/events?cursor=-1', undefined, 400, 'Validation', 'request.malformed'],
    ['GET', '/v1/events/1', undefined, 400, 'Validation', 'request.malformed'],
  ];
  for (const [method, target, body, status, code, action] of cases) {
    const answer = await bench.call(method, target, admin, body);
    assert.deepEqual([answer.status, answer.code()], [status, code], `${method} ${target}: ${answer.text()}`);
    assertRecorded(bench, answer);
    assert.equal(bench.lastEvent().action, action, target);
    assert.equal(bench.lastEvent().actor.arn, admin.arn);
  }
});

test('what an operation refuses is answered with its code and a fitting status', async () => {
  const { bench, admin } = await newBench();
  const ann = { name: 'ann', type: 'user' };
  await bench.call('POST', '/v1/principals', admin, ann);
  const answers = [
    await bench.call('POST', '/v1/principals', admin, ann),
    await bench.call('GET', '/v1/principals/bob', admin),
    await bench.call('POST', '/v1/principals', admin, { ...ann, name: 'bob', policy: 'x' }),
    await bench.call('POST', '/v1/principals/admin/disable', admin),
    await bench.call('GET', '/v1/principals', { ...admin, accessKeyId: 'AKIAUNKNOWNUNKNOWN22' }),
  ];
  assert.deepEqual(
    answers.map((answer) => [answer.status, answer.code()]),
    [
      [409, 'AlreadyExists'],
      [404, 'NotFound'],
      [400, 'MalformedPolicy'],
      [409, 'InvalidState'],
      [401, 'CredentialInvalid'],
    ],
  );
  for (const answer of answers) assertRecorded(bench, answer);
});

test('a page of events holds each event as it is in the log, and leads to the next page', async () => {
  const { bench, admin } = await newBench();
  for (const name of ['a', 'b', 'c']) {
    await bench.call('POST', '/v1/principals', admin, { name, type: 'user' });
  }
  const first = await bench.call('GET', '/v1/events?action=principal.create&limit=2', admin);
  const [, a = '', b = '', c = ''] = bench.entries();
  assert.equal(
    first.text(),
    `{"events":[{"index":3,"event":${c}},{"index":2,"event":${b}}],"size":5,"next":"2"}`,
  );
  const second = await bench.call('GET', '/v1/events?action=principal.create&limit=2&cursor=2', admin);
  assert.equal(second.text(), `{"events":[{"index":1,"event":${a}}],"size":6}`);
});

test('a page of large events ends early, and nothing is lost at its end', async () => {
  const { bench, admin } = await newBench();
  const long = '%01'.repeat(64);
  const wide = '%01'.repeat(1024);
  const question = `/v1/events?limit=1&source=${long}&key=${wide}&principal=${wide}&asset=a%3D${wide}`;
  for (let count = 0; count < 300; count += 1) await bench.call('GET', question, admin);
  const count = bench.entries().length;
  assert.ok(bench.entries().join('').length > 4.5 * 1024 * 1024);
  const indexes: number[] = [];
  let pages = 0;
  for (let cursor = ''; pages < 10; pages += 1) {
    const query = `action=audit.list&order=oldest&limit=1000${cursor}`;
    const text = (await bench.call('GET', `/v1/events?${query}`, admin)).text();
    assert.ok(text.length < 4.5 * 1024 * 1024);
    indexes.push(...[...text.matchAll(/\{"index":(\d+),/g)].map(([, index]) => Number(index)));
    const next = /"next":"(\d+)"\}$/.exec(text)?.[1];
    if (next === undefined) break;
    cursor = `&cursor=${next}`;
  }
  assert.equal(pages, 1);
  const last = bench.entries().length;
  assert.ok(last > count);
  assert.deepEqual(
    indexes,
    Array.from({ length: last - 1 }, (_, position) => position + 1),
  );
});

test('who asks for events is recorded before they are read, with what they asked', async () => {
  const { bench, admin } = await newBench();
  const answer = await bench.call('GET', '/v1/events?action=audit.list&asset=customer%3D47%2B11', admin);
  assert.match(answer.text(), /"size":2\}/);
  const event = bench.lastEvent();
  assert.deepEqual(
    [event.action, event.parameters],
    ['audit.list', { action: 'audit.list', asset: 'customer=47+11' }],
  );
});

test('without the permission nothing is read', async () => {
  const { bench, admin } = await newBench();
  await bench.call('POST', '/v1/principals', admin, { name: 'ann', type: 'user' });
  const created = await bench.call('POST', '/v1/principals/ann/credentials', admin);
  const accessKeyId = /"accessKeyId":"(\w+)"/.exec(created.text())?.[1] ?? '';
  const ann = { arn: admin.arn.replace('admin', 'ann'), accessKeyId };
  const id = bench.lastEvent().id;
  bench.log.files.set('checkpoint', Buffer.from('c'));
  for (const target of ['events', `events/${id}`, `events/${id}/proof`, 'events/tail']) {
    const answer = await bench.call('GET', `/v1/${target}`, ann);
    assert.deepEqual([answer.status, answer.code()], [403, 'AccessDenied'], target);
    assertRecorded(bench, answer);
  }
  const answer = await bench.call('GET', '/log/checkpoint', ann);
  assert.equal(answer.code(), 'AccessDenied');
  assert.deepEqual(bench.log.reads, []);
});

test('an event is answered with its leaf, and an unknown one is not found', async () => {
  const { bench, admin } = await newBench();
  const id = bench.lastEvent().id;
  const answer = await bench.call('GET', `/v1/events/${id}`, admin);
  const [entry = ''] = bench.entries();
  const leaf = Buffer.from(entry).toString('base64');
  assert.equal(answer.text(), `{"index":0,"event":${entry},"leaf":"${leaf}"}`);
  assert.equal(bench.lastEvent().parameters?.['eventId'], id);
  const unknown = '01900000-0000-7000-8000-000000000000';
  for (const suffix of ['', '/proof']) {
    const missing = await bench.call('GET', `/v1/events/${unknown}${suffix}`, admin);
    assert.deepEqual([missing.status, missing.code()], [404, 'NotFound']);
    assertRecorded(bench, missing);
  }
});

test('a proof is answered as soon as the event is published', async () => {
  const { bench, admin } = await newBench();
  const published = Promise.withResolvers<undefined>();
  bench.log.published = published.promise;
  const answering = bench.call('GET', `/v1/events/${bench.lastEvent().id}/proof`, admin);
  assert.equal(await Promise.race([answering, new Promise((resolve) => setImmediate(resolve))]), undefined);
  published.resolve(undefined);
  const answer = await answering;
  assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(answer.text(), 'c2sp.org/tlog-proof@v1\nindex 0\n');
});

test('what cannot be recorded is refused, and nothing is released', async () => {
  const { bench, admin } = await newBench();
  for (const [fault, status, code] of [
    ['Busy', 429, 'Throttled'],
    ['Unavailable', 503, 'Unavailable'],
  ] as const) {
    bench.fault = fault;
    for (const caller of [admin, undefined]) {
      const answer = await bench.call('GET', '/v1/events', caller);
      assert.deepEqual([answer.status, answer.code()], [status, code]);
      assert.equal(answer.headers['x-keywitness-event-id'], undefined);
    }
  }
  assert.equal(bench.events().length, 1);
  // The service goes on trying to record how many attempts went unrecorded.
  bench.fault = undefined;
});

test('the secret of a new credential is in its answer and in no entry', async () => {
  const { bench, admin } = await newBench();
  const answer = await bench.call('POST', '/v1/principals/admin/credentials', admin);
  const secret = /"secretAccessKey":"([\w+/]{40})"/.exec(answer.text())?.[1];
  assert.ok(secret !== undefined);
  const others = [
    await bench.call('GET', '/v1/credentials', admin),
    await bench.call('GET', '/v1/events', admin),
  ];
  for (const text of [...bench.entries(), ...others.map((other) => other.text())]) {
    assert.ok(!text.includes(secret) && !text.includes('ecretAccessKey') && !text.includes('sealed'));
  }
});

test('a malformed body does not come to the record', async () => {
  const { bench, admin } = await newBench();
  const canary = 'wJalrXUtnFEMIcanary';
  const bodies = [
    canary,
    { name: canary },
    { name: 'a', type: canary },
    { name: 1, type: { a: canary } },
    [canary],
  ];
  for (const body of bodies) await bench.call('POST', '/v1/principals', admin, body);
  assert.equal(bench.events().length, 1 + bodies.length);
  for (const entry of bench.entries()) assert.ok(!entry.includes(canary));
});

test('every request is answered, and the record holds as many attempts as were answered', async () => {
  const { bench, admin } = await newBench();
  const word = fc.oneof(
    fc.constantFrom(
      'principals',
      'credentials',
      'events',
      'tail',
      'proof',
      'admin',
      'disable',
      'policies',
      '',
    ),
    fc.string({ unit: anyCharacter, maxLength: 8 }),
    urlSegment,
  );
  const path = fc.array(word, { maxLength: 5 }).map((words) => words.join('/'));
  const query = fc.oneof(
    fc.constant(''),
    fc.webQueryParameters().map((text) => `?${text}`),
    fc.constant('?limit=3'),
  );
  const body = fc.oneof(fc.constant(undefined), fc.string(), fc.jsonValue());
  let answered = 1;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'BREW'),
      fc.constantFrom('/v1/', '/log/', '/log/tile/0/'),
      path,
      query,
      body,
      fc.boolean(),
      async (method, prefix, rest, search, content, signed) => {
        const answer = await bench.call(
          method,
          `${prefix}${rest}${search}`,
          signed ? admin : undefined,
          content,
        );
        answered += 1;
        assert.ok(answer.status >= 200 && answer.status < 500);
        assert.ok(answer.headers['x-keywitness-event-id'] !== undefined);
        assert.equal(bench.attempts(), answered);
      },
    ),
    { numRuns: 250 },
  );
});
