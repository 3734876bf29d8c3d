import {
  asBoolean,
  asMap,
  asNumber,
  asText,
  asTexts,
  asWord,
  type DocumentNode,
  type MapNode,
  onlyMembers,
  required,
} from '../document/index.ts';
import { unsupported, wrong } from '../rule-error.ts';
import { asDuration } from './duration.ts';
import { type Bound, type CorrelationType, correlationTypes } from './rule-document.ts';

/** A `correlation` whose rules and fields are still names. */
export interface CorrelationText {
  readonly type: CorrelationType;
  readonly rules: readonly string[];
  readonly rulesNode: DocumentNode;
  readonly groupBy: readonly string[];
  readonly groupNode: DocumentNode | undefined;
  /** By alias, then by rule. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly timespanMs: number;
  readonly bounds: readonly Bound[];
  readonly valueNames: readonly string[];
  readonly percentile: number;
  readonly generate: boolean;
}

const rulesMax = 16;
const fieldsMax = 8;
const timespanMaxMs = 90 * 86_400_000;
const operators = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
const members = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'];

/** Reads what stands under `correlation`, and `generate` beside it. Throws `RuleError`. */
export function readCorrelation(map: MapNode, generate: DocumentNode | undefined): CorrelationText {
  onlyMembers(map, members);
  const type = asWord(required(map, 'type'), correlationTypes);
  const rulesNode = required(map, 'rules');
  const rules = asTexts(rulesNode, rulesMax);
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  if (rules.length < (isTemporal ? 2 : 1) || new Set(rules).size < rules.length) {
    throw wrong(
      rulesNode.place,
      `\`${type}\` needs at least ${isTemporal ? 'two rules' : 'one rule'}, each once`,
    );
  }
  const groupNode = map.entries.get('group-by');
  const isEmptyGroup = groupNode === undefined || (groupNode.kind === 'list' && groupNode.items.length === 0);
  const condition = map.entries.get('condition');
  const generated = map.entries.get('generate') ?? generate;
  return {
    type,
    rules,
    rulesNode,
    groupBy: isEmptyGroup ? [] : asTexts(groupNode, fieldsMax),
    groupNode,
    aliases: readAliases(map.entries.get('aliases')),
    timespanMs: asDuration(required(map, 'timespan'), timespanMaxMs),
    ...readCondition(map, condition, type, rules.length),
    generate: generated === undefined ? false : asBoolean(generated),
  };
}

function readAliases(node: DocumentNode | undefined): CorrelationText['aliases'] {
  if (node === undefined) return new Map();
  return new Map(
    [...asMap(node).entries].map(([alias, fields]) => [
      alias,
      new Map([...asMap(fields, 'fields by rule').entries].map(([rule, field]) => [rule, asText(field)])),
    ]),
  );
}

type Condition = Pick<CorrelationText, 'bounds' | 'valueNames' | 'percentile'>;

function readCondition(
  map: MapNode,
  node: DocumentNode | undefined,
  type: CorrelationType,
  rules: number,
): Condition {
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  if (node === undefined) {
    if (!isTemporal) throw wrong(map.place, 'the member `condition` is missing; add `condition: {gte: 5}`');
    return { bounds: [{ operator: 'gte', number: rules }], valueNames: [], percentile: 50 };
  }
  if (node.kind === 'scalar') {
    throw unsupported(
      node.place,
      'a condition of a correlation is a map, `{gte: 5}`; expressions of rules are not read',
    );
  }
  if (type === 'temporal_ordered') {
    throw unsupported(node.place, '`temporal_ordered` always means all rules; remove `condition`');
  }
  const condition = asMap(node);
  onlyMembers(condition, [...operators, 'field', 'percentile']);
  const bounds = operators.flatMap((operator): readonly Bound[] => {
    const number = condition.entries.get(operator);
    return number === undefined ? [] : [{ operator, number: asNumber(number, -1e15, 1e15) }];
  });
  if (bounds.length === 0 || bounds.length > 2) {
    throw wrong(node.place, `a condition has one or two of \`${operators.join('`, `')}\``);
  }
  return { bounds, ...readValues(condition, type) };
}

function readValues(condition: MapNode, type: CorrelationType): Omit<Condition, 'bounds'> {
  const [field, percentile] = [condition.entries.get('field'), condition.entries.get('percentile')];
  const wantsField = type.startsWith('value_');
  if (wantsField && field === undefined) {
    throw wrong(condition.place, `\`${type}\` needs \`field\` in its condition`);
  }
  if (!wantsField && field !== undefined) throw wrong(field.place, `\`${type}\` has no \`field\`; remove it`);
  if (percentile !== undefined && type !== 'value_percentile') {
    throw wrong(percentile.place, `\`${type}\` has no \`percentile\`; remove it`);
  }
  const valueNames = field === undefined ? [] : asTexts(field, fieldsMax);
  if (valueNames.length > 1 && type !== 'value_count') {
    throw wrong(condition.place, `\`${type}\` has one field`);
  }
  return { valueNames, percentile: percentile === undefined ? 50 : asNumber(percentile, 0, 100) };
}
