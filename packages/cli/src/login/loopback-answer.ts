import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Failure } from '../failure.ts';

/** A listener on this machine that waits for a browser to come back from the issuer (RFC 8252, section 7.3). */
export interface LoopbackListener extends AsyncDisposable {
  readonly redirectUri: string;
  /** Where the browser came back to: the redirect URI with the issuer's answer in its query. */
  answer(): Promise<URL>;
}

const callbackPath = '/callback';
/** A person has to find a password and a second factor. */
const answerMsMax = 10 * 60_000;

/**
 * Listens on a port of the system's choice. Only a request that knows the state is the answer; others are refused and
 * change nothing, so that no page can end a sign-in by guessing ports.
 */
export async function listenForAnswer(state: string): Promise<LoopbackListener> {
  const answered = Promise.withResolvers<URL>();
  const server = createServer((request, response) => {
    const url = answerOf(request, redirectUri, state);
    reply(response, url !== undefined);
    if (url !== undefined) response.on('close', () => answered.resolve(url));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const redirectUri = `http://127.0.0.1:${port ?? 0}${callbackPath}`;
  return {
    redirectUri,
    answer: () => withinTime(answered.promise),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The host is looked at because a page of another site may make a browser believe that its host is this machine. */
function answerOf(request: IncomingMessage, redirectUri: string, state: string): URL | undefined {
  const base = new URL(redirectUri);
  const target = request.url ?? '';
  if (
    request.method !== 'GET' ||
    request.headers.host !== base.host ||
    !target.startsWith(`${callbackPath}?`)
  ) {
    return undefined;
  }
  const url = new URL(redirectUri);
  url.search = target.slice(callbackPath.length);
  const states = url.searchParams.getAll('state');
  return states.length === 1 && states[0] === state ? url : undefined;
}

function reply(response: ServerResponse, isAnswer: boolean): void {
  response.writeHead(isAnswer ? 200 : 404, {
    'content-type': 'text/plain; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(
    isAnswer ? 'keywitness has the answer: see your terminal. You may close this page.\n' : 'no\n',
  );
}

async function withinTime(answered: Promise<URL>): Promise<URL> {
  const late = Promise.withResolvers<never>();
  const message = `nobody signed in within ${answerMsMax / 60_000} minutes`;
  const timer = setTimeout(() => late.reject(new Failure('could-not', message)), answerMsMax);
  try {
    return await Promise.race([answered, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
