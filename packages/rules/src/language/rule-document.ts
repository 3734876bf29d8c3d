import type { EventTest, Expression } from '../detection/index.ts';
import type { Json, JsonObject } from '../event.ts';
import type { Calendar, Field, FieldSource } from '../fields/index.ts';
import type { Level } from '../finding.ts';

/** A rule file that was read: everything that the engine needs of it. */
export interface RuleFile {
  /** 1 to 64 lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly text: string;
  /** Of the text as UTF-8, hexadecimal. */
  readonly sha256: string;
  /** Of the first document that makes findings. */
  readonly title: string;
  readonly level: Level;
  readonly description: string | undefined;
  readonly author: string | undefined;
  readonly license: string | undefined;
  readonly tags: readonly string[];
  /** Detections and correlations, each after those that it refers to. */
  readonly documents: readonly RuleDocument[];
  readonly tests: readonly RuleTest[];
}

/** A document that can match. */
export type RuleDocument = DetectionDocument | CorrelationDocument;

interface DocumentBase {
  readonly title: string;
  readonly level: Level;
  /** Which of the file's documents that make findings it is, from 0; `undefined` when it is a part of others only. */
  readonly output: number | undefined;
  /** How long nothing may match for an episode to end, milliseconds. */
  readonly quietMs: number;
  /** How many groups are kept. */
  readonly entitiesMax: number;
  /** Names of the fields that make the entity. */
  readonly entity: readonly string[];
}

/** A document with `detection`. */
export interface DetectionDocument extends DocumentBase {
  readonly kind: 'detection';
  readonly source: FieldSource;
  readonly calendar: Calendar;
  /** With the filters that belong to it. */
  readonly expression: Expression;
  readonly matches: EventTest;
  /** Whether it sees events of what detection itself does. */
  readonly seesOwnActs: boolean;
  readonly groupBy: readonly Field[];
  readonly detector: Detector | undefined;
}

/** What makes a detection hold only sometimes. */
export type Detector = FirstSeen | Baseline | Absence;

export interface FirstSeen {
  readonly kind: 'first-seen';
  readonly fields: readonly Field[];
  readonly historyMs: number;
  readonly learningMs: number;
  /** Of one group. */
  readonly valuesMax: number;
}

export interface Baseline {
  readonly kind: 'baseline';
  readonly intervalMs: number;
  readonly floor: number;
  readonly z: number;
  readonly minPoints: number;
  /** Of distinct values instead of attempts. */
  readonly distinct: Field | undefined;
  /** In intervals. */
  readonly halfLife: number;
  readonly seasonal: boolean;
  readonly unlearned: 'silent' | 'floor';
}

export interface Absence {
  readonly kind: 'absence';
  readonly withinMs: number;
  readonly forgetMs: number;
  /** What starts the wait; without it, each event of the detection itself. */
  readonly after: Input | undefined;
}

/** The types of correlations. */
export const correlationTypes = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_min',
  'value_max',
  'value_percentile',
  'temporal',
  'temporal_ordered',
] as const;

export type CorrelationType = (typeof correlationTypes)[number];

/** A document with `correlation`. */
export interface CorrelationDocument extends DocumentBase {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  readonly inputs: readonly Input[];
  readonly timespanMs: number;
  /** All of them must hold. */
  readonly bounds: readonly Bound[];
  /** Names of the fields that values are taken from. */
  readonly valueNames: readonly string[];
  /** 0 to 100. */
  readonly percentile: number;
}

/** A document that another one looks at, and the fields that are taken from its events. */
export interface Input {
  /** Position in the file's `documents`. */
  readonly document: number;
  readonly groupBy: readonly Field[];
  readonly values: readonly Field[];
}

/** `gte: 5`. */
export interface Bound {
  readonly operator: 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';
  readonly number: number;
}

/** A test that a rule file brings. */
export interface RuleTest {
  readonly name: string;
  readonly events: readonly TestEvent[];
  /** Time that passes at the end, milliseconds. */
  readonly waitMs: number;
  readonly expect: Expectation;
}

export interface TestEvent {
  /** Merged over the default event. */
  readonly members: JsonObject;
  /** Milliseconds since the epoch. */
  readonly atMs: number | undefined;
  /** Since the event before, milliseconds. */
  readonly afterMs: number;
  readonly repeat: number;
  readonly everyMs: number;
}

/** What a test expects; members that are `undefined` are not looked at. */
export interface Expectation {
  /** Episodes opened. */
  readonly findings: number | undefined;
  readonly grown: number | undefined;
  readonly level: Level | undefined;
  /** Members of the first finding's entity. */
  readonly entity: Readonly<Record<string, Json | undefined>>;
}
