import { basename } from 'node:path';
import { parseRuleFile, RuleError, type RuleFile } from '@keywitness/rules';
import { Failure } from '../failure.ts';
import { readText } from '../files/index.ts';

/** Reads a rule file; it is called after the file, without `.yml` or `.yaml`. */
export function readRule(path: string): RuleFile {
  const text = readText(path);
  const name = basename(path).replace(/\.ya?ml$/, '');
  try {
    return parseRuleFile(text, name);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    throw new Failure('could-not', `\`${path}\` is no rule: ${error.message}`, { cause: error });
  }
}
