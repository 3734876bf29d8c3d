import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request as the stub has received it. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string;
  readonly userAgent: string;
  readonly body: string;
}

/** What the stub answers: JSON, or a text or bytes as they are. */
export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object | string | Buffer;
}

/** A service that answers what a test wants it to, and keeps what it was asked. */
export interface StubService extends AsyncDisposable {
  readonly requests: readonly StubRequest[];
  /** An endpoint and an access key for it, as environment variables. */
  readonly env: Readonly<Record<string, string>>;
}

export async function startStubService(answer: (request: StubRequest) => StubAnswer): Promise<StubService> {
  const requests: StubRequest[] = [];
  const server = createServer((incoming, response) => {
    readRequest(incoming).then(
      (request) => {
        requests.push(request);
        const { status, headers, body } = answer(request);
        response.writeHead(status ?? 200, headers);
        response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    requests,
    env: {
      KEYWITNESS_ENDPOINT: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment',
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<StubRequest> {
  const url = new URL(incoming.url ?? '/', 'http://stub');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    authorization: incoming.headers.authorization ?? '',
    userAgent: incoming.headers['user-agent'] ?? '',
    body: await text(incoming),
  };
}
