import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { authorizeOnRecord } from '../record-access.ts';
import type { Replica } from '../replica.ts';
import type { RuleRecord } from '../response-records.ts';
import {
  describeRule,
  isDisabled,
  type KnownRule,
  noteSwitch,
  refuseImmutable,
  requireRule,
  updatedNow,
} from './known-rules.ts';
import type { RuleBook } from './rule-book.ts';

/** `EnableRule`: undoes `DisableRule`. */
export function enableRuleIn(book: RuleBook): Operation {
  return {
    name: 'EnableRule',
    action: 'rule.enable',
    run(attempt, params) {
      const name = params.text('ruleName');
      attempt.note.parameters = { rule: name };
      authorizeOnRecord(attempt, 'keywitness:EnableRule');
      refuseImmutable(name);
      const before = requireRule(attempt, book, name);
      const after = enabled(attempt, before);
      attempt.note.change = {
        before: noteSwitch(before, attempt.nowMs),
        after: noteSwitch(after, attempt.nowMs),
      };
      return describeRule(after, attempt.nowMs);
    },
  };
}

/**
 * The service's own act when the time of a disabled rule is over: says so on the record. The rule is in force since that
 * instant, said or not. Nothing but the scheduler calls it.
 */
export function enableDueRuleIn(book: RuleBook): Operation {
  return {
    name: 'EnableDueRule',
    action: 'rule.enable',
    run(attempt, params) {
      const name = params.text('ruleName');
      attempt.note.parameters = { rule: name };
      const before = requireRule(attempt, book, name);
      if (before.record?.disabled !== true || isDisabled(before, attempt.nowMs)) {
        throw new OperationError('InvalidState', `the rule \`${name}\` is not due to be enabled`);
      }
      // As it was until then.
      const beforeMs = (before.record.disabledUntilMs ?? attempt.nowMs) - 1;
      const after = enabled(attempt, before);
      attempt.note.change = {
        before: noteSwitch(before, beforeMs),
        after: noteSwitch(after, attempt.nowMs),
      };
      return {};
    },
  };
}

/** Rules that are disabled until an instant that is over. */
export function rulesDue({ rules }: Replica, nowMs: number): readonly string[] {
  return [...rules.values()]
    .filter(({ disabled, disabledUntilMs }) => disabled && (disabledUntilMs ?? Infinity) <= nowMs)
    .map(({ name }) => name);
}

/** Declares it enabled as an effect. One that is again as it came has no record. */
function enabled(attempt: Attempt, rule: KnownRule): KnownRule {
  const { name } = rule;
  const source = rule.record?.source;
  if (source === undefined) {
    attempt.write(`rule:${name}`, null);
    return { ...rule, record: undefined };
  }
  const record: RuleRecord = { name, source, disabled: false, ...updatedNow(attempt) };
  attempt.write(`rule:${name}`, record);
  return { ...rule, record };
}
