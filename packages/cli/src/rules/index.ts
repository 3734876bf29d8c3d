export { addExplainRuleCommand } from './explain-rule.ts';
export { addTestRulesCommand } from './test-rules.ts';
