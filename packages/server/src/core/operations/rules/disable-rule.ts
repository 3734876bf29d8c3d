import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { authorizeOnRecord } from '../record-access.ts';
import {
  describeRule,
  instant,
  type KnownRule,
  noteSwitch,
  refuseImmutable,
  requireRule,
  updatedNow,
} from './known-rules.ts';
import type { RuleBook } from './rule-book.ts';

/** `DisableRule`: nothing is found by it, until an instant if one is given, and until it is enabled otherwise. */
export function disableRuleIn(book: RuleBook): Operation {
  return {
    name: 'DisableRule',
    action: 'rule.disable',
    run(attempt, params) {
      const { nowMs } = attempt;
      const name = params.text('ruleName');
      const reason = params.text('reason');
      const untilMs = params.optionalNumber('untilMs');
      attempt.note.parameters = { reason, rule: name, until: instant(untilMs) };
      authorizeOnRecord(attempt, 'keywitness:DisableRule');
      refuseImmutable(name);
      const before = requireRule(attempt, book, name);
      if (untilMs !== undefined && untilMs <= nowMs) {
        throw new OperationError('InvalidInput', 'the instant until which it is to be disabled is over');
      }
      const record = {
        name,
        ...before.record,
        disabled: true,
        disabledReason: reason,
        disabledUntilMs: untilMs,
        ...updatedNow(attempt),
      };
      const after: KnownRule = { ...before, record };
      attempt.note.change = { before: noteSwitch(before, nowMs), after: noteSwitch(after, nowMs) };
      attempt.write(`rule:${name}`, record);
      return describeRule(after, nowMs);
    },
  };
}
