import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HttpRequest } from './exchange.ts';
import { plainRoutes } from './index.ts';
import { closed, DEADLINE_MS, exchange, listening, routeAt } from './listening.test-fixture.ts';

/** Rejects when a wait has no end. */
function late(what: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(what)), DEADLINE_MS).unref();
  });
}

/** Waits until something is true; looks again whenever the loop has turned. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(performance.now() < deadline, 'nothing happened');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function statusOf(answer: string): number {
  return Number(answer.slice(9, 12));
}

test('a route is handed the raw headers, the whole body and the client', async () => {
  const seen: HttpRequest[] = [];
  const route = routeAt('/seen', async (request) => {
    seen.push(request);
    return { status: 200, headers: {}, body: 'ok' };
  });
  await using server = await listening({ routes: [route] });
  const request =
    'POST /seen?a=%20 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nUser-Agent: u\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc';
  const answer = await exchange(server.port, request);
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.match(answer, /^Content-Length: 2\r$/m);
  const [found] = seen;
  assert.equal(found?.target, '/seen?a=%20');
  assert.deepEqual(found?.rawHeaders.slice(0, 6), ['Host', 'h', 'X-A', '1', 'x-a', '2']);
  assert.equal(Buffer.from(found?.body ?? []).toString(), 'abc');
  assert.equal(found?.attempt.client.address, '127.0.0.1');
  assert.equal(found?.attempt.client.userAgent, 'u');
  assert.match(found?.attempt.requestId ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(server.recorded.length, 0);
});

const malformed: readonly (readonly [name: string, bytes: string, status: number, action: string])[] = [
  ['bytes that are not HTTP', '\x16\x03\x01\x02\x00\r\n\r\n', 400, 'request.malformed'],
  ['a request without a host', 'GET / HTTP/1.1\r\n\r\n', 400, 'request.malformed'],
  [
    'a head that is too large',
    `GET / HTTP/1.1\r\nHost: h\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
    431,
    'request.oversize',
  ],
  ['too many headers', `GET / HTTP/1.1\r\nHost: h\r\n${'X: 1\r\n'.repeat(150)}\r\n`, 431, 'request.oversize'],
  [
    'two contradicting lengths',
    'POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
    'request.malformed',
  ],
  [
    'an announced body that is too large',
    'POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n',
    413,
    'request.oversize',
  ],
  [
    'a chunked body that is too large',
    `POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n${'a'.repeat(2048)}\r\n`,
    413,
    'request.oversize',
  ],
  [
    'an address that nothing is at',
    'GET /nowhere?x=secret HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
    404,
    'request.unknown',
  ],
  ['an expectation', 'GET /echo HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n', 417, 'request.malformed'],
  ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n', 405, 'request.unknown'],
];

for (const [name, bytes, status, action] of malformed) {
  test(`${name} is answered with ${status}, and recorded first`, async () => {
    await using server = await listening();
    const answer = await exchange(server.port, bytes, false);
    assert.equal(statusOf(answer), status, answer);
    assert.deepEqual(
      server.recorded.map((refusal) => refusal.action),
      [action],
    );
    assert.match(answer, /x-keywitness-event-id: event-1\r\n/i);
    assert.ok(!JSON.stringify(server.recorded).includes('secret'));
  });
}

test('a request that does not arrive in time is refused, and recorded', async () => {
  await using server = await listening({ limits: { headTimeoutMs: 100, requestTimeoutMs: 200 } });
  const answer = await exchange(
    server.port,
    'POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab',
    false,
  );
  assert.equal(statusOf(answer), 408);
  assert.deepEqual(
    server.recorded.map((refusal) => refusal.action),
    ['request.timeout'],
  );
});

test('a request that was refused for its slowness is recorded once, also when the client then closes', async () => {
  await using server = await listening({ limits: { headTimeoutMs: 100, requestTimeoutMs: 200 } });
  // The client's own end of the connection, in the middle of a head, follows the answer.
  const answer = await exchange(server.port, 'GET /echo HTTP/1.1\r\nHost: h\r\n', false);
  assert.equal(statusOf(answer), 408);
  await exchange(server.port, 'GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n');
  assert.deepEqual(
    server.recorded.map(({ action }) => action),
    ['request.timeout', 'request.unknown'],
  );
});

test('connections beyond the limit are dropped, and recorded', async () => {
  await using server = await listening({ limits: { connectionsMax: 1 } });
  const first = connect({ port: server.port, host: '127.0.0.1' });
  await once(first, 'connect');
  const second = connect({ port: server.port, host: '127.0.0.1' });
  second.on('error', () => undefined);
  await closed(second);
  first.destroy();
  assert.deepEqual(
    server.recorded.map((refusal) => refusal.action),
    ['request.dropped'],
  );
});

test('what a route throws is answered as an internal error in the form of its protocol, and recorded', async () => {
  const route = routeAt('/broken', async () => {
    throw new TypeError('a broken invariant about hunter2');
  });
  await using server = await listening({ routes: [route] });
  const answer = await exchange(server.port, 'GET /broken HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  assert.equal(statusOf(answer), 500);
  assert.match(answer, /x-form: own/);
  assert.ok(!answer.includes('hunter2'));
  assert.equal(server.faults.length, 1);
  assert.deepEqual(
    server.recorded.map((refusal) => refusal.action),
    ['request.failed'],
  );
});

test('a stream ends its source when the client goes away', async () => {
  const ended = Promise.withResolvers<string>();
  async function* pieces(): AsyncGenerator<string> {
    try {
      for (;;) {
        yield 'piece\n';
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      ended.resolve('ended');
    }
  }
  const route = routeAt('/stream', async () => ({ status: 200, headers: {}, body: pieces() }));
  await using server = await listening({ routes: [route] });
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  socket.write('GET /stream HTTP/1.1\r\nHost: h\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  assert.equal(await ended.promise, 'ended');
});

test('a stop lets answers that are under way out, and takes no more', async () => {
  const gate = Promise.withResolvers<undefined>();
  const entered = Promise.withResolvers<undefined>();
  const route = routeAt('/slow', async () => {
    entered.resolve(undefined);
    await gate.promise;
    return { status: 200, headers: {}, body: 'done' };
  });
  const server = await listening({ routes: [route] });
  const answer = exchange(server.port, 'GET /slow HTTP/1.1\r\nHost: h\r\n\r\n', false);
  await entered.promise;
  const stopped = server.listener.stop();
  gate.resolve(undefined);
  assert.match(await answer, /done$/);
  await stopped;
  await assert.rejects(once(connect({ port: server.port, host: '127.0.0.1' }), 'connect'));
});

test('what comes broken behind a whole request is answered after it, never in its place', async () => {
  const gate = Promise.withResolvers<undefined>();
  const route = routeAt('/slow', async () => {
    await gate.promise;
    return { status: 200, headers: {}, body: 'done' };
  });
  await using server = await listening({ routes: [route] });
  const get = 'GET /slow HTTP/1.1\r\nHost: h\r\n\r\n';
  const answer = exchange(server.port, `${get}${get}\u0001 broken\r\n\r\n`, false);
  await until(() => server.recorded.length === 1);
  gate.resolve(undefined);
  assert.deepEqual((await answer).match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
  assert.equal(server.recorded[0]?.action, 'request.malformed');
});

/** Asks for a tunnel, and gives the connection once it has been refused. */
async function askForTunnel(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.write('CONNECT example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n');
  const answer: unknown = await Promise.race([once(socket, 'data'), late('there is no answer')]);
  assert.match(String(answer), /^HTTP\/1\.1 405 /);
  return socket;
}

