import { builtInRules, parseRuleFile, RuleError } from '@keywitness/rules';
import type { RuleBook, RuleReading } from './rule-book.ts';

/** The rules of this version. */
export const shippedRules: RuleBook = { read: readRule, builtIn: new Map(Object.entries(builtInRules)) };

function readRule(text: string, name: string): RuleReading {
  try {
    const { level, sha256, title } = parseRuleFile(text, name);
    return { kind: 'read', title, level, sha256 };
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return { kind: 'malformed', message: error.message };
  }
}
