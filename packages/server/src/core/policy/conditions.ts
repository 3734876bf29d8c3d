import type { ConditionElement, Statement } from './document.ts';
import { Interned } from './interned.ts';
import { type OperatorRule, operatorRule } from './operators.ts';
import { compileDoubt, type ConditionLookup } from './template.ts';

/** Says whether one condition holds for a request. */
export type ConditionTest = (lookup: ConditionLookup) => boolean;

/** What compiling a condition depends on. */
export interface ConditionSetting {
  readonly effect: Statement['effect'];
  /** The policy's version has policy variables. */
  readonly variables: boolean;
}

const interned = new Interned<ConditionTest>();

/** Compiles one condition (`spec/policy.md`, "conditions"). */
export function compileCondition(condition: ConditionElement, setting: ConditionSetting): ConditionTest {
  const { operator, key, values } = condition;
  const all = [operator.written, key.toLowerCase(), setting.effect, setting.variables, values];
  return interned.of(JSON.stringify(all), () => compileOnce(condition, setting));
}

function compileOnce(condition: ConditionElement, setting: ConditionSetting): ConditionTest {
  const name = condition.key.toLowerCase();
  const rule = operatorRule(condition.operator);
  if (rule === undefined) return compileNull(name, condition);
  const holds = compileValues(condition, rule, setting);
  const { quantifier, ifExists } = condition.operator;
  const absent = quantifier === 'ForAllValues' || ifExists || (quantifier === undefined && rule.negated);
  const isDoubtful = compileDoubt(condition.values, rule.variables && setting.variables);
  return (lookup) => {
    const actual = lookup(name);
    if (actual === undefined || actual.length === 0) return absent;
    return isDoubtful?.(lookup) === true ? setting.effect === 'Deny' : holds(actual, lookup);
  };
}

function compileNull(name: string, { values }: ConditionElement): ConditionTest {
  const wantsAbsent = values.some((value) => value.toLowerCase() === 'true');
  const wantsPresent = values.some((value) => value.toLowerCase() === 'false');
  return (lookup) => {
    const actual = lookup(name);
    return actual === undefined || actual.length === 0 ? wantsAbsent : wantsPresent;
  };
}

/**
 * For a key that is present, with one value or more. Several values of the request that no set operator was written
 * for are ambiguous, and never to the caller's advantage: all of them must satisfy what allows, one what denies.
 */
function compileValues(
  { operator, values }: ConditionElement,
  rule: OperatorRule,
  { effect, variables }: ConditionSetting,
): (actual: readonly string[], lookup: ConditionLookup) => boolean {
  const matches = rule.compile(values, variables);
  const { negated } = rule;
  const quantifier = operator.quantifier ?? (effect === 'Allow' ? 'ForAllValues' : 'ForAnyValue');
  if (quantifier === 'ForAllValues') {
    return (actual, lookup) => actual.every((value) => matches(value, lookup) !== negated);
  }
  return (actual, lookup) => actual.some((value) => matches(value, lookup) !== negated);
}
