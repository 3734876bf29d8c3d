export { type EngineStatus, RuleEngine, type RuleStatus } from './engine/index.ts';
export type { Json, JsonObject, RuleEvent } from './event.ts';
export { explainMatch, explainRule, type MatchExplanation } from './explain/index.ts';
export type { Finding, Level } from './finding.ts';
export { parseRuleFile, type RuleDocument, type RuleFile } from './language/index.ts';
export { type BuiltInRule, builtInRules } from './pack/index.ts';
export { type Place, RuleError, type RuleErrorCode } from './rule-error.ts';
export { ruleEvent } from './rule-event.ts';
export { runRuleTests, type RuleTestResult } from './testing/index.ts';
