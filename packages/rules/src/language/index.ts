export { describeDuration } from './duration.ts';
export { parseRuleFile } from './parse-rule-file.ts';
export type {
  Absence,
  Baseline,
  Bound,
  CorrelationDocument,
  DetectionDocument,
  FirstSeen,
  Input,
  RuleDocument,
  RuleFile,
  RuleTest,
  TestEvent,
} from './rule-document.ts';
