import { parseCheckpoint, parseNote } from '@keywitness/log';
import type { KeptConflict } from './evidence-folder.ts';

/** A conflict in one line, for whoever runs the witness or the mirror that has seen it. */
export function describeConflict({ kind, reason, kept, shown }: KeptConflict): string {
  const size = (note: string): number => parseCheckpoint(parseNote(note).text).size;
  const { origin } = parseCheckpoint(parseNote(shown).text);
  return `${kind}: log ${origin}, kept ${size(kept)} entries, shown ${size(shown)}: ${reason}`;
}
