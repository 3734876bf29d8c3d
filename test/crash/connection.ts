import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** One keep-alive connection with one request under way at a time. It fails for good when the server goes away. */
export class Connection {
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);
  #waiting: PromiseWithResolvers<Answer> | undefined;
  #failure: Error | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** Sends a whole request. Rejects when the connection breaks before the whole answer is there. */
  exchange(request: Uint8Array): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#waiting = Promise.withResolvers<Answer>();
    this.#socket.write(request);
    return this.#waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const headEnd = this.#pending.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const [first = '', ...fields] = this.#pending.toString('latin1', 0, headEnd).split('\r\n');
    const headers = new Map(fields.map((field) => fieldOf(field)));
    const end = headEnd + HEAD_END.length + Number(headers.get('content-length') ?? 0);
    if (this.#pending.length < end) return;
    const body = this.#pending.toString('utf8', headEnd + HEAD_END.length, end);
    this.#pending = this.#pending.subarray(end);
    this.#waiting?.resolve({ status: Number(first.slice(9, 12)), headers, body });
    this.#waiting = undefined;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }
}

function fieldOf(field: string): [name: string, value: string] {
  const colon = field.indexOf(':');
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
}
