import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { authorizeOnRecord } from '../record-access.ts';
import { describeRule, knownRule, noteSource, refuseImmutable, requireRule } from './known-rules.ts';
import type { RuleBook } from './rule-book.ts';

/** `DeleteRule`: takes away what people put; one that comes with the service is again as it came. */
export function deleteRuleIn(book: RuleBook): Operation {
  return {
    name: 'DeleteRule',
    action: 'rule.delete',
    run(attempt, params) {
      const name = params.text('ruleName');
      attempt.note.parameters = { rule: name };
      authorizeOnRecord(attempt, 'keywitness:DeleteRule');
      refuseImmutable(name);
      const before = requireRule(attempt, book, name);
      if (before.record === undefined) {
        const message = `the rule \`${name}\` comes with the service and is as it came; it can be disabled`;
        throw new OperationError('InvalidState', message);
      }
      const after = knownRule(book, name, undefined);
      attempt.note.change = {
        before: noteSource(before, attempt.nowMs),
        ...(after === undefined ? {} : { after: noteSource(after, attempt.nowMs) }),
      };
      attempt.write(`rule:${name}`, null);
      return after === undefined ? { deleted: name } : { rule: describeRule(after, attempt.nowMs) };
    },
  };
}
