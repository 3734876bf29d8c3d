export { sayCondition, sayDecision, sayNearMiss, sayStatement } from './sentences.ts';
