import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KEY_SPECS } from '../../packages/server/src/core/crypto/index.ts';
import { openSqliteReader, type SqliteReader } from '../../packages/server/src/stores/sqlite/index.ts';
import { isRecord } from '../crash/kms-client.ts';
import { Random } from '../crash/random.ts';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import type { Answered } from './check-answer.ts';
import { checkExchange, exchangeText } from './check-exchange.ts';
import { attemptsOf } from './check-record.ts';
import type { Tally } from './findings.ts';
import { type Framed, framed } from './framing.ts';
import { type Generated, generate, mixed, type Sender, type Sending } from './generate.ts';
import { kmsRequest, kmsSigning, requestText, signed } from './request.ts';
import { type Ask, REGIONS, type Scene, setScene } from './scene.ts';
import { overSocket } from './socket.ts';

/** What is asked of a run against a server in a process of its own. */
export interface SocketRun {
  readonly seed: number;
  readonly requests: number;
}

/** What came of it, beside what is in the tally. */
export interface SocketFigures {
  /** Requests that were framed as HTTP has it, and those that were not. */
  readonly whole: number;
  readonly broken: number;
  /** Answers to both. */
  readonly answers: number;
  /** Attempts on the record since the first of them. */
  readonly recorded: number;
}

const CONNECTIONS = 6;
/** A server finds such pairs for seconds each; requests to keys of these specs are sent to the route itself. */
const QUICK_SPECS = KEY_SPECS.filter((spec) => spec !== 'RSA_3072' && spec !== 'RSA_4096');
/** Several times what a server waits for connections that do not end. */
const STOP_MS_MAX = 60_000;
/** A broken request is at most these attempts: itself, what its length leaves behind, and the one that ends it. */
const ATTEMPTS_OF_BROKEN_MAX = 3;

/** Sends mutated requests to the real server, in pieces, in chunks, and as what is no HTTP at all. */
export async function fuzzOverSockets({ requests, seed }: SocketRun, tally: Tally): Promise<SocketFigures> {
  await using folder = temporaryFolder();
  await using server = await startServer(folder.path, ['--regions', REGIONS.join(',')]);
  const { administrator } = server;
  if (administrator === undefined) throw new TypeError('the server has printed no access key');
  const sender: Sender = { ...administrator, arn: `arn:aws:iam::${server.account}:user/admin` };
  const scene = await setScene(askOver(server, sender), [sender.arn], QUICK_SPECS);
  const reader = openSqliteReader({ path: join(folder.path, 'keywitness.db') });
  const first = reader.size();
  const linesBefore = server.lines.length;
  const client = new SocketClient(server, sender, scene, reader, tally);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < requests; number = next++) await client.exchange(seed, number);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  const printed = server.lines.slice(linesBefore);
  const ended = await Promise.race([server.stop(), delay(STOP_MS_MAX, 'late', { ref: false })]);
  if (ended === 'late') server.process.kill('SIGKILL');
  const recorded = attemptsFrom(reader, first);
  reader.close();
  const { answers, broken, whole } = client;
  const complain = (complaint: string): void =>
    tally.complain({ complaint, operation: '-', world: 0, number: requests, request: '', answer: '' });
  if (ended !== 0) complain(`the server ended: ${String(ended)}`);
  if (printed.length > 0) complain(`the server printed ${printed.join('\n')}`);
  const recordedMax = answers + client.silent * ATTEMPTS_OF_BROKEN_MAX;
  if (recorded < answers || recorded > recordedMax) {
    complain(`${answers} answers, but ${recorded} attempts on the record`);
  }
  return { whole, broken, answers, recorded };
}

/** Sends one request a connection. */
class SocketClient {
  whole = 0;
  broken = 0;
  answers = 0;
  /** Broken requests that had no answer: whether they are on the record hangs on when the connection ended. */
  silent = 0;
  readonly #server: RunningServer;
  readonly #sender: Sender;
  readonly #scene: Scene;
  readonly #reader: SqliteReader;
  readonly #tally: Tally;

  constructor(server: RunningServer, sender: Sender, scene: Scene, reader: SqliteReader, tally: Tally) {
    this.#server = server;
    this.#sender = sender;
    this.#scene = scene;
    this.#reader = reader;
    this.#tally = tally;
  }

