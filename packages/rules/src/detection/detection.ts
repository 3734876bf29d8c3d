import { type DocumentNode, type MapNode, required } from '../document/index.ts';
import { RuleError, wrong } from '../rule-error.ts';
import { parseCondition } from './condition.ts';
import type { Expression } from './expression.ts';
import { parseFieldTest, type Scope } from './field-test.ts';
import { parseKeywords } from './keywords.ts';

/** Values that an event is compared with at most; a selection counts each time that the condition names it. */
const testsMax = 4096;

/** A `detection`, or a `filter` without its own members. */
export interface Detection {
  readonly expression: Expression;
  /** By name. */
  readonly selections: ReadonlyMap<string, Expression>;
}

/** Reads selections and `condition`; `others` are members that are neither. Throws `RuleError`. */
export function parseDetection(map: MapNode, scope: Scope, others: readonly string[]): Detection {
  const selections = new Map<string, Expression>();
  for (const [name, node] of map.entries) {
    if (name === 'condition' || others.includes(name)) continue;
    if (name === 'timeframe') {
      throw wrong(node.place, '`timeframe` belongs to a correlation, as its `timespan`');
    }
    selections.set(name, { kind: 'selection', name, part: parseSelection(node, scope) });
  }
  if (selections.size === 0) throw wrong(map.place, 'there is no selection; add `selection: {...}`');
  const condition = required(map, 'condition');
  const texts = condition.kind === 'list' ? condition.items : [condition];
  const parts = texts.map((text) => {
    if (text.kind !== 'scalar' || text.text === '') {
      throw wrong(text.place, 'a condition is a text, such as `selection and not filter`');
    }
    return parseCondition(text, selections);
  });
  const [only] = parts;
  if (only === undefined) throw wrong(condition.place, 'a list of conditions must not be empty');
  const expression: Expression = parts.length === 1 ? only : { kind: 'any', parts };
  if (countTests(expression) > testsMax) {
    throw new RuleError(
      'too-large',
      condition.place,
      `this compares an event with more than ${testsMax} values; simplify it`,
    );
  }
  return { expression, selections };
}

function parseSelection(node: DocumentNode, scope: Scope): Expression {
  if (node.kind === 'map') return parseMap(node, scope);
  if (node.kind === 'scalar') return parseKeywords(node, [], scope);
  if (node.items.length === 0) throw wrong(node.place, 'a selection must not be empty');
  const parts = node.items.map((item): Expression => {
    if (item.kind === 'list') throw wrong(item.place, 'a list in a list means nothing here');
    return item.kind === 'map' ? parseMap(item, scope) : parseKeywords(item, [], scope);
  });
  return { kind: 'any', parts };
}

function parseMap(map: MapNode, scope: Scope): Expression {
  const parts = [...map.entries].map(([key, node]): Expression => {
    if (node.kind === 'map') {
      throw wrong(node.place, 'a value is no map; write the field as a path, `actor.arn`');
    }
    if (!key.startsWith('|')) return parseFieldTest(key, node, scope);
    return parseKeywords(node, key.slice(1).split('|'), scope);
  });
  if (parts.length === 0) throw wrong(map.place, 'a selection must not be empty');
  return { kind: 'all', parts };
}

function countTests(expression: Expression): number {
  switch (expression.kind) {
    case 'test':
      return expression.cost;
    case 'selection':
    case 'not':
      return countTests(expression.part);
    case 'all':
    case 'any':
    case 'some':
      return expression.parts.reduce((sum, part) => sum + countTests(part), 0);
  }
}
