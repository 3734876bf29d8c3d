import { connect, type Socket } from 'node:net';
import type { Answered } from './check-answer.ts';

/** How a client ends its side of a connection. */
export type Ending = 'stays' | 'finishes' | 'breaks off';

const HEAD_END = '\r\n\r\n';
/** Longer than the server waits for anything: only one that has forgotten a connection lets it go by. */
const SILENCE_MS_MAX = 30_000;

/**
 * Sends bytes over a connection of their own, a piece at a time, and gives all answers that come: until there are as many as
 * are awaited, or the server closes.
 */
export async function overSocket(
  port: number,
  pieces: readonly Uint8Array[],
  awaited: number,
  ending: Ending,
): Promise<readonly Answered[]> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const answers: Answered[] = [];
  const over = answersOver(socket, answers, awaited);
  // A server that has refused reads no further: the answer may be there before all is written.
  const sending = send(socket, pieces, ending);
  try {
    await over;
  } finally {
    socket.destroy();
    await sending;
  }
  return answers;
}

async function send(socket: Socket, pieces: readonly Uint8Array[], ending: Ending): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    await written(socket, piece);
  }
  if (ending === 'finishes') socket.end();
  if (ending === 'breaks off') socket.resetAndDestroy();
}

/** Resolves when the answers are there, or no more can come. */
function answersOver(socket: Socket, answers: Answered[], awaited: number): Promise<void> {
  let pending = '';
  return new Promise((resolve, reject) => {
    socket.setTimeout(SILENCE_MS_MAX, () => reject(new Error('the server has forgotten a connection')));
    socket.on('data', (chunk: Buffer) => {
      pending += chunk.toString('latin1');
      for (let next = answerIn(pending); next !== undefined; next = answerIn(pending)) {
        pending = pending.slice(next.length);
        if (next.answer.status >= 200) answers.push(next.answer);
      }
      if (answers.length >= awaited) resolve();
    });
    // What the server closes it closes: what it has answered until then counts.
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
}

function written(socket: Socket, piece: Uint8Array): Promise<unknown> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('close', done);
      setImmediate(resolve);
    };
    socket.once('close', done);
    socket.write(piece, done);
  });
}

/** The first whole answer of what has come, bytes as characters. */
function answerIn(text: string): { readonly answer: Answered; readonly length: number } | undefined {
  const headEnd = text.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const [first = '', ...fields] = text.slice(0, headEnd).split('\r\n');
  const headers = Object.fromEntries(fields.map((field) => fieldOf(field)));
  const bodyAt = headEnd + HEAD_END.length;
  const length = bodyAt + Number(headers['content-length'] ?? 0);
  if (text.length < length) return undefined;
  const body = Buffer.from(text.slice(bodyAt, length), 'latin1').toString('utf8');
  return { answer: { status: Number(first.slice(9, 12)), headers, body }, length };
}

function fieldOf(field: string): [name: string, value: string] {
  const colon = field.indexOf(':');
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
}
