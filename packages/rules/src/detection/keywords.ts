import { asText, type DocumentNode } from '../document/index.ts';
import type { Json } from '../event.ts';
import type { EventView } from '../fields/index.ts';
import { wrong } from '../rule-error.ts';
import { onText, type ValueTest } from './comparison.ts';
import type { FieldTest } from './expression.ts';
import { expressionTest, type Scope, valuesOf } from './field-test.ts';
import { parseModifiers } from './modifiers.ts';
import { compilePattern } from './pattern.ts';

const regexUnitsMax = 1024;
/** A keyword is compared with every value of an event, so it counts for so many. */
const keywordCost = 16;

/** Texts that any value of the event must contain; `words` are the modifiers of a key such as `|all`. */
export function parseKeywords(node: DocumentNode, words: readonly string[], scope: Scope): FieldTest {
  const { comparison, all, cased, neq, flags, fieldref, timePart, expand, encodings } = parseModifiers(
    words,
    node.place,
  );
  const isKnown = comparison === 'whole' || comparison === 'contains' || comparison === 're';
  if (!isKnown || fieldref || expand || timePart !== undefined || encodings.length > 0) {
    throw wrong(node.place, 'keywords know the modifiers `all`, `cased`, `contains`, `neq` and `re` only');
  }
  const values = valuesOf(node);
  const tests = values.map((value): ValueTest => {
    if (comparison === 're') return onText(expressionTest(asText(value, regexUnitsMax), flags, value.place));
    const test = compilePattern(asText(value), 'anywhere', cased);
    if (test === undefined) throw wrong(value.place, 'a keyword has too many wildcards');
    return onText(test);
  });
  const holds = (view: EventView): boolean => {
    const root = scope.source === 'event' ? view.event.canonical : view.record();
    if (root === undefined) return false;
    return all
      ? tests.every((test) => someLeaf(root, test))
      : someLeaf(root, (value) => tests.some((test) => test(value)));
  };
  const shown = values.map(({ text }) => `\`${text}\``).join(all ? ' and ' : ' or ');
  return {
    kind: 'test',
    words: `${neq ? 'not: ' : ''}the event contains ${shown}`,
    decidedBy: undefined,
    ownActs: false,
    cost: values.length * keywordCost,
    holds: neq ? (view) => !holds(view) : holds,
  };
}

function someLeaf(value: Json | undefined, test: ValueTest): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return test(value);
  for (const inner of Object.values(value)) {
    if (someLeaf(inner, test)) return true;
  }
  return false;
}
