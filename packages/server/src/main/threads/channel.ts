import type { MessagePort } from 'node:worker_threads';

/** One call over a channel, or its answer. */
interface CallMessage {
  readonly call: number;
  readonly method: string;
  readonly argument: unknown;
}

interface ReplyMessage {
  readonly reply: number;
  readonly value?: unknown;
  readonly failure?: { readonly name: string; readonly code?: string; readonly message: string };
}

type Message = CallMessage | ReplyMessage;

/** A call that failed on the other thread. */
class RemoteError extends Error {
  /** The `code` of the error there, if it had one. */
  readonly code: string | undefined;

  constructor(name: string, code: string | undefined, message: string) {
    super(message);
    this.name = name;
    this.code = code;
  }
}

/** Answers the calls of the other end, by method name. */
export type Methods = Readonly<Record<string, (argument: unknown) => unknown>>;

/**
 * Calls and answers between two of our own threads over one port. Both ends are this program, so messages are taken
 * as written.
 */
export class Channel {
  readonly #port: MessagePort;
  readonly #methods: Methods;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;
  #closed = false;

  constructor(port: MessagePort, methods: Methods = {}) {
    this.#port = port;
    this.#methods = methods;
    port.on('message', (message: Message) => {
      if ('call' in message) this.#answer(message).catch(rethrow);
      else this.#settle(message);
    });
    port.on('close', () => this.#abandon());
  }

  /** Calls `method` on the other thread. @throws RemoteError when it failed there. */
  call(method: string, argument: unknown): Promise<unknown> {
    if (this.#closed) return Promise.reject(stopped());
    this.#calls += 1;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#calls, waiting);
    this.#port.postMessage({ call: this.#calls, method, argument });
    return waiting.promise;
  }

  close(): void {
    this.#port.close();
  }

  async #answer(message: CallMessage): Promise<void> {
    try {
      const method = this.#methods[message.method];
      if (method === undefined) {
        throw new TypeError(`there is no method \`${message.method}\` on this thread`);
      }
      this.#port.postMessage({ reply: message.call, value: await method(message.argument) });
    } catch (error) {
      this.#port.postMessage({ reply: message.call, failure: failureOf(error) });
    }
  }

  #settle(message: ReplyMessage): void {
    const waiting = this.#waiting.get(message.reply);
    this.#waiting.delete(message.reply);
    const { failure } = message;
    if (failure === undefined) waiting?.resolve(message.value);
    else waiting?.reject(new RemoteError(failure.name, failure.code, failure.message));
  }

  #abandon(): void {
    this.#closed = true;
    for (const waiting of this.#waiting.values()) waiting.reject(stopped());
    this.#waiting.clear();
  }
}

function stopped(): RemoteError {
  return new RemoteError('ChannelClosed', 'Closed', 'the other thread has stopped');
}

/** A reply that cannot be posted is our own fault: the thread stops, and the process with it. */
function rethrow(error: unknown): never {
  throw error;
}

function failureOf(error: unknown): { name: string; code?: string; message: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, message: error.message, ...code };
}
