import { parseRuleFile, RuleError, type RuleFile } from '@keywitness/rules';
import type { RuleRecord, RuleSource } from '../response-records.ts';
import { parseRecord } from '../subjects.ts';
import { isDisabled, knownRule } from './known-rules.ts';
import { shippedRules } from './shipped-rules.ts';

/** Reading a file takes a moment, and most stay the same when one changes. By SHA-256 and name. */
const read = new Map<string, RuleFile>();
/** More than there can be rules at one time. */
const READ_MAX = 2000;

/** The rules at a moment. */
export interface RulesNow {
  /** Those that findings are made by. */
  readonly inForce: readonly RuleFile[];
  /**
   * Those that are disabled, and those that came with the service and were replaced: what they have learned is theirs again
   * when they are back, or switching one off for a moment would blind it for as long as it learns.
   */
  readonly resting: readonly RuleFile[];
}

/**
 * The rules now: those that come with the service, with what people changed.
 *
 * @param records the texts of all records of rules
 * @param onUnreadable told of a rule that was put and cannot be read: by another version, which read more
 */
export function rulesNow(
  records: readonly string[],
  nowMs: number,
  onUnreadable: (name: string, message: string) => void,
): RulesNow {
  const changed = new Map(
    records.map((text) => {
      const record = parseRecord<RuleRecord>(text);
      return [record.name, record] as const;
    }),
  );
  const names = new Set([...shippedRules.builtIn.keys(), ...changed.keys()]);
  const inForce: RuleFile[] = [];
  const resting: RuleFile[] = [];
  for (const name of names) {
    const rule = knownRule(shippedRules, name, changed.get(name));
    if (rule === undefined) continue;
    const file = readRule(name, rule.source, onUnreadable);
    if (file !== undefined) (isDisabled(rule, nowMs) ? resting : inForce).push(file);
    const builtIn = shippedRules.builtIn.get(name);
    if (builtIn === undefined || builtIn.sha256 === rule.source.sha256) continue;
    const replaced = readRule(name, builtIn, onUnreadable);
    if (replaced !== undefined) resting.push(replaced);
  }
  return { inForce, resting };
}

function readRule(
  name: string,
  { sha256, text }: RuleSource,
  onUnreadable: (name: string, message: string) => void,
): RuleFile | undefined {
  try {
    return readOnce(name, text, sha256);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    onUnreadable(name, error.message);
    return undefined;
  }
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
