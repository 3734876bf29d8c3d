export { backtest } from './backtest.ts';
export { rulesDue } from './enable-rule.ts';
export { instant, isImmutable, LIMIT_RULE, refuseImmutable, requireRule } from './known-rules.ts';
export type { RuleBook } from './rule-book.ts';
export {
  backtestRule,
  deleteRule,
  disableRule,
  enableDueRule,
  enableRule,
  getRule,
  listRules,
  putRule,
} from './rule-operations.ts';
export { type RulesNow, rulesNow } from './rules-now.ts';
export { shippedRules } from './shipped-rules.ts';
