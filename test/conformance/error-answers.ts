import { once } from 'node:events';
import { createServer } from 'node:http';

/** Exceptions that no request leads to at a working service, by an operation whose model lists each. */
const ANSWERS: Readonly<Record<string, readonly [name: string, status: number]>> = {
  Encrypt: ['KeyUnavailableException', 500],
  GenerateRandom: ['KMSInternalException', 500],
  ImportKeyMaterial: ['ExpiredImportTokenException', 400],
  ListKeys: ['DependencyTimeoutException', 500],
};

/** The names of these exceptions. */
export const ANSWERED_ERRORS: readonly string[] = Object.values(ANSWERS).map(([name]) => name);

/** Answers these operations, whatever they ask, with their exceptions, in the form that the service gives them. */
export async function startErrorAnswers(): Promise<AsyncDisposable & { readonly endpoint: string }> {
  const server = createServer((request, response) => {
    request.resume();
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const [name, status] = ANSWERS[operation] ?? ['UnknownOperationException', 400];
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': operation };
    response.writeHead(status, headers).end(JSON.stringify({ __type: name, message: 'as it must be' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the stand-in has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
