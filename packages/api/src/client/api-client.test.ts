import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, test } from 'node:test';
import { type ApiClient, type ApiClientOptions, ApiError, createApiClient } from './index.ts';

const event = {
  schema: 'keywitness.event/1',
  id: '1',
  time: '2030-01-01T00:00:00.000Z',
  action: 'key.decrypt',
  outcome: 'success',
  actor: { type: 'user' },
  client: { address: '192.0.2.7' },
  protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
  requestId: '1',
  revision: 1,
};

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A client of a server that answers as the test says. */
async function clientOf(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  options: Partial<ApiClientOptions> = {},
): Promise<ApiClient> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return createApiClient({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'eu-central-1',
    credentials: async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }),
    ...options,
  });
}

function rejectsWith(promise: Promise<unknown>, code: string, status: number): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.code, error.status], [code, status]);
    return true;
  });
}

test('a request is signed for its service, region and session, and holds no secret', async () => {
  const seen: IncomingMessage[] = [];
  const client = await clientOf(
    (request, response) => {
      seen.push(request);
      response.end('{"principals":[]}');
    },
    {
      credentials: async () => ({
        accessKeyId: 'AKIAEXAMPLE',
        secretAccessKey: 'canary',
        sessionToken: 'session',
      }),
    },
  );
  await client.listPrincipalsPage({ limit: 2 });
  const { headers, url } = seen[0] ?? assert.fail('there was no request');
  assert.equal(url, '/v1/principals?limit=2');
  assert.match(
    headers.authorization ?? '',
    /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-central-1\/keywitness\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
  );
  assert.equal(headers['x-amz-security-token'], 'session');
  assert.ok(!JSON.stringify(seen[0]?.rawHeaders).includes('canary'));
});

test('an answer that is none of this API is an error, whatever its status', async () => {
  const answers = [
    [200, 'hello'],
    [200, '{}'],
    [502, '<html>'],
    [404, '{"message":"no"}'],
  ] as const;
  for (const [status, body] of answers) {
    const client = await clientOf((_request, response) => response.writeHead(status).end(body));
    await rejectsWith(client.listPrincipalsPage({}), 'UnexpectedAnswer', status);
  }
});

test('a redirection is not followed: the signature is for this service', async () => {
  const client = await clientOf((_request, response) => response.writeHead(302, { location: '/' }).end());
  await rejectsWith(client.listPrincipalsPage({}), 'Unreachable', 0);
});

test('a service that is not there, says nothing in time, or breaks off, is unreachable', async () => {
  const gone = createApiClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-central-1',
    credentials: async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }),
  });
  await rejectsWith(gone.listPrincipalsPage({}), 'Unreachable', 0);
  const slow = await clientOf(() => undefined, { timeoutMs: 50 });
  await rejectsWith(slow.listPrincipalsPage({}), 'Unreachable', 0);
  const broken = await clientOf((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{', () => response.destroy());
  });
  await rejectsWith(broken.listPrincipalsPage({}), 'Unreachable', 0);
});

test('a caller who gives up gets its own reason', async () => {
  const client = await clientOf(() => undefined);
  const call = client.listPrincipalsPage({}, { signal: AbortSignal.abort() });
  await assert.rejects(call, { name: 'AbortError' });
});

test('events of a stream are put together from any pieces', async () => {
  const lines = [1, 2, 3].map(
    (index) => `${JSON.stringify({ index, event: { ...event, id: `ä${index}` } })}\n`,
  );
  const bytes = Buffer.from(`\n${lines.join('\n')}\n`);
  const client = await clientOf((_request, response) => {
    for (let start = 0; start < bytes.length; start += 7) response.write(bytes.subarray(start, start + 7));
    response.end();
  });
  const ids: string[] = [];
  for await (const item of client.tailEvents({})) ids.push(item.event.id);
  assert.deepEqual(ids, ['ä1', 'ä2', 'ä3']);
});

test('a stream that ends with an error, or with something else, rejects with it', async () => {
  const cases = [
    ['{"error":{"code":"AccessDenied","message":"no","requestId":"1"}}\n', 'AccessDenied'],
    ['{"index":1}\n', 'UnexpectedAnswer'],
    ['x'.repeat(2_000_000), 'UnexpectedAnswer'],
  ] as const;
  for (const [line, code] of cases) {
    const client = await clientOf((_request, response) => response.end(line));
    await rejectsWith(client.tailEvents({}).next(), code, 200);
  }
});

test('the service is told when nobody listens to a stream any more', async () => {
  const left = Promise.withResolvers<undefined>();
  const client = await clientOf((_request, response) => {
    response.on('close', () => left.resolve(undefined));
    response.write(`${JSON.stringify({ index: 0, event })}\n`);
  });
  const stream = client.tailEvents({});
  await stream.next();
  await stream.return(undefined);
  await left.promise;
});
