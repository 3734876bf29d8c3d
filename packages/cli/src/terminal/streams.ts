import { once } from 'node:events';

/** Writes lines to the standard output and waits while its reader is slow. */
export async function printLines(lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await printBytes(`${lines.join('\n')}\n`);
}

/** Writes to the standard output and waits while its reader is slow. */
export async function printBytes(bytes: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
}

/** How wide lines may be: `undefined` when the output is a file or a pipe and `COLUMNS` does not say otherwise. */
export function outputColumns(): number | undefined {
  if (process.stdout.isTTY) return process.stdout.columns;
  const wanted = Number(process.env['COLUMNS']);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : undefined;
}

/** Whether a person looks at the standard output. */
export function isOutputTerminal(): boolean {
  return process.stdout.isTTY;
}

/** A reader such as `head` may leave early: that ends the command, quietly. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}
