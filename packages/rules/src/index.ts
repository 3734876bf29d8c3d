export type { Json, JsonObject, RuleEvent } from './event.ts';
export type { Finding, Level } from './finding.ts';