  async exchange(seed: number, number: number): Promise<void> {
    const { port } = this.#server;
    const generated = generate(this.#scene, mixed(seed, 0, number), sendingNow(this.#server, this.#sender));
    const frame = framed(new Random(mixed(seed, 1, number)), generated.request);
    const isWhole = frame.kind === 'whole';
    const answers = await overSocket(port, frame.pieces, isWhole ? 1 : Number.MAX_SAFE_INTEGER, frame.ending);
    this.answers += answers.length;
    if (isWhole) this.#checkWhole(generated, frame, answers, number);
    else this.#checkBroken(generated, frame, answers, number);
  }

  #checkWhole(generated: Generated, frame: Framed, answers: readonly Answered[], number: number): void {
    this.whole += 1;
    const [answer] = answers;
    if (answer === undefined) {
      this.#tally.add(generated.operation, 'silence');
      this.#complain('a whole request had no answer', number, generated, frame, '');
      return;
    }
    const entry = this.#entryOf(answer);
    const { complaint, outcome } = checkExchange(this.#scene, generated, answer, entry);
    this.#tally.add(generated.operation, outcome);
    if (complaint !== undefined) {
      this.#complain(complaint, number, generated, frame, exchangeText(answer, entry));
    }
  }

  /** What HTTP refuses is answered in JSON, with the place of its record. */
  #checkBroken(generated: Generated, frame: Framed, answers: readonly Answered[], number: number): void {
    this.broken += 1;
    if (answers.length === 0) this.silent += 1;
    this.#tally.add('(broken HTTP)', answers.map(({ status }) => status).join(' and ') || 'no answer');
    for (const answer of answers) {
      const entry = this.#entryOf(answer);
      const event: unknown =
        entry === undefined ? undefined : JSON.parse(Buffer.from(entry).toString('utf8'));
      const isRecorded = isRecord(event) && event['id'] === answer.headers['x-keywitness-event-id'];
      const isInForm =
        answer.body === '' || answer.body.startsWith('<ErrorResponse ') || answer.body.startsWith('{');
      const complaint = isRecorded
        ? isInForm && answer.status < 500
          ? undefined
          : `a broken request was answered ${answer.status}`
        : 'the answer to a broken request is not on the record';
      if (complaint !== undefined) {
        this.#complain(complaint, number, generated, frame, exchangeText(answer, entry));
      }
    }
  }

  #entryOf({ headers }: Answered): Uint8Array | undefined {
    const index = Number(headers['x-keywitness-log-index'] ?? Number.NaN);
    return Number.isSafeInteger(index) ? this.#reader.read(index, 1).entries[0] : undefined;
  }

  #complain(
    complaint: string,
    number: number,
    { operation, request }: Generated,
    frame: Framed,
    answer: string,
  ): void {
    const pieces = frame.pieces.map((piece) => Buffer.from(piece.subarray(0, 20_000)).toString('base64'));
    const sent = `${requestText(request)}\nas sent, then the client ${frame.ending}:\n${pieces.join('\n')}`;
    this.#tally.complain({ complaint, operation, world: 0, number, request: sent, answer });
  }
}

function sendingNow({ port }: RunningServer, sender: Sender): Sending {
  return { host: `127.0.0.1:${port}`, senders: [sender], nowMs: Date.now() };
}

function askOver(server: RunningServer, sender: Sender): Ask {
  return async (operation, members) => {
    const { host, nowMs } = sendingNow(server, sender);
    const request = kmsRequest(host, nowMs, operation, Buffer.from(JSON.stringify(members)));
    const { body, headers, method, target } = signed(request, kmsSigning(sender, REGIONS[0], nowMs));
    const answer = await fetch(`${server.endpoint}${target}`, {
      method,
      headers: headers
        .filter(([name]) => name !== 'Host')
        .map(([name, value]): [string, string] => [name, value]),
      body: Buffer.from(body),
    });
    const text = await answer.text();
    const answered: unknown = text === '' ? {} : JSON.parse(text);
    if (!answer.ok || !isRecord(answered)) throw new Error(`\`${operation}\` was answered ${text}`);
    return answered;
  };
}

const PAGE = 1000;

function attemptsFrom(reader: SqliteReader, first: number): number {
  let sum = 0;
  for (let at = first; at < reader.size(); at += PAGE) {
    for (const entry of reader.read(at, PAGE).entries) sum += attemptsOf(Buffer.from(entry).toString('utf8'));
  }
  return sum;
}
