import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import { authorizeOnRecord } from '../record-access.ts';
import { knownRule, summarizeRule } from './known-rules.ts';
import type { RuleBook } from './rule-book.ts';

const LIMIT_DEFAULT = 100;

/** `ListRules`: those that come with the service, and those that people put, sorted by name. */
export function listRulesIn(book: RuleBook): Operation {
  return {
    name: 'ListRules',
    action: 'rule.list',
    run(attempt, params) {
      authorizeOnRecord(attempt, 'keywitness:ListRules');
      const { rules: records } = attempt.view.peek;
      const names = new Set([...book.builtIn.keys(), ...records.keys()]);
      const page = pageOf([...names].sort(), params, LIMIT_DEFAULT);
      const rules = page.names.flatMap((name) => {
        const rule = knownRule(book, name, records.get(name));
        return rule === undefined ? [] : [summarizeRule(rule, attempt.nowMs)];
      });
      return { rules, next: page.nextMarker };
    },
  };
}
