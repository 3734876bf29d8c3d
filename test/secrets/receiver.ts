import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request that arrived. */
interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Takes whatever is sent to it, and keeps all of it. What arrives below `/broken` is answered with an error. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server: Server;
  readonly #waiting: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      text(request).then(
        (body) => {
          const { headers, url: path = '' } = request;
          this.received.push({ path, headers, body });
          response.statusCode = path.startsWith('/broken') ? 400 : 200;
          response.end(body);
          for (const wake of this.#waiting.splice(0)) wake();
        },
        () => response.destroy(),
      );
    });
  }

  static async listen(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('a server has a port');
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Waits until something has arrived at each of these paths. */
  async until(...paths: readonly string[]): Promise<void> {
    while (!paths.every((path) => this.received.some((request) => request.path.startsWith(path)))) {
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
