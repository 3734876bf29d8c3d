import type { Operation } from '../operation.ts';
import { authorizeOnRecord } from '../record-access.ts';
import { describeRule, requireRule } from './known-rules.ts';
import type { RuleBook } from './rule-book.ts';

/** `GetRule`: a rule with its text. */
export function getRuleIn(book: RuleBook): Operation {
  return {
    name: 'GetRule',
    action: 'rule.read',
    run(attempt, params) {
      const name = params.text('ruleName');
      attempt.note.parameters = { rule: name };
      authorizeOnRecord(attempt, 'keywitness:GetRule');
      return describeRule(requireRule(attempt, book, name), attempt.nowMs);
    },
  };
}
