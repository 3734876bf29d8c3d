import { type AddCheckpoint, formatAddCheckpoint } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';

/**
 * What a witness has answered (C2SP tlog-witness). `cosigned`: with signature lines, which nobody has checked yet.
 * `size`: what it has cosigned last. `conflict`: it does not take the checkpoint for an extension. `failed`: everything
 * else, also that it cannot be reached.
 */
export type WitnessReply =
  | { readonly kind: 'cosigned'; readonly lines: string }
  | { readonly kind: 'size'; readonly size: number }
  | { readonly kind: 'conflict'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Where a witness is and how long it is waited for. */
export interface WitnessClientOptions {
  /** The submission prefix. */
  readonly url: string;
  readonly timeoutMs: number;
}

const replyBytesMax = 64 * 1024;
const shownLettersMax = 200;

/** One witness over HTTP. */
export class WitnessClient {
  readonly url: string;
  readonly #timeoutMs: number;

  constructor({ url, timeoutMs }: WitnessClientOptions) {
    this.url = url.endsWith('/') ? url : `${url}/`;
    this.#timeoutMs = timeoutMs;
  }

  /** Asks for a cosignature. Never rejects for what the witness or the network does. */
  async add(request: AddCheckpoint): Promise<WitnessReply> {
    const answer = await this.#ask('add-checkpoint', formatAddCheckpoint(request));
    if ('reason' in answer) return { kind: 'failed', reason: answer.reason };
    const { status, text } = answer;
    const reason = `it answered \`${status}\`: ${text.slice(0, shownLettersMax).trim()}`;
    if (status === 200) return { kind: 'cosigned', lines: text };
    if (status === 409 && /^(0|[1-9][0-9]{0,15})\n?$/.test(text)) return { kind: 'size', size: Number(text) };
    // Some witnesses answer 409 without a size, not 422, to another root for the same size.
    return status === 409 || status === 422 ? { kind: 'conflict', reason } : { kind: 'failed', reason };
  }

  /**
   * The newest checkpoint of a log that the witness has cosigned, if it shows it under the same prefix (tlog-witness,
   * "Monitor Retrieval Mechanism"). Nobody has checked it yet.
   */
  async cosigned(origin: string): Promise<string | undefined> {
    const hash = Buffer.from(nodeCrypto.sha256(Buffer.from(origin))).toString('hex');
    const answer = await this.#ask(`${hash}/checkpoint`);
    return 'text' in answer && answer.status === 200 ? answer.text : undefined;
  }

  async #ask(
    path: string,
    body?: string,
  ): Promise<{ readonly status: number; readonly text: string } | { readonly reason: string }> {
    try {
      const response = await fetch(new URL(path, this.url), {
        ...(body === undefined ? {} : { method: 'POST', body }),
        redirect: 'error',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      return { status: response.status, text: await readText(response) };
    } catch (error) {
      // The network, and a witness that does not speak HTTP, reject with errors of many kinds.
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return { reason: cause instanceof Error ? cause.message : String(cause) };
    }
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  if (body === undefined) return '';
  for await (const chunk of body) {
    length += chunk.length;
    if (length > replyBytesMax) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString('utf8');
}
