import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Failure } from '../failure.ts';
import type { EventCopy } from './event-copy.ts';

/** A question, and how much it may take. */
export interface Question {
  readonly sql: string;
  readonly rowsMax: number;
  readonly secondsMax: number;
}

/** A value of a row; bytes are hexadecimal text. */
export type Value = string | number | null;

/** Who is given the answer, part by part. */
export interface AnswerReader {
  columns(names: readonly string[]): Promise<void>;
  row(values: readonly Value[]): Promise<void>;
}

/** Asks the copy in a process that is ended when the time is over. True when there are more rows than were wanted. */
export async function askCopy(copy: EventCopy, question: Question, reader: AnswerReader): Promise<boolean> {
  // Published packages hold JavaScript, a clone holds TypeScript: the neighbour has the ending of this very file.
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const program = fileURLToPath(new URL(`./question-process${ending}`, import.meta.url));
  const allowed = [dirname(program), copy.folder].map((path) => `--allow-fs-read=${path}`);
  const child = spawn(process.execPath, ['--permission', ...allowed, program, copy.file], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exit = once(child, 'close');
  let isLate = false;
  const clock = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, question.secondsMax * 1000);
  // A process that could not read its question says so by how it ends.
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ sql: question.sql, rowsMax: question.rowsMax }));
  let end: string | undefined;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      end = (await take(line, reader)) ?? end;
    }
    await exit;
  } finally {
    clearTimeout(clock);
    child.kill('SIGKILL');
  }
  if (end !== undefined) return end === 'more';
  if (isLate) {
    throw new Failure(
      'could-not',
      `the question took more than ${question.secondsMax} seconds; see --timeout`,
    );
  }
  throw new Failure('could-not', 'the process that answers the question ended early');
}

/** Hands on a line, and answers how the question ended if that is what it says. */
async function take(line: string, reader: AnswerReader): Promise<string | undefined> {
  const message: unknown = JSON.parse(line);
  if (!isMembers(message)) return undefined;
  const { columns, row, end, error } = message;
  if (typeof error === 'string') throw new Failure('usage', `the question is not answered: ${error}`);
  if (Array.isArray(columns)) await reader.columns(columns.map(String));
  if (Array.isArray(row)) await reader.row(row.map(valueOf));
  return typeof end === 'string' ? end : undefined;
}

function valueOf(value: unknown): Value {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
