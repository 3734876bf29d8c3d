/**
 * Answers one SQL question on a copy of events, in a process of its own: a question that takes too long is ended with
 * its process, which nothing inside SQLite can prevent. Reads `{"sql":…,"rowsMax":…}` and writes lines: the names of the
 * columns, then rows, then how it ended. It imports nothing but Node, because it may read no other file.
 */
import { text } from 'node:stream/consumers';
import { constants, DatabaseSync } from 'node:sqlite';

/** Bytes of memory that SQLite takes for a question. */
const heapBytesMax = 1024 * 1024 * 1024;
/** Bytes of a value, and of the question. */
const valueBytesMax = 16 * 1024 * 1024;
/** Characters that are written at once. */
const chunkLength = 65_536;
/** What can be read: the copy, and the functions of JSON that are read like tables. */
const readable: ReadonlySet<string> = new Set([
  'events',
  'assets',
  'json_each',
  'json_tree',
  'sqlite_master',
]);
/** SQLite's own functions that do more than compute. */
const refusedFunctions: ReadonlySet<string> = new Set(['load_extension', 'fts3_tokenizer']);

const file = process.argv[2] ?? '';
let lines = '';
try {
  const question: unknown = JSON.parse(await text(process.stdin));
  answer(textMember(question, 'sql'), Number(textMember(question, 'rowsMax')));
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) });
}
flush();

function answer(sql: string, rowsMax: number): void {
  const limits = { length: valueBytesMax };
  const database = new DatabaseSync(file, { readOnly: true, allowExtension: false, limits });
  database.exec(
    `PRAGMA hard_heap_limit = ${heapBytesMax}; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA query_only = ON;`,
  );
  database.setAuthorizer(judge);
  const statement = database.prepare(sql);
  const rest = sql.slice(statement.sourceSQL.length).trim();
  if (rest !== '') throw new Error('only one statement is answered');
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  const columns = statement.columns().map(({ name }) => name);
  // Some statements that do nothing here are refused by nobody else.
  if (columns.length === 0) throw new Error('it is no SELECT');
  tell({ columns });
  let rows = 0;
  for (const row of statement.iterate()) {
    if (rows === rowsMax) {
      tell({ end: 'more' });
      return;
    }
    rows += 1;
    tell({ row: Object.values(row).map(plain) });
  }
  tell({ end: 'all' });
}

/** SQLite asks before it compiles anything: whatever is not known to read the copy alone is refused. */
function judge(action: number, first: string | null, second: string | null): number {
  switch (action) {
    case constants.SQLITE_SELECT:
    case constants.SQLITE_RECURSIVE:
      return constants.SQLITE_OK;
    case constants.SQLITE_READ:
      return readable.has(first ?? '') ? constants.SQLITE_OK : constants.SQLITE_DENY;
    case constants.SQLITE_FUNCTION:
      return refusedFunctions.has(second ?? '') ? constants.SQLITE_DENY : constants.SQLITE_OK;
    default:
      return constants.SQLITE_DENY;
  }
}

/** A value as JSON has it: bytes in hexadecimal, numbers that JSON readers would round as text. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

function tell(line: object): void {
  lines += `${JSON.stringify(line)}\n`;
  if (lines.length >= chunkLength) flush();
}

/** Standard output is a pipe, to which Node writes before it goes on, so a slow reader slows the question down. */
function flush(): void {
  process.stdout.write(lines);
  lines = '';
}

function textMember(value: unknown, name: string): string {
  const member: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return String(member);
}
