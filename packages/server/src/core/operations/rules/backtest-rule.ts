import type { Operation } from '../operation.ts';
import { sha256Hex } from '../../crypto/index.ts';
import { OperationError } from '../errors.ts';
import { authorizeOnRecord } from '../record-access.ts';
import { requireRule } from './known-rules.ts';
import type { RuleBook } from './rule-book.ts';

/**
 * `BacktestRule`: what a rule, or a text that is to take its place, would have found. It tells of the record, so that it was
 * asked is recorded before anything is looked at. Answers the text that is to be tried.
 */
export function backtestRuleIn(book: RuleBook): Operation {
  return {
    name: 'BacktestRule',
    action: 'rule.backtest',
    run(attempt, params) {
      const name = params.text('ruleName');
      const given = params.optionalText('text');
      attempt.note.parameters = {
        from: params.optionalText('from'),
        rule: name,
        ruleSha256: given === undefined ? undefined : sha256Hex(given),
        to: params.optionalText('to'),
      };
      authorizeOnRecord(attempt, 'keywitness:BacktestRule');
      const text = given ?? requireRule(attempt, book, name).source.text;
      const reading = book.read(text, name);
      if (reading.kind === 'malformed') throw new OperationError('MalformedRule', reading.message);
      return { account: attempt.account, text };
    },
  };
}
