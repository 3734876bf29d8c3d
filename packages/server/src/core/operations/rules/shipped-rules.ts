import { sha256Hex } from '../../crypto/index.ts';
import type { Level } from '../response-records.ts';
import type { RuleBook, RuleReading } from './rule-book.ts';

const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];

/** The rules of this version. */
export const shippedRules: RuleBook = { read: readHead, builtIn: new Map() };

/** What a rule file says of itself in the lines `title` and `level`; nothing else of it is looked at. */
function readHead(text: string): RuleReading {
  const title = valueOf(text, 'title');
  if (title === undefined) return { kind: 'malformed', message: 'the rule has no `title`' };
  const word = valueOf(text, 'level');
  const level = LEVELS.find((candidate) => candidate === word);
  if (level === undefined) {
    return { kind: 'malformed', message: `the rule has no \`level\` that is one of ${LEVELS.join(', ')}` };
  }
  return { kind: 'read', title, level, sha256: sha256Hex(text) };
}

function valueOf(text: string, name: string): string | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  const value = line?.slice(name.length + 1).trim();
  return value === '' ? undefined : value;
}