test('whoever asks for a tunnel and breaks off harms nobody', async () => {
  await using server = await listening();
  const socket = await askForTunnel(server.port);
  socket.resetAndDestroy();
  await closed(socket);
  const answer = await exchange(
    server.port,
    'POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
    false,
  );
  assert.equal(statusOf(answer), 200);
  await Promise.race([server.listener.stop(), late('the connection is still open')]);
  assert.deepEqual(server.faults, []);
});

test('what comes behind a tunnel that was refused holds up no stop', async () => {
  const { listener, port } = await listening();
  const socket = await askForTunnel(port);
  socket.end('more than nobody asked for');
  await closed(socket);
  await Promise.race([listener.stop(), late('the connection is still open')]);
});

test('whoever asks for a tunnel and stays is sent away after a while', async () => {
  await using server = await listening({ limits: { drainTimeoutMs: 50 } });
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.resume();
  socket.write('CONNECT example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n');
  await once(socket, 'end');
  await Promise.race([server.listener.stop(), late('the connection is still open')]);
  socket.destroy();
});

test('a stream that begins during a stop ends with it', async () => {
  const gate = Promise.withResolvers<undefined>();
  const entered = Promise.withResolvers<undefined>();
  async function* pieces(): AsyncGenerator<string> {
    yield 'piece';
    await new Promise(() => undefined);
  }
  const route = routeAt('/stream', async () => {
    entered.resolve(undefined);
    await gate.promise;
    return { status: 200, headers: {}, body: pieces() };
  });
  const server = await listening({ routes: [route], limits: { drainTimeoutMs: 10 * DEADLINE_MS } });
  const answer = exchange(server.port, 'GET /stream HTTP/1.1\r\nHost: h\r\n\r\n', false);
  await entered.promise;
  const stopped = server.listener.stop();
  gate.resolve(undefined);
  await Promise.race([stopped, late('the stream outlived the stop')]);
  await answer;
});

