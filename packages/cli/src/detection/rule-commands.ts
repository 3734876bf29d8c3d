import type { Command } from 'commander';
import { addRuleDelete, addRuleDisable, addRuleEnable, addRulePut } from './rule-changing.ts';
import { addRuleBacktest } from './rule-backtest.ts';
import { addExplainRuleCommand, addTestRulesCommand } from '../rules/index.ts';
import { addRuleList, addRuleShow } from './rule-reading.ts';

/** `keywitness rules`. */
export function addRuleCommands(program: Command): void {
  const rules = program
    .command('rules')
    .description('Detection rules: what is looked for in the record. All changes of them are on the record.');
  addRuleList(rules);
  addRuleShow(rules);
  addRulePut(rules);
  addRuleDelete(rules);
  addRuleDisable(rules);
  addRuleEnable(rules);
  addTestRulesCommand(rules);
  addExplainRuleCommand(rules);
  addRuleBacktest(rules);
}
