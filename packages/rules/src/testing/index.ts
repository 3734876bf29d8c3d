export { runRuleTests, type RuleTestResult } from './run-rule-tests.ts';
