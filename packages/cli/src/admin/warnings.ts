import type { PolicyWarning } from '@keywitness/api';
import { visible } from '../terminal/index.ts';

/** Says what is likely not meant by a policy that was put, beside the answer. */
export function printWarnings(warnings: readonly PolicyWarning[]): void {
  for (const { code, message } of warnings) {
    process.stderr.write(`${visible(`warning: ${message} (${code})`)}\n`);
  }
}
