import { compileGlob, matchGlob } from './glob.ts';
import { isInRange, parseAddress, parseRange } from './ip-address.ts';
import { parseDate, parseNumber } from './numbers-and-dates.ts';
import { compilePatterns, type ValueMatcher } from './patterns.ts';
import {
  type ConditionLookup,
  literalPieces,
  parseTemplate,
  requireTemplate,
  resolveTemplate,
  type Syntax,
  type Template,
  textOf,
} from './template.ts';

/** A condition operator as a policy uses it, taken apart. */
export interface ConditionOperator {
  /** As the policy wrote it, for example `ForAnyValue:StringLikeIfExists`. */
  readonly written: string;
  /** Without prefix and suffix, for example `StringLike`. */
  readonly name: string;
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
}

/** What an operator does with the values of a policy. */
export interface OperatorRule {
  /** The operator holds when none of the policy's values match, instead of when one does. */
  readonly negated: boolean;
  /** Policy variables may stand in its values. */
  readonly variables: boolean;
  /** Whether a value of a policy makes sense. */
  accepts(value: string): boolean;
  /** Compiles the values of a policy into a matcher that any of them satisfies. */
  compile(values: readonly string[], variables: boolean): ValueMatcher;
}

type Positive = Omit<OperatorRule, 'negated'>;

const EVERYTHING = (): boolean => true;

/** The operators that hold when a value matches, each with the name of its negation, if it has one. */
const POSITIVE: readonly (readonly [name: string, rule: Positive, negation?: string])[] = [
  ['StringEquals', texts({ wildcards: false }), 'StringNotEquals'],
  ['StringEqualsIgnoreCase', textsIgnoringCase(), 'StringNotEqualsIgnoreCase'],
  ['StringLike', texts({ wildcards: true }), 'StringNotLike'],
  ['ArnEquals', arns(), 'ArnNotEquals'],
  ['ArnLike', arns(), 'ArnNotLike'],
  ['NumericEquals', ordered(parseNumber, (order) => order === 0), 'NumericNotEquals'],
  ['NumericLessThan', ordered(parseNumber, (order) => order < 0)],
  ['NumericLessThanEquals', ordered(parseNumber, (order) => order <= 0)],
  ['NumericGreaterThan', ordered(parseNumber, (order) => order > 0)],
  ['NumericGreaterThanEquals', ordered(parseNumber, (order) => order >= 0)],
  ['DateEquals', ordered(parseDate, (order) => order === 0), 'DateNotEquals'],
  ['DateLessThan', ordered(parseDate, (order) => order < 0)],
  ['DateLessThanEquals', ordered(parseDate, (order) => order <= 0)],
  ['DateGreaterThan', ordered(parseDate, (order) => order > 0)],
  ['DateGreaterThanEquals', ordered(parseDate, (order) => order >= 0)],
  ['Bool', booleans()],
  ['BinaryEquals', binaries()],
  ['IpAddress', addresses(), 'NotIpAddress'],
];

const RULES: ReadonlyMap<string, OperatorRule> = new Map(
  POSITIVE.flatMap(([name, rule, negation]): readonly (readonly [string, OperatorRule])[] => [
    [name, { ...rule, negated: false }],
    ...(negation === undefined ? [] : [[negation, { ...rule, negated: true }] as const]),
  ]),
);

const SHAPE = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** Takes an operator apart; `undefined` when there is none of this name. `Null` has neither prefix nor suffix. */
export function parseOperator(written: string): ConditionOperator | undefined {
  const [, prefix, name = '', suffix] = SHAPE.exec(written) ?? [];
  const isNull = written === 'Null';
  if (!isNull && !RULES.has(name)) return undefined;
  const quantifier = prefix === 'ForAllValues' || prefix === 'ForAnyValue' ? prefix : undefined;
  return { written, name, quantifier, ifExists: suffix !== undefined };
}

/** The rule of an operator; `undefined` for `Null`, which looks at no value. */
export function operatorRule(operator: ConditionOperator): OperatorRule | undefined {
  return RULES.get(operator.name);
}

