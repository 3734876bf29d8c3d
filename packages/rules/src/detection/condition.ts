import type { ScalarNode } from '../document/index.ts';
import { unsupported, wrong } from '../rule-error.ts';
import type { Expression } from './expression.ts';

/** Nesting of a condition, by parentheses and `not`. */
const nestingMax = 32;

/** A condition over selections, by name. Throws `RuleError` for what it cannot be. */
export function parseCondition(node: ScalarNode, selections: ReadonlyMap<string, Expression>): Expression {
  if (/\|/.test(node.text)) {
    throw unsupported(node.place, 'aggregations after `|` are not read; write a correlation (spec/rules.md)');
  }
  return new ConditionParser(node, selections).parse();
}

class ConditionParser {
  readonly #node: ScalarNode;
  readonly #selections: ReadonlyMap<string, Expression>;
  readonly #tokens: readonly string[];
  #at = 0;
  #nesting = 0;

  constructor(node: ScalarNode, selections: ReadonlyMap<string, Expression>) {
    this.#node = node;
    this.#selections = selections;
    this.#tokens = node.text.match(/[()]|[^\s()]+/g) ?? [];
  }

  parse(): Expression {
    const expression = this.#or();
    const left = this.#tokens[this.#at];
    if (left !== undefined) {
      throw this.#wrong(`\`${left}\` is not expected here; join parts with \`and\` or \`or\``);
    }
    return expression;
  }

  #or(): Expression {
    const parts = [this.#and()];
    while (this.#take('or')) parts.push(this.#and());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'any', parts };
  }

  #and(): Expression {
    const parts = [this.#not()];
    while (this.#take('and')) parts.push(this.#not());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'all', parts };
  }

  #not(): Expression {
    this.#nesting += 1;
    if (this.#nesting > nestingMax) throw this.#wrong(`it is nested more than ${nestingMax} deep`);
    const expression: Expression = this.#take('not') ? { kind: 'not', part: this.#not() } : this.#primary();
    this.#nesting -= 1;
    return expression;
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw this.#wrong('it ends too early; name a selection');
    this.#at += 1;
    if (token === '(') {
      const inner = this.#or();
      if (!this.#take(')')) throw this.#wrong('a `)` is missing');
      return inner;
    }
    if (/^(\d{1,3}|all|any)$/i.test(token) && this.#take('of')) return this.#some(token.toLowerCase());
    const part = this.#selections.get(token);
    if (part === undefined) throw this.#wrong(`there is no selection \`${token}\``);
    return part;
  }

  #some(quantity: string): Expression {
    const pattern = this.#tokens[this.#at];
    if (pattern === undefined) {
      throw this.#wrong('after `of` a pattern of names is missing, such as `selection*`');
    }
    this.#at += 1;
    const parts = [...this.#selections]
      .filter(([name]) =>
        pattern.toLowerCase() === 'them' ? !name.startsWith('_') : matchesName(pattern, name),
      )
      .map(([, part]) => part);
    if (parts.length === 0) throw this.#wrong(`no selection is called \`${pattern}\``);
    if (quantity === 'all') return { kind: 'all', parts };
    const atLeast = quantity === 'any' ? 1 : Number(quantity);
    if (atLeast < 1 || atLeast > parts.length) {
      throw this.#wrong(`\`${quantity} of ${pattern}\` cannot be: there are ${parts.length}`);
    }
    return atLeast === 1 ? { kind: 'any', parts } : { kind: 'some', atLeast, parts };
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #wrong(reason: string): Error {
    return wrong(this.#node.place, `this condition cannot be read: ${reason}`);
  }
}

function matchesName(pattern: string, name: string): boolean {
  let at = 0;
  const pieces = pattern.split('*');
  const last = pieces.at(-1) ?? '';
  for (const [index, piece] of pieces.entries()) {
    const found = index === 0 ? (name.startsWith(piece) ? 0 : -1) : name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return pieces.length === 1 ? at === name.length : name.length >= at && name.endsWith(last);
}
