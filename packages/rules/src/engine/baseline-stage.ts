import { type Baseline, describeDuration, type DetectionDocument } from '../language/index.ts';
import { DistinctWindow } from './distinct-window.ts';
import { isAbsent, keysOf } from './group-key.ts';
import { GroupTable } from './group-table.ts';
import { type EventRef, type Evidence, type Hit, type Hold, refsMax, type Stage } from './hit.ts';
import { savedList, savedNumber, savedOptional, savedRef, saveRef } from './saved.ts';
import { attempts, figure } from './words.ts';

/** Empty intervals that are made up for at most, the latest ones. */
const emptyIntervalsMax = 2016;
const hourMs = 3_600_000;
/** Weeks after which figures of an hour of the week count half. */
const seasonHalfLifeWeeks = 4;

/** Exponentially weighted figures of past intervals. */
interface Figures {
  points: number;
  mean: number;
  variance: number;
}

interface Group {
  /** Number of the running interval, from the epoch. */
  interval: number;
  attempts: number;
  distinct: DistinctWindow | undefined;
  refs: EventRef[];
  /** What the running interval enters the figures as at most, once it was above the threshold. */
  clip: number | undefined;
  readonly overall: Figures;
  /** By hour of the week. */
  readonly seasons: Map<number, Figures>;
}

/** `baseline`: more in an interval than a floor, and than past intervals make likely. */
export class BaselineStage implements Stage {
  readonly #document: DetectionDocument;
  readonly #detector: Baseline;
  readonly #table: GroupTable<Group>;
  readonly #weight: number;
  readonly #seasonWeight: number;

