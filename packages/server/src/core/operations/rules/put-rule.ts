import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { authorizeOnRecord } from '../record-access.ts';
import type { RuleRecord, RuleSource } from '../response-records.ts';
import { describeRule, knownRule, noteSource, refuseImmutable, updatedNow } from './known-rules.ts';
import type { RuleBook } from './rule-book.ts';

const RULES_MAX = 1000;

/** `PutRule`: a rule of this name looks for this from now on, in the place of the one that had the name. */
export function putRuleIn(book: RuleBook): Operation {
  return {
    name: 'PutRule',
    action: 'rule.put',
    run(attempt, params) {
      const name = params.text('ruleName');
      attempt.note.parameters = { rule: name };
      authorizeOnRecord(attempt, 'keywitness:PutRule');
      refuseImmutable(name);
      const before = knownRule(book, name, attempt.view.rule(name));
      const source = readSource(book, name, params.text('text'));
      if (before?.record === undefined) requireRoom(attempt);
      const record: RuleRecord = {
        name,
        disabled: false,
        ...before?.record,
        source,
        ...updatedNow(attempt),
      };
      const after = { name, source, isBuiltIn: book.builtIn.has(name), record };
      attempt.note.change = {
        ...(before === undefined ? {} : { before: noteSource(before, attempt.nowMs) }),
        after: noteSource(after, attempt.nowMs),
      };
      attempt.write(`document:${source.sha256}`, source.text);
      attempt.write(`rule:${name}`, record);
      return describeRule(after, attempt.nowMs);
    },
  };
}

function readSource(book: RuleBook, name: string, text: string): RuleSource {
  const reading = book.read(text, name);
  if (reading.kind === 'malformed') throw new OperationError('MalformedRule', reading.message);
  const { level, sha256, title } = reading;
  return { text, title, level, sha256 };
}

function requireRoom({ view }: Attempt): void {
  if (view.peek.rules.size < RULES_MAX) return;
  throw new OperationError('LimitExceeded', `at most ${RULES_MAX} rules are put or changed`);
}
