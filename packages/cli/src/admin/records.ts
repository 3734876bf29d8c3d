import {
  isOutputTerminal,
  layOutTable,
  outputColumns,
  printLines,
  visible,
  visibleJson,
} from '../terminal/index.ts';

const titleColumnsMin = 10;

/** One record a line as JSON, or for people its members line by line. */
export async function printRecords(records: readonly object[], json: true | undefined): Promise<void> {
  if (json === true) return printJson(records);
  for (const record of records) {
    await printLines(
      Object.entries(record).map(([name, value]) => visible(`${name.padEnd(16)}  ${cell(value)}`)),
    );
  }
}

/** One record a line as JSON, or a table of some of their members. */
export async function printTable(
  records: readonly object[],
  members: readonly string[],
  json: true | undefined,
): Promise<void> {
  if (json === true) return printJson(records);
  const columns = members.map((title) => ({ title: title.toUpperCase(), columnsMin: titleColumnsMin }));
  const rows = records.map((record) => {
    const values = new Map<string, unknown>(Object.entries(record));
    return members.map((member) => visible(cell(values.get(member))));
  });
  await printLines(layOutTable(columns, rows, outputColumns()));
}

async function printJson(records: readonly object[]): Promise<void> {
  const lines = records.map((record) => JSON.stringify(record));
  await printLines(isOutputTerminal() ? lines.map(visibleJson) : lines);
}

function cell(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return value === undefined ? '' : JSON.stringify(value);
}
