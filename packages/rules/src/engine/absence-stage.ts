import { type Absence, describeDuration, type DetectionDocument } from '../language/index.ts';
import { keysOf } from './group-key.ts';
import { GroupTable } from './group-table.ts';
import type { EventRef, Hit, Hold, Stage } from './hit.ts';
import { savedList, savedNumber, savedOptional, savedRef, saveRef } from './saved.ts';

interface Group {
  /** The latest event, or the one that began the wait. */
  ref: EventRef;
  timeMs: number;
  /** Whether something is waited for. */
  waits: boolean;
}

/** Many groups are looked through at most so often within the time of the wait; few whenever one is over. */
const looksAWait = 50;
const fewGroups = 100;

/** `absence`: what should have been seen and was not. */
export class AbsenceStage implements Stage {
  readonly #document: DetectionDocument;
  readonly #detector: Absence;
  readonly #table: GroupTable<Group>;
  /** Before this no wait is over; `undefined` when there is none. */
  #nextMs: number | undefined;

  constructor(document: DetectionDocument, detector: Absence) {
    this.#document = document;
    this.#detector = detector;
    this.#table = new GroupTable(document.entitiesMax, () => 1);
  }

  get groups(): number {
    return this.#table.size;
  }

  get forgotten(): number {
    return this.#table.forgotten;
  }

  /** Input 0 is the detection itself, 1 what it is waited for after. */
  accept(input: number, hit: Hit, _horizonMs: number, hold: Hold): void {
    const { after } = this.#detector;
    const keys = keysOf(input === 1 ? (after?.groupBy ?? []) : this.#document.groupBy, hit.view);
    for (const key of typeof keys === 'string' ? [keys] : keys) {
      const known = this.#table.peek(key);
      if (known !== undefined) this.#end(key, known, hit.timeMs, hold);
      if (after === undefined) this.#begin(key, hit);
      else if (input === 0) this.#table.delete(key);
      else if (known?.waits !== true) this.#begin(key, hit);
    }
  }

  #begin(key: string, { ref, timeMs }: Hit): void {
    const group = this.#table.touch(key, () => ({ ref, timeMs, waits: true }));
    group.ref = ref;
    group.timeMs = Math.max(group.timeMs, timeMs);
    group.waits = true;
    const dueMs = group.timeMs + this.#detector.withinMs;
    this.#nextMs = Math.min(this.#nextMs ?? dueMs, dueMs);
  }

  /** Tells of a wait that was over by some time. */
  #end(key: string, group: Group, timeMs: number, hold: Hold): void {
    const dueMs = group.timeMs + this.#detector.withinMs;
    if (!group.waits || timeMs < dueMs) return;
    group.waits = false;
    const { ref } = group;
    hold(key, dueMs, () => ({
      count: 1,
      refs: [ref],
      observed: `nothing for ${describeDuration(this.#detector.withinMs)} after ${new Date(ref.timeMs).toISOString()}`,
    }));
  }

  pass(timeMs: number, hold: Hold): void {
    if (this.#nextMs === undefined || timeMs < this.#nextMs) return;
    const { withinMs, forgetMs } = this.#detector;
    let next = Number.POSITIVE_INFINITY;
    for (const [key, group] of this.#table.entries()) {
      this.#end(key, group, timeMs, hold);
      const forgottenMs = group.timeMs + Math.max(forgetMs, withinMs);
      if (!group.waits && timeMs >= forgottenMs) this.#table.delete(key);
      else next = Math.min(next, group.waits ? group.timeMs + withinMs : forgottenMs);
    }
    const soonest = this.#table.size <= fewGroups ? timeMs : timeMs + withinMs / looksAWait;
    this.#nextMs = Number.isFinite(next) ? Math.max(next, soonest) : undefined;
  }

  save(): unknown {
    const groups = this.#table.save(({ ref, timeMs, waits }) => [saveRef(ref), timeMs, waits ? 1 : 0]);
    return [this.#nextMs ?? null, groups];
  }

  load(saved: unknown): void {
    const [next, groups] = savedList(saved);
    this.#nextMs = savedOptional(next, savedNumber);
    this.#table.load(groups, (group) => {
      const [ref, time, waits] = savedList(group);
      return { ref: savedRef(ref), timeMs: savedNumber(time), waits: savedNumber(waits) === 1 };
    });
  }
}
