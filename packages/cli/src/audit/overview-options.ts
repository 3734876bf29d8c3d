import { InvalidArgumentError } from 'commander';
import { layOutTable, outputColumns, printLines, visible } from '../terminal/index.ts';
import { showTime, type Zone } from '../time/index.ts';

/** Reads a number of something, from 1 on; the service says how many are too many. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^[0-9]{1,9}$/.test(text) || count < 1) throw new InvalidArgumentError('It is a number from 1 on.');
  return count;
}

/** An instant of the service's in a table; blank where there is none. */
export function timeCell(instant: string | undefined, zone: Zone): string {
  return instant === undefined ? '' : showTime(instant, zone, 'seconds');
}

/** Prints a table. What is in it was chosen by callers of the service, so it is made harmless here. */
export async function printTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<void> {
  const columns = titles.map((title) => ({ title, columnsMin: 8 }));
  const cells = rows.map((row) => row.map(visible));
  await printLines(layOutTable(columns, cells, outputColumns()));
}

/** Says how far events were looked at, when not all of them were. */
export function warnOfScan({
  isComplete,
  matchedScanned,
}: {
  readonly isComplete: boolean;
  readonly matchedScanned: number;
}): void {
  if (isComplete) return;
  process.stderr.write(
    `keywitness: this is about the newest ${matchedScanned} of them; --scan looks at more\n`,
  );
}
