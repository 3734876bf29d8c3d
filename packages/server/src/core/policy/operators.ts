import { compileArnPatterns, isArnPattern } from './arn-patterns.ts';
import { isInRange, parseAddress, parseRange } from './ip-address.ts';
import { parseDate, parseNumber } from './numbers-and-dates.ts';
import { compilePatterns, type ValueMatcher } from './patterns.ts';
import { oncePerRequest, requireTemplate, resolveTemplate, type Syntax, textOf } from './template.ts';

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

const ARNS: Positive = { variables: true, accepts: isArnPattern, compile: compileArnPatterns };

/** The operators that hold when a value matches, each with the name of its negation, if it has one. */
const POSITIVE: readonly (readonly [name: string, rule: Positive, negation?: string])[] = [
  ['StringEquals', texts({ wildcards: false }), 'StringNotEquals'],
  ['StringEqualsIgnoreCase', textsIgnoringCase(), 'StringNotEqualsIgnoreCase'],
  ['StringLike', texts({ wildcards: true }), 'StringNotLike'],
  ['ArnEquals', ARNS, 'ArnNotEquals'],
  ['ArnLike', ARNS, 'ArnNotLike'],
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
      const wantedOf = oncePerRequest((lookup) => {
        const resolved = templates.map((template) => resolveTemplate(template, lookup));
        const wanted = resolved.filter((pieces) => pieces !== undefined);
        return new Set(wanted.map((pieces) => textOf(pieces).toLowerCase()));
      });
      return (text, lookup) => wantedOf(lookup).has(text.toLowerCase());
    },
  };
}

/** Compares by order; a text that is no number or date compares as nothing. */
function ordered(parse: (text: string) => number, holds: (order: number) => boolean): Positive {
  return {
    variables: false,
    // Beyond, different texts are one number. Not a number is not within.
    accepts: (value) => Math.abs(parse(value)) <= Number.MAX_SAFE_INTEGER,
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
        // The zone of a link-local address says through which interface it was reached, not where it is.
        const [numbers = ''] = actual.split('%', 1);
        const address = parseAddress(numbers);
        return address !== undefined && ranges.some((range) => isInRange(address, range));
      };
    },
  };
}
