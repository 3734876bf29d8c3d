import {
  asBoolean,
  asInteger,
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
import type { Scope } from '../detection/index.ts';
import { compileField, type Field } from '../fields/index.ts';
import { wrong } from '../rule-error.ts';
import { asDuration } from './duration.ts';
import type { Absence, Baseline, FirstSeen } from './rule-document.ts';

/** Fields of a `group-by`, of `fields`, of `condition.field`. */
const fieldsMax = 8;
const dayMs = 86_400_000;
const historyMaxMs = 400 * dayMs;
const absenceMaxMs = 90 * dayMs;
const forgetMaxMs = 400 * dayMs;
const intervalMaxMs = 7 * dayMs;

/** What stands under `keywitness` of a detection and makes it a detector. */
export interface DetectorSettings {
  readonly detector: FirstSeen | Baseline | Absence | undefined;
  /** `after` of an absence, which is still a name. */
  readonly afterNode: DocumentNode | undefined;
  /** `group-by`, if there is one. */
  readonly groupBy: readonly Field[] | undefined;
}

/** Reads `group-by`, `first-seen`, `baseline` and `absence`. Throws `RuleError`. */
export function readDetector(map: MapNode | undefined, scope: Scope): DetectorSettings {
  const found = ['first-seen', 'baseline', 'absence'].filter((name) => map?.entries.has(name) === true);
  const [name, second] = found;
  const outer = map?.entries.get('group-by');
  const outerGroup = outer === undefined ? undefined : readFields(outer, scope);
  if (map === undefined || name === undefined) {
    return { detector: undefined, afterNode: undefined, groupBy: outerGroup };
  }
  const own = asMap(required(map, name));
  if (second !== undefined) {
    throw wrong(map.place, `a detection is \`${name}\` or \`${second}\`, not both; write two`);
  }
  const inner = own.entries.get('group-by');
  if (inner !== undefined && outerGroup !== undefined) {
    throw wrong(inner.place, 'there is `group-by` twice; keep one');
  }
  const groupBy = inner === undefined ? outerGroup : readFields(inner, scope);
  switch (name) {
    case 'first-seen':
      return { detector: readFirstSeen(own, scope), afterNode: undefined, groupBy };
    case 'baseline':
      return { detector: readBaseline(own, scope), afterNode: undefined, groupBy };
    default:
      return { detector: readAbsence(own), afterNode: own.entries.get('after'), groupBy };
  }
}

/** A list of fields; it may be empty. */
function readFields(node: DocumentNode, scope: Scope): readonly Field[] {
  const names = node.kind === 'list' && node.items.length === 0 ? [] : asTexts(node, fieldsMax);
  if (new Set(names).size < names.length) throw wrong(node.place, 'a field is here twice; keep one');
  return names.map((name) => compileField(name, scope.source, scope.calendar, node.place));
}

function readFirstSeen(map: MapNode, scope: Scope): FirstSeen {
  onlyMembers(map, ['fields', 'group-by', 'history', 'learning', 'values-max']);
  const fields = readFields(required(map, 'fields'), scope);
  if (fields.length === 0) throw wrong(map.place, '`fields` must name at least one field');
  const historyMs = asDuration(required(map, 'history'), historyMaxMs);
  const learning = map.entries.get('learning');
  const most = map.entries.get('values-max');
  return {
    kind: 'first-seen',
    fields,
    historyMs,
    learningMs: learning === undefined ? Math.floor(historyMs / 2) : asLearning(learning),
    valuesMax: most === undefined ? 1000 : asInteger(most, 1, 100_000),
  };
}

/** `0s` means that the first value is new already. */
function asLearning(node: DocumentNode): number {
  return asText(node) === '0s' ? 0 : asDuration(node, historyMaxMs);
}

function readBaseline(map: MapNode, scope: Scope): Baseline {
  onlyMembers(map, [
    'group-by',
    'interval',
    'floor',
    'z',
    'min-points',
    'distinct',
    'half-life',
    'seasonal',
    'unlearned',
  ]);
  const get = (name: string): DocumentNode | undefined => map.entries.get(name);
  const [z, points, distinct] = [get('z'), get('min-points'), get('distinct')];
  const [halfLife, seasonal, unlearned] = [get('half-life'), get('seasonal'), get('unlearned')];
  return {
    kind: 'baseline',
    intervalMs: asDuration(required(map, 'interval'), intervalMaxMs, 60_000),
    floor: asNumber(required(map, 'floor'), 1, 1e12),
    z: z === undefined ? 3 : asNumber(z, 0.1, 100),
    minPoints: points === undefined ? 15 : asInteger(points, 2, 10_000),
    distinct:
      distinct === undefined
        ? undefined
        : compileField(asText(distinct), scope.source, scope.calendar, distinct.place),
    halfLife: halfLife === undefined ? 168 : asNumber(halfLife, 1, 100_000),
    seasonal: seasonal === undefined ? true : asBoolean(seasonal),
    unlearned: unlearned === undefined ? 'silent' : asWord(unlearned, ['silent', 'floor']),
  };
}

function readAbsence(map: MapNode): Absence {
  onlyMembers(map, ['within', 'group-by', 'after', 'forget']);
  const withinMs = asDuration(required(map, 'within'), absenceMaxMs);
  const forget = map.entries.get('forget');
  return {
    kind: 'absence',
    withinMs,
    forgetMs: forget === undefined ? Math.min(10 * withinMs, forgetMaxMs) : asDuration(forget, forgetMaxMs),
    after: undefined,
  };
}
