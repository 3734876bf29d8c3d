import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { AwsV4Signer } from 'aws4fetch';
import type { StoreCredentials } from '../object-store/index.ts';

const program = resolve(import.meta.dirname, '../../../../.build/python/bin/moto_server');

/** Why the suite cannot run; `false` when it can. */
export const objectStoreMissing: string | false = existsSync(program)
  ? false
  : 'moto, an object store for tests, is not installed: run scripts/setup-debian.sh';

/** Which request fails, counted from 1: without having been done, or after it. */
export interface StoreFault {
  readonly at: number;
  readonly kind: 'before' | 'after';
}

/** An object store in a process of its own, behind a door that can lose requests and answers. */
export class TestObjectStore implements AsyncDisposable {
  /** Requests since the fault was set, as method and path. */
  requests: string[] = [];
  fault: StoreFault | undefined;
  readonly #upstream: string;
  readonly #stop: () => Promise<void>;
  readonly #door = createServer((incoming, outgoing) => {
    this.#pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  #endpoint = '';

  private constructor(upstream: string, stop: () => Promise<void>) {
    this.#upstream = upstream;
    this.#stop = stop;
  }

  static async start(): Promise<TestObjectStore> {
    const child = spawn(program, ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const exit = once(child, 'exit');
    const stop = async (): Promise<void> => {
      child.kill();
      await exit;
    };
    for await (const line of createInterface({ input: child.stderr })) {
      const [, upstream] = /Running on (http:\/\/127\.0\.0\.1:[0-9]+)/.exec(line) ?? [];
      if (upstream === undefined) continue;
      child.stderr.resume();
      const store = new TestObjectStore(upstream, stop);
      store.#door.listen(0, '127.0.0.1');
      await once(store.#door, 'listening');
      const address = store.#door.address();
      if (typeof address === 'object' && address !== null) {
        store.#endpoint = `http://127.0.0.1:${address.port}`;
      }
      return store;
    }
    throw new Error('the object store did not start');
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  /** Without the door. */
  get upstream(): string {
    return this.#upstream;
  }

  /** Makes a bucket that anybody may read, and, so that tests can, alter without a key. */
  async createBucket(bucket: string): Promise<void> {
    await this.#direct('PUT', bucket);
    const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource }];
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await this.#direct('PUT', `${bucket}?policy`, Buffer.from(policy));
  }

  /** From now on, requests need good signatures; answers the access key that a bucket may be used with. */
  async requireSignatures(): Promise<StoreCredentials> {
    const UserName = 'mirror';
    await this.#iam({ Action: 'CreateUser', UserName });
    const Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await this.#iam({ Action: 'PutUserPolicy', UserName, PolicyName: 'all', PolicyDocument });
    const made = await this.#iam({ Action: 'CreateAccessKey', UserName });
    const find = (name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(made)?.[1] ?? '';
    await this.#direct('POST', 'moto-api/reset-auth', Buffer.from('0'));
    return { accessKeyId: find('AccessKeyId'), secretAccessKey: find('SecretAccessKey') };
  }

  async get(path: string): Promise<Buffer> {
    return Buffer.from(await (await this.#direct('GET', path)).arrayBuffer());
  }

  /** The content type and the caching that readers are told. */
  async headers(path: string): Promise<readonly (string | null)[]> {
    const { headers } = await this.#direct('HEAD', path);
    return [headers.get('content-type'), headers.get('cache-control')];
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    await this.#direct('PUT', path, bytes);
  }

  async remove(path: string): Promise<void> {
    await this.#direct('DELETE', path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#door.closeAllConnections();
    this.#door.close();
    await once(this.#door, 'close');
    await this.#stop();
  }

  async #iam(query: Readonly<Record<string, string>>): Promise<string> {
    const signed = await new AwsV4Signer({
      url: `${this.#upstream}/?${new URLSearchParams({ ...query, Version: '2010-05-08' }).toString()}`,
      accessKeyId: 'any',
      secretAccessKey: 'any',
      service: 'iam',
      region: 'us-east-1',
    }).sign();
    const response = await fetch(signed.url, { headers: signed.headers });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text;
  }

  async #direct(method: string, path: string, body?: Uint8Array): Promise<Response> {
    const content = body === undefined ? {} : { body: new Uint8Array(body) };
    const response = await fetch(`${this.#upstream}/${path}`, { method, ...content });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response;
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    this.requests.push(`${method} ${url}`);
    const isAt = this.requests.length === this.fault?.at;
    if (isAt && this.fault?.kind === 'before') {
      outgoing.destroy();
      return;
    }
    const passed = request(this.#upstream + url, { method, headers });
    const { promise, resolve: take, reject } = Promise.withResolvers<IncomingMessage>();
    passed.once('response', take).once('error', reject);
    passed.end(await buffer(incoming));
    const answer = await promise;
    const body = await buffer(answer);
    if (isAt) {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
  }
}
