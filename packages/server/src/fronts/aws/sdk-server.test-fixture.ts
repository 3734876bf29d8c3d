import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import type { AttemptRequest } from '../../core/operations/index.ts';
import type { HttpRequest, Route } from '../http/index.ts';

/** Describes attempts. */
interface Bench {
  request(operation: string): AttemptRequest;
}

/** Serves a front behind a bare HTTP server until the test ends, and says on which port. */
export async function serve(t: TestContext, bench: Bench, answer: Route['handle']): Promise<number> {
  const server = createServer((request, response) => {
    readRequest(request, bench)
      .then((whole) => answer(whole))
      .then(({ status, headers, body }) => {
        assert.ok(typeof body === 'string');
        response.writeHead(status, headers).end(body);
      })
      .catch(() => response.destroy());
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

async function readRequest(request: IncomingMessage, bench: Bench): Promise<HttpRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) {
    assert.ok(chunk instanceof Uint8Array);
    chunks.push(chunk);
  }
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    rawHeaders: request.rawHeaders,
    body: Buffer.concat(chunks),
    attempt: bench.request('-'),
  };
}
