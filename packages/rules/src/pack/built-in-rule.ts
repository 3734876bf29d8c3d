import type { Level } from '../finding.ts';

/** A rule file that comes with the service, and what it says of itself. */
export interface BuiltInRule {
  readonly title: string;
  readonly level: Level;
  /** SHA-256 of the text, hexadecimal. */
  readonly sha256: string;
  readonly text: string;
}
