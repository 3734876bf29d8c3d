import type { ConditionElement, Statement } from './document.ts';
import { PolicyError } from './errors.ts';
import { costOf, requireTemplate } from './template.ts';

/**
 * The most comparisons that the patterns of one policy may cost for each character that they are matched with. Whoever
 * may write a policy must not be able to hold up everybody else with it.
 */
const PATTERN_COST_MAX = 4096;

/** Operators in whose values `*` and `?` are wildcards. */
const WILDCARD_OPERATOR = /^(?:StringLike|StringNotLike|Arn[A-Za-z]+)$/;

/**
 * Refuses a policy whose patterns would be too much work to match (`spec/policy.md`, "limits").
 *
 * @throws PolicyError
 */
export function refuseCostlyPatterns(statements: readonly Statement[], hasVariables: boolean): void {
  const cost = statements.reduce((sum, statement) => sum + costOfStatement(statement, hasVariables), 0);
  if (cost > PATTERN_COST_MAX) {
    throw new PolicyError(`the patterns of the policy have a cost of ${cost}, more than ${PATTERN_COST_MAX}`);
  }
}

function costOfStatement(statement: Statement, hasVariables: boolean): number {
  const { actions = [], notActions = [], resources = [], notResources = [], conditions } = statement;
  return (
    costOfTexts([...actions, ...notActions], false) +
    costOfTexts([...resources, ...notResources, ...conditions.flatMap(patternsOf)], hasVariables)
  );
}

function costOfTexts(texts: readonly string[], variables: boolean): number {
  return texts.reduce((sum, text) => sum + costOf(requireTemplate(text, { variables, wildcards: true })), 0);
}

function patternsOf({ operator, values }: ConditionElement): readonly string[] {
  return WILDCARD_OPERATOR.test(operator.name) ? values : [];
}
