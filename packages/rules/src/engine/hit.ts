import type { EventView } from '../fields/index.ts';

/** Where an event is in the log. */
export interface EventRef {
  readonly id: string;
  readonly index: number;
  readonly timeMs: number;
}

/** An event that arrived at a stage. */
export interface Hit {
  readonly view: EventView;
  readonly ref: EventRef;
  /** Of the event, or the oldest time that still counts: what windows are measured in. */
  readonly timeMs: number;
  /** Attempts. */
  readonly weight: number;
}

/** What a finding tells about a group in which a stage holds. */
export interface Evidence {
  /** Attempts that it rests on. */
  readonly count: number;
  /** Oldest first, at most `refsMax`. */
  readonly refs: readonly EventRef[];
  /** What was observed, the threshold and the window, as a sentence without its end. */
  readonly observed: string;
}

/** Where a stage tells that it holds in a group; the evidence is asked for only when it is needed. */
export type Hold = (key: string, timeMs: number, evidence: () => Evidence) => void;

/** What a document does with events that its parts let through. */
export interface Stage {
  /** `input` is the position among the document's inputs. Times before `horizonMs` do not come any more. */
  accept(input: number, hit: Hit, horizonMs: number, hold: Hold): void;
  /** Time has passed: everything up to `timeMs` has been seen. */
  pass(timeMs: number, hold: Hold): void;
  readonly groups: number;
  readonly forgotten: number;
  save(): unknown;
  /** Throws `RuleError` for what `save` did not make. */
  load(saved: unknown): void;
}

/** Events that a finding names at most, the first and the newest ones. */
export const refsMax = 20;