test('a client that takes nothing of its answer for too long loses its connection', async () => {
  const ended = Promise.withResolvers<string>();
  async function* pieces(): AsyncGenerator<string> {
    try {
      for (;;) yield 'x'.repeat(65_536);
    } finally {
      ended.resolve('ended');
    }
  }
  const route = routeAt('/stream', async () => ({ status: 200, headers: {}, body: pieces() }));
  await using server = await listening({ routes: [route], limits: { stalledTimeoutMs: 300 } });
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.pause();
  socket.write('GET /stream HTTP/1.1\r\nHost: h\r\n\r\n');
  assert.equal(await Promise.race([ended.promise, late('the stream went on')]), 'ended');
  socket.destroy();
});

test('credentials in an address are not recorded (G8)', async () => {
  await using server = await listening();
  await exchange(server.port, 'GET http://ann:secret@h/v1/x?y=z HTTP/1.1\r\nHost: h\r\n\r\n');
  assert.equal(server.recorded[0]?.attempt.protocol.operation, 'GET http://h/v1/x');
});

test('health routes answer what they are told to and are no attempts', async () => {
  let status = 200;
  const routes = plainRoutes([
    { path: '/ready', type: 'application/json', read: () => ({ status, body: '{}' }) },
  ]);
  await using server = await listening({ routes });
  const request = 'GET /ready HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
  assert.equal(statusOf(await exchange(server.port, request)), 200);
  status = 503;
  assert.equal(statusOf(await exchange(server.port, request)), 503);
  assert.equal(server.recorded.length, 0);
});

test('whatever bytes arrive, what is answered has been recorded', async () => {
  await using server = await listening();
  const piece = fc.oneof(
    fc.constantFrom(
      'GET ',
      'POST ',
      '/',
      '/nowhere',
      ' HTTP/1.1',
      '\r\n',
      'Host: h',
      'Content-Length: ',
      '5',
      '\r\n\r\n',
    ),
    fc.string({ maxLength: 20 }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  const bytes = fc
    .array(piece, { minLength: 1, maxLength: 20 })
    .map((pieces) => Buffer.from(pieces.join(''), 'latin1'));
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      const before = server.recorded.length;
      const answers = (await exchange(server.port, sent)).match(/HTTP\/1\.1 \d{3} /g) ?? [];
      const refused = answers.filter((status) => !status.includes(' 200 '));
      assert.ok(server.recorded.length - before >= refused.length, `${refused.length} refusals`);
    }),
    { numRuns: 150 },
  );
});