  constructor(document: DetectionDocument, detector: Baseline) {
    this.#document = document;
    this.#detector = detector;
    this.#table = new GroupTable(
      document.entitiesMax,
      ({ seasons, distinct }) => seasons.size + (distinct?.size ?? 0),
    );
    this.#weight = 1 - 2 ** (-1 / detector.halfLife);
    const intervalsAWeek = Math.max(1, hourMs / detector.intervalMs);
    this.#seasonWeight = 1 - 2 ** (-1 / (seasonHalfLifeWeeks * intervalsAWeek));
  }

  get groups(): number {
    return this.#table.size;
  }

  get forgotten(): number {
    return this.#table.forgotten;
  }

  accept(_input: number, hit: Hit, _horizonMs: number, hold: Hold): void {
    const interval = Math.floor(hit.timeMs / this.#detector.intervalMs);
    const keys = keysOf(this.#document.groupBy, hit.view);
    for (const key of typeof keys === 'string' ? [keys] : keys) {
      const group = this.#table.touch(key, () => this.#make(interval));
      // What is late for its interval counts in the running one.
      if (interval > group.interval) this.#close(group, interval);
      this.#count(group, hit);
      this.#table.settle(key);
      const value = group.distinct?.count ?? group.attempts;
      const threshold = this.#threshold(group);
      if (value < this.#detector.floor) continue;
      if (threshold === undefined) {
        if (this.#detector.unlearned === 'silent') continue;
      } else if (value <= threshold) continue;
      else group.clip ??= threshold;
      hold(key, hit.timeMs, () => this.#evidence(group, value, threshold));
    }
  }

  #make(interval: number): Group {
    return {
      interval,
      attempts: 0,
      distinct: this.#noValues(),
      refs: [],
      clip: undefined,
      overall: { points: 0, mean: 0, variance: 0 },
      seasons: new Map(),
    };
  }

  #noValues(): DistinctWindow | undefined {
    return this.#detector.distinct === undefined ? undefined : new DistinctWindow(Number.POSITIVE_INFINITY);
  }

  #count(group: Group, { weight, ref, view, timeMs }: Hit): void {
    group.attempts += weight;
    if (group.refs.length === refsMax) group.refs.splice(refsMax / 2, 1);
    group.refs.push(ref);
    const { distinct } = this.#detector;
    if (distinct === undefined || group.distinct === undefined) return;
    const values = keysOf([distinct], view);
    for (const value of typeof values === 'string' ? [values] : values) {
      if (!isAbsent(value)) group.distinct.add(value, timeMs);
    }
  }

  /** The running interval enters the figures, and so do those without events up to the next one. */
  #close(group: Group, next: number): void {
    const value = group.distinct?.count ?? group.attempts;
    this.#learn(group, group.interval, Math.min(value, group.clip ?? value));
    const empty = Math.max(group.interval + 1, next - emptyIntervalsMax);
    for (let interval = empty; interval < next; interval += 1) this.#learn(group, interval, 0);
    group.interval = next;
    group.attempts = 0;
    group.distinct = this.#noValues();
    group.refs = [];
    group.clip = undefined;
  }

  #learn({ overall, seasons }: Group, interval: number, value: number): void {
    learn(overall, value, this.#weight);
    if (!this.#detector.seasonal) return;
    const hour = this.#hourOf(interval);
    let season = seasons.get(hour);
    if (season === undefined) {
      season = { points: 0, mean: 0, variance: 0 };
      seasons.set(hour, season);
    }
    learn(season, value, this.#seasonWeight);
  }

  #hourOf(interval: number): number {
    return this.#document.calendar.clock(interval * this.#detector.intervalMs).hourOfWeek;
  }

  /** `undefined` while there are too few points. */
  #threshold({ overall, seasons, interval }: Group): number | undefined {
    const { minPoints, z, seasonal } = this.#detector;
    const season = seasonal ? seasons.get(this.#hourOf(interval)) : undefined;
    const figures = season !== undefined && season.points >= minPoints ? season : overall;
    if (figures.points < minPoints) return undefined;
    return figures.mean + z * Math.sqrt(Math.max(figures.variance, figures.mean, 1));
  }

  #evidence(group: Group, value: number, threshold: number | undefined): Evidence {
    const { intervalMs, floor, distinct } = this.#detector;
    const what =
      distinct === undefined ? attempts(value) : `${value} different values of \`${distinct.name}\``;
    const usual =
      threshold === undefined ? 'nothing was learned yet' : `usual are up to ${figure(threshold)}`;
    const observed = `${what} in an interval of ${describeDuration(intervalMs)} (${usual}; the floor is ${floor})`;
    return { count: group.attempts, refs: [...group.refs], observed };
  }

  pass(): void {
    // An interval is closed by the next event.
  }

  save(): unknown {
    return this.#table.save((group) => [
      group.interval,
      group.attempts,
      group.distinct?.save() ?? null,
      group.refs.map(saveRef),
      group.clip ?? null,
      saveFigures(group.overall),
      Array.from(group.seasons, ([hour, figures]) => [hour, ...saveFigures(figures)]),
    ]);
  }

  load(saved: unknown): void {
    this.#table.load(saved, (group) => {
      const [interval, count, distinct, refs, clip, overall, seasons] = savedList(group);
      return {
        interval: savedNumber(interval),
        attempts: savedNumber(count),
        distinct: savedOptional(distinct, (one) => DistinctWindow.load(one, Number.POSITIVE_INFINITY)),
        refs: savedList(refs).map(savedRef),
        clip: savedOptional(clip, savedNumber),
        overall: loadFigures(savedList(overall)),
        seasons: new Map(
          savedList(seasons).map((one): [number, Figures] => {
            const [hour, ...figures] = savedList(one);
            return [savedNumber(hour), loadFigures(figures)];
          }),
        ),
      };
    });
  }
}

/** The first points weigh the same, so that the beginning does not count for more than what follows. */
function learn(figures: Figures, value: number, weight: number): void {
  figures.points += 1;
  const own = Math.max(weight, 1 / figures.points);
  const difference = value - figures.mean;
  const step = own * difference;
  figures.mean += step;
  figures.variance = (1 - own) * (figures.variance + difference * step);
}

function saveFigures({ points, mean, variance }: Figures): readonly number[] {
  return [points, mean, variance];
}

function loadFigures(saved: readonly unknown[]): Figures {
  const [points, mean, variance] = saved;
  return { points: savedNumber(points), mean: savedNumber(mean), variance: savedNumber(variance) };
}
