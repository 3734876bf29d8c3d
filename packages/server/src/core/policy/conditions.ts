import type { ConditionElement } from './document.ts';
import { type OperatorRule, operatorRule } from './operators.ts';
import type { ConditionLookup } from './template.ts';

/** Says whether one condition holds for a request. */
export type ConditionTest = (lookup: ConditionLookup) => boolean;

/** Compiles one condition (`spec/policy.md`, "conditions"). `variables`: the policy's version has policy variables. */
export function compileCondition(condition: ConditionElement, variables: boolean): ConditionTest {
  const original = condition.key;
  const name = original.toLowerCase();
  const rule = operatorRule(condition.operator);
  if (rule === undefined) return compileNull(name, condition);
  const holds = compileValues(condition, rule, variables);
  const { quantifier, ifExists } = condition.operator;
  const absent = quantifier === 'ForAllValues' || ifExists || (quantifier === undefined && rule.negated);
  return (lookup) => {
    const actual = lookup(name, original);
    return actual === undefined || actual.length === 0 ? absent : holds(actual, lookup);
  };
}

function compileNull(name: string, { key, values }: ConditionElement): ConditionTest {
  const wantsAbsent = values.some((value) => value.toLowerCase() === 'true');
  const wantsPresent = values.some((value) => value.toLowerCase() === 'false');
  return (lookup) => {
    const actual = lookup(name, key);
    return actual === undefined || actual.length === 0 ? wantsAbsent : wantsPresent;
  };
}

/** For a key that is present, with one value or more. */
function compileValues(
  { operator, values }: ConditionElement,
  rule: OperatorRule,
  variables: boolean,
): (actual: readonly string[], lookup: ConditionLookup) => boolean {
  const matches = rule.compile(values, variables);
  const { negated } = rule;
  switch (operator.quantifier) {
    case 'ForAllValues':
      return (actual, lookup) => actual.every((value) => matches(value, lookup) !== negated);
    case 'ForAnyValue':
      return (actual, lookup) => actual.some((value) => matches(value, lookup) !== negated);
    case undefined:
      return (actual, lookup) => actual.some((value) => matches(value, lookup)) !== negated;
  }
}
