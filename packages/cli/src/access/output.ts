import { type Column, layOutTable, outputColumns, printLines, visible } from '../terminal/index.ts';

/** An answer for programs, or lines for people. What is in answers was chosen by others, so it is made harmless. */
export async function printAnswer(
  answer: object,
  isJson: true | undefined,
  lines: () => readonly string[],
): Promise<void> {
  await (isJson === true ? printLines([JSON.stringify(answer)]) : printLines(lines()));
}

/** Rows under their titles; nothing when there are none. */
export function tableOf(titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const columns: readonly Column[] = titles.map((title) => ({ title, columnsMin: columnsMinOf(title) }));
  return layOutTable(
    columns,
    rows.map((row) => row.map(visible)),
    outputColumns(),
  );
}

/** A title with what stands under it, and a blank line before it. */
export function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

/** `arn:aws:iam::111122223333:role/app` is shown as `111122223333:role/app`: what tells principals apart. */
export function shortArn(arn: string): string {
  return arn.replace(/^arn:aws:(?:iam|sts|kms)::?/, '').replace(/^[a-z0-9-]+:(?=[0-9]{12}:)/, '');
}

function columnsMinOf(title: string): number {
  return Math.max(8, title.length);
}
