import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type ApiClient, createApiClient } from '@keywitness/api';
import { SignedClient } from '../history/signed-client.ts';
import { type RunningServer, startServer } from '../running-server.ts';

/** A message as a channel sent it. */
export interface Delivered {
  /** When it arrived, milliseconds of the monotonic clock. */
  readonly atMs: number;
  readonly id: string;
  readonly type: string;
  readonly ruleName: string;
  readonly incidentId: string;
  readonly entity: Readonly<Record<string, string>>;
}

/** A receiver of webhooks. */
export class Receiver implements AsyncDisposable {
  readonly delivered: Delivered[] = [];
  readonly #server: Server;
  readonly #waiting: (() => void)[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (piece: string) => {
        body += piece;
      });
      request.on('end', () => {
        this.delivered.push(read(body, String(request.headers['webhook-id'])));
        response.end();
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  /** Listens on a free port of loopback; answers the URL. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('a server has a port');
    return `http://127.0.0.1:${address.port}/hook`;
  }

  /** Waits for a message. */
  async until(isIt: (message: Delivered) => boolean): Promise<Delivered> {
    for (;;) {
      const found = this.delivered.find(isIt);
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<null>();
      this.#waiting.push(() => resolve(null));
      await promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function read(body: string, id: string): Delivered {
  const value: unknown = JSON.parse(body);
  const text = (...path: readonly string[]): string => {
    let at: unknown = value;
    for (const name of path) at = memberOf(at, name);
    return typeof at === 'string' ? at : '';
  };
  const entity = memberOf(memberOf(memberOf(value, 'data'), 'incident'), 'entity');
  return {
    atMs: performance.now(),
    id,
    type: text('type'),
    ruleName: text('data', 'incident', 'ruleName'),
    incidentId: text('data', 'incident', 'id'),
    entity: isTexts(entity) ? entity : {},
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null;
}

/** Somebody with a credential and no permission. */
export interface Attacker {
  readonly arn: string;
  readonly accessKeyId: string;
  readonly client: SignedClient;
}

/** A server with a channel, a playbook that contains brute force, and a key worth having. */
export interface Scene {
  readonly server: RunningServer;
  readonly admin: ApiClient;
  readonly administrator: SignedClient;
  readonly keyId: string;
  readonly attacker: (name: string) => Promise<Attacker>;
}

const FLAGS: readonly string[] = [
  '--notify-allow-addresses',
  '127.0.0.1',
  '--dangerously-allow-notify-plain-http',
];

/** Starts a server on a folder; what was set up at an earlier start is there. */
export async function startScene(
  folder: string,
  earlier?: Pick<Scene, 'keyId'> & { readonly key: NonNullable<RunningServer['administrator']> },
): Promise<Scene> {
  const server = await startServer(folder, FLAGS);
  const key = server.administrator ?? earlier?.key;
  if (key === undefined) throw new Error('there is no administrator');
  const admin = createApiClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: async () => key,
  });
  const administrator = new SignedClient(server.endpoint, key);
  return {
    server,
    admin,
    administrator,
    keyId: earlier?.keyId ?? (await newKey(administrator)),
    async attacker(name) {
      const { arn } = await admin.createPrincipal({ name, type: 'user' });
      const credential = await admin.createCredential(name);
      return {
        arn,
        accessKeyId: credential.accessKeyId,
        client: new SignedClient(server.endpoint, credential),
      };
    },
  };
}

/** A channel to the receiver, and a playbook that takes the credential of whoever is denied again and again. */
export async function setUpResponse(admin: ApiClient, url: string): Promise<void> {
  await admin.channels.put('soc', { type: 'webhook', secrets: { url }, levelMin: 'medium' });
  await admin.playbooks.put('contain', {
    rules: ['access-denied-burst'],
    mode: 'act',
    steps: [{ action: 'disable-credential', durationSeconds: 3600 }],
  });
  await admin.responseSettings.put({ stepsPerHourMax: 1000 });
}

async function newKey(administrator: SignedClient): Promise<string> {
  const { text } = await administrator.kms('CreateKey', {});
  return /"KeyId":"([^"]+)"/.exec(text)?.[1] ?? '';
}
