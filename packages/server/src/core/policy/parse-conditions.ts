import type { ConditionElement } from './document.ts';
import { PolicyError } from './errors.ts';
import { type ConditionOperator, isBoolean, operatorRule, parseOperator } from './operators.ts';
import { listOf, membersOf } from './strict-json.ts';
import { parseTemplate } from './template.ts';

/** What reading a statement's texts depends on. */
export interface StatementReading {
  /** The policy's version has policy variables. */
  readonly hasVariables: boolean;
  /** How errors name the statement. */
  readonly where: string;
}

const CONDITION_KEY = /^[A-Za-z0-9-]+:./;

/** @throws PolicyError */
export function parseConditions(value: unknown, reading: StatementReading): readonly ConditionElement[] {
  if (value === undefined) return [];
  const { where } = reading;
  return Object.entries(membersOf(value, `the Condition of ${where}`)).flatMap(([written, keys]) => {
    const operator = parseOperator(written);
    if (operator === undefined) {
      throw new PolicyError(`${where} uses the condition operator \`${written}\`, which is not supported`);
    }
    const members = membersOf(keys, `the condition \`${written}\` of ${where}`);
    return Object.entries(members).map(([key, values]) => parseCondition(operator, key, values, reading));
  });
}

function parseCondition(
  operator: ConditionOperator,
  key: string,
  value: unknown,
  { hasVariables, where }: StatementReading,
): ConditionElement {
  if (!CONDITION_KEY.test(key)) throw new PolicyError(`${where} has the invalid condition key \`${key}\``);
  const values = listOf(value).map((item) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'boolean' || typeof item === 'number') return String(item);
    throw new PolicyError(`${where} has a value for \`${key}\` that is no text, number or boolean`);
  });
  if (values.length === 0) throw new PolicyError(`${where} has no value for \`${key}\``);
  const invalid = values.find((item) => !isAccepted(operator, item, hasVariables));
  if (invalid === undefined) return { operator, key, values };
  throw new PolicyError(
    `${where} compares \`${key}\` by ${operator.written} with the invalid value \`${invalid}\``,
  );
}

function isAccepted(operator: ConditionOperator, value: string, hasVariables: boolean): boolean {
  const rule = operatorRule(operator);
  if (rule === undefined) return isBoolean(value);
  const variables = hasVariables && rule.variables;
  return rule.accepts(value) && parseTemplate(value, { variables, wildcards: true }) !== undefined;
}
