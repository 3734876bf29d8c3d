import { type Detection, parseDetection, type Scope } from '../detection/index.ts';
import {
  asMap,
  asText,
  asTexts,
  asWord,
  type DocumentNode,
  type MapNode,
  required,
} from '../document/index.ts';
import { compileField, type Field, type FieldSource } from '../fields/index.ts';
import type { Level } from '../finding.ts';
import { unsupported, wrong } from '../rule-error.ts';
import { type CorrelationText, readCorrelation } from './correlation.ts';
import { readDetector } from './detectors.ts';
import type { Detector } from './rule-document.ts';
import { levels, readSettings, type Settings } from './settings.ts';

/** A document that was read by itself: what it refers to is still a name. */
export type Draft = DetectionDraft | CorrelationDraft | FilterDraft;

interface DraftBase {
  readonly map: MapNode;
  readonly title: string;
  readonly level: Level;
  readonly settings: Settings;
  /** Its name and id. */
  readonly references: readonly string[];
}

export interface DetectionDraft extends DraftBase {
  readonly kind: 'detection';
  readonly scope: Scope;
  readonly detection: Detection;
  readonly detector: Detector | undefined;
  /** Of an absence. */
  readonly afterNode: DocumentNode | undefined;
  readonly groupBy: readonly Field[];
}

export interface CorrelationDraft extends DraftBase {
  readonly kind: 'correlation';
  readonly correlation: CorrelationText;
}

export interface FilterDraft extends DraftBase {
  readonly kind: 'filter';
  readonly scope: Scope;
  /** Names and ids of detections, or `any`. */
  readonly rules: readonly string[];
  readonly detection: Detection;
}

const titleUnitsMax = 256;
const rulesMax = 32;
const kinds = ['detection', 'correlation', 'filter'] as const;

/** Reads one document. Throws `RuleError`. */
export function readDraft(map: MapNode): Draft {
  const [kind, second] = kinds.filter((name) => map.entries.has(name));
  if (kind === undefined) {
    throw wrong(map.place, 'a document has `detection`, `correlation` or `filter`; add one');
  }
  if (second !== undefined) {
    throw wrong(map.place, `a document has \`${kind}\` or \`${second}\`, not both; write two`);
  }
  const settings = readSettings(map, kind === 'detection');
  const level = map.entries.get('level');
  const base = {
    map,
    title: asText(required(map, 'title'), titleUnitsMax),
    level: level === undefined ? 'medium' : asWord(level, levels),
    settings,
    references: ['name', 'id'].flatMap((name) => {
      const node = map.entries.get(name);
      return node === undefined ? [] : [asText(node, titleUnitsMax)];
    }),
  } as const;
  switch (kind) {
    case 'detection':
      return { kind, ...base, ...readDetectionParts(map, settings) };
    case 'correlation':
      return {
        kind,
        ...base,
        correlation: readCorrelation(asMap(required(map, 'correlation')), map.entries.get('generate')),
      };
    case 'filter': {
      const filter = asMap(required(map, 'filter'));
      const scope = readScope(map, settings);
      const rules = asTexts(required(filter, 'rules'), rulesMax);
      return { kind, ...base, scope, rules, detection: parseDetection(filter, scope, ['rules']) };
    }
  }
}

function readDetectionParts(
  map: MapNode,
  settings: Settings,
): Pick<DetectionDraft, 'scope' | 'detection' | 'detector' | 'afterNode' | 'groupBy'> {
  const scope = readScope(map, settings);
  const { detector, afterNode, groupBy } = readDetector(settings.map, scope);
  return {
    scope,
    detection: parseDetection(asMap(required(map, 'detection')), scope, []),
    detector,
    afterNode,
    groupBy: groupBy ?? [compileField('keywitness.actor.arn', 'event', settings.calendar, map.place)],
  };
}

function readScope(map: MapNode, { calendar, placeholders }: Settings): Scope {
  return { source: readSource(map), calendar, placeholders };
}

function readSource(map: MapNode): FieldSource {
  const source = asMap(required(map, 'logsource'));
  const member = (name: string): string => {
    const node = source.entries.get(name);
    return node === undefined ? '' : asText(node).toLowerCase();
  };
  const [product, service] = [member('product'), member('service')];
  if (product === 'keywitness' && service === '') return 'event';
  if (product === 'aws' && service === 'cloudtrail') return 'record';
  throw unsupported(
    source.place,
    'this log source is not here; there are `product: keywitness`, and `product: aws` with `service: cloudtrail`',
  );
}
