export { type EngineStatus, RuleEngine, type RuleStatus } from './rule-engine.ts';
