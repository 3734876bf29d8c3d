export { explainMatch, type MatchExplanation } from './explain-match.ts';
export { explainRule } from './explain-rule.ts';
