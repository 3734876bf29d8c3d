import type { Operation } from '../operation.ts';
import { backtestRuleIn } from './backtest-rule.ts';
import { deleteRuleIn } from './delete-rule.ts';
import { disableRuleIn } from './disable-rule.ts';
import { enableDueRuleIn, enableRuleIn } from './enable-rule.ts';
import { getRuleIn } from './get-rule.ts';
import { listRulesIn } from './list-rules.ts';
import { putRuleIn } from './put-rule.ts';
import { shippedRules } from './shipped-rules.ts';

export const backtestRule: Operation = backtestRuleIn(shippedRules);
export const deleteRule: Operation = deleteRuleIn(shippedRules);
export const disableRule: Operation = disableRuleIn(shippedRules);
export const enableDueRule: Operation = enableDueRuleIn(shippedRules);
export const enableRule: Operation = enableRuleIn(shippedRules);
export const getRule: Operation = getRuleIn(shippedRules);
export const listRules: Operation = listRulesIn(shippedRules);
export const putRule: Operation = putRuleIn(shippedRules);
