import { parseRuleFile, RuleError, type RuleFile } from '@keywitness/rules';
import type { RuleRecord } from '../response-records.ts';
import { parseRecord } from '../subjects.ts';
import { isDisabled, knownRule } from './known-rules.ts';
import { shippedRules } from './shipped-rules.ts';

/** Reading a file takes a moment, and most stay the same when one changes. By SHA-256 and name. */
const read = new Map<string, RuleFile>();
/** More than there can be rules at one time. */
const READ_MAX = 2000;

/**
 * The rules that findings are made by now: those that come with the service, with what people changed.
 *
 * @param records the texts of all records of rules
 * @param onUnreadable told of a rule that was put and cannot be read: by another version, which read more
 */
export function rulesInForce(
  records: readonly string[],
  nowMs: number,
  onUnreadable: (name: string, message: string) => void,
): readonly RuleFile[] {
  const changed = new Map(
    records.map((text) => {
      const record = parseRecord<RuleRecord>(text);
      return [record.name, record] as const;
    }),
  );
  const names = new Set([...shippedRules.builtIn.keys(), ...changed.keys()]);
  return [...names].flatMap((name) => {
    const rule = knownRule(shippedRules, name, changed.get(name));
    if (rule === undefined || isDisabled(rule, nowMs)) return [];
    try {
      return [readOnce(name, rule.source.text, rule.source.sha256)];
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      onUnreadable(name, error.message);
      return [];
    }
  });
}

function readOnce(name: string, text: string, sha256: string): RuleFile {
  const key = `${sha256} ${name}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const file = parseRuleFile(text, name);
  if (read.size >= READ_MAX) read.clear();
  read.set(key, file);
  return file;
}
