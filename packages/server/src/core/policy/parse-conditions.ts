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

/** What stands before the colon is a service, or the address of an identity provider with its path. */
const CONDITION_KEY = /^[A-Za-z0-9][A-Za-z0-9._~/-]*:./;
/** Keys with one value each, and what they are about. */
const SINGLE_VALUES = [
  ['kms:encryptioncontext:', 'pair'],
  ['aws:requesttag/', 'tag'],
] as const;

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
  reading: StatementReading,
): ConditionElement {
  const { hasVariables, where } = reading;
  if (!CONDITION_KEY.test(key)) throw new PolicyError(`${where} has the invalid condition key \`${key}\``);
  refuseOverlyPermissive(operator, key, reading);
  const values = listOf(value).map((item) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'boolean' || isExact(item)) return String(item);
    throw new PolicyError(`${where} has a value for \`${key}\` that is no text, number or boolean`);
  });
  if (values.length === 0) throw new PolicyError(`${where} has no value for \`${key}\``);
  const invalid = values.find((item) => !isAccepted(operator, item, hasVariables));
  if (invalid === undefined) return { operator, key, values };
  throw new PolicyError(
    `${where} compares \`${key}\` by ${operator.written} with the invalid value \`${invalid}\``,
  );
}

/** Beyond these numbers, JSON readers disagree about what was written. */
function isExact(item: unknown): item is number {
  return typeof item === 'number' && Math.abs(item) <= Number.MAX_SAFE_INTEGER;
}

/**
 * A pair of the encryption context has one value, and so has a tag. With `ForAllValues` the condition would also hold
 * without the pair or tag, which nobody means; KMS refuses it as well.
 */
function refuseOverlyPermissive(
  { quantifier, written }: ConditionOperator,
  key: string,
  { where }: StatementReading,
): void {
  if (quantifier !== 'ForAllValues') return;
  const [, what] = SINGLE_VALUES.find(([prefix]) => key.toLowerCase().startsWith(prefix)) ?? [];
  if (what === undefined) return;
  throw new PolicyError(
    `${where} compares \`${key}\` by ${written}, which holds without that ${what} as well`,
  );
}

function isAccepted(operator: ConditionOperator, value: string, hasVariables: boolean): boolean {
  const rule = operatorRule(operator);
  if (rule === undefined) return isBoolean(value);
  const variables = hasVariables && rule.variables;
  return rule.accepts(value) && parseTemplate(value, { variables, wildcards: true }) !== undefined;
}