function texts({ wildcards }: Pick<Syntax, 'wildcards'>): Positive {
  return {
    variables: true,
    accepts: EVERYTHING,
    compile: (values, variables) => compilePatterns(values, { wildcards, variables }),
  };
}

function textsIgnoringCase(): Positive {
  return {
    variables: true,
    accepts: EVERYTHING,
    compile(values, variables) {
      const templates = values.map((value) => requireTemplate(value, { variables, wildcards: false }));
      return (text, lookup) => {
        const actual = text.toLowerCase();
        return templates.some((template) => {
          const wanted = resolveTemplate(template, lookup);
          return wanted !== undefined && textOf(wanted).toLowerCase() === actual;
        });
      };
    },
  };
}

/** Compares by order; a text that is no number or date compares as nothing. */
function ordered(parse: (text: string) => number, holds: (order: number) => boolean): Positive {
  return {
    variables: false,
    accepts: (value) => !Number.isNaN(parse(value)),
    compile(values) {
      const wanted = values.map(parse);
      return (text) => {
        const actual = parse(text);
        return wanted.some((value) => !Number.isNaN(actual) && holds(actual - value));
      };
    },
  };
}

function booleans(): Positive {
  return {
    variables: false,
    accepts: isBoolean,
    compile(values) {
      const wanted = new Set(values.map((value) => value.toLowerCase()));
      return (actual) => wanted.has(actual.toLowerCase());
    },
  };
}

/** Whether a text is `true` or `false`, in any case. */
export function isBoolean(value: string): boolean {
  return /^(true|false)$/i.test(value);
}

/** Compared by their base64 text, which is one and the same for the same bytes. */
function binaries(): Positive {
  return {
    variables: false,
    accepts: (value) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value),
    compile(values) {
      const wanted = new Set(values);
      return (actual) => wanted.has(actual);
    },
  };
}

function addresses(): Positive {
  return {
    variables: false,
    accepts: (value) => parseRange(value) !== undefined,
    compile(values) {
      const ranges = values.map(parseRange).filter((range) => range !== undefined);
      return (actual) => {
        const address = parseAddress(actual);
        return address !== undefined && ranges.some((range) => isInRange(address, range));
      };
    },
  };
}

const ARN_SYNTAX: Syntax = { variables: true, wildcards: true };

/** ARNs are compared part by part: a `*` does not reach over a colon, except in the last part. */
function arns(): Positive {
  return {
    variables: true,
    accepts: (value) => value === '*' || splitTemplate(parseTemplate(value, ARN_SYNTAX) ?? []).length === 6,
    compile(values, variables) {
      const matchers = values.map((value) => compileArn(value, variables));
      return (actual, lookup) => matchers.some((matcher) => matcher(actual, lookup));
    },
  };
}

function compileArn(pattern: string, variables: boolean): ValueMatcher {
  if (pattern === '*') return EVERYTHING;
  const parts = splitTemplate(requireTemplate(pattern, { variables, wildcards: true })).map(compilePart);
  return (actual, lookup) => {
    const own = splitArn(actual);
    return own.length === parts.length && parts.every((matches, index) => matches(own[index] ?? '', lookup));
  };
}

function compilePart(template: Template): (text: string, lookup: ConditionLookup) => boolean {
  const pieces = literalPieces(template);
  if (pieces !== undefined) return compileGlob(pieces);
  return (text, lookup) => {
    const pattern = resolveTemplate(template, lookup);
    return pattern !== undefined && matchGlob(pattern, text);
  };
}

const COLON = 0x3a;

/** Splits before variables are filled in: a colon in a request's value never moves a part of an ARN. */
function splitTemplate(template: Template): readonly Template[] {
  const parts: Template[] = [];
  let start = 0;
  for (const [position, piece] of template.entries()) {
    if (piece !== COLON || parts.length === 5) continue;
    parts.push(template.slice(start, position));
    start = position + 1;
  }
  return [...parts, template.slice(start)];
}

function splitArn(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
