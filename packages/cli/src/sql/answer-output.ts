import { Failure } from '../failure.ts';
import {
  isOutputTerminal,
  layOutTable,
  outputColumns,
  printLines,
  visible,
  visibleJson,
} from '../terminal/index.ts';
import type { AnswerReader, Value } from './ask-copy.ts';

/** Prints the answer to a question. */
export interface AnswerOutput extends AnswerReader {
  finish(): Promise<void>;
}

/** A table for people. Values were chosen by callers of the service, so they are made harmless. */
export function tableOutput(): AnswerOutput {
  let titles: readonly string[] = [];
  const rows: (readonly string[])[] = [];
  return {
    async columns(names) {
      titles = names.map(visible);
    },
    async row(values) {
      rows.push(values.map((value) => visible(String(value ?? ''))));
    },
    async finish() {
      const columns = titles.map((title) => ({ title, columnsMin }));
      await printLines(layOutTable(columns, rows, outputColumns()));
    },
  };
}

const columnsMin = 8;

/** One JSON object a line. */
export function jsonOutput(): AnswerOutput {
  let names: readonly string[] = [];
  return {
    async columns(found) {
      if (new Set(found).size < found.length) {
        throw new Failure('usage', 'two columns have the same name: name them with AS');
      }
      names = found;
    },
    async row(values) {
      const line = JSON.stringify(Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])));
      await printLines([isOutputTerminal() ? visibleJson(line) : line]);
    },
    async finish() {},
  };
}

/** RFC 4180 with a line of titles; no value is empty, and so is a text of no characters. */
export function csvOutput(): AnswerOutput {
  const print = (values: readonly Value[]): Promise<void> => {
    const line = values.map(csvCell).join(',');
    return printLines([isOutputTerminal() ? visible(line) : line]);
  };
  return { columns: print, row: print, async finish() {} };
}

/** A text that a spreadsheet would take for a formula gets an apostrophe, which makes it a text there. */
function csvCell(value: Value): string {
  if (typeof value !== 'string') return String(value ?? '');
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
