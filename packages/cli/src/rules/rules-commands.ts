import type { Command } from 'commander';
import { addExplainRuleCommand } from './explain-rule.ts';
import { addTestRulesCommand } from './test-rules.ts';

/** `keywitness rules`. */
export function addRulesCommands(program: Command): void {
  const rules = program.command('rules').description('Tests and explains detection rules.');
  addTestRulesCommand(rules);
  addExplainRuleCommand(rules);
}
