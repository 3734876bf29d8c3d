import type { RuleEvent } from '../event.ts';
import { EventView } from '../fields/index.ts';
import type { Finding } from '../finding.ts';
import type { RuleFile } from '../language/index.ts';
import { RuleError } from '../rule-error.ts';
import { Dispatch } from './dispatch.ts';
import { Echoes } from './echoes.ts';
import type { Hit } from './hit.ts';
import { RuleNode } from './node.ts';
import { savedList, savedNumber, savedObject, savedText, unreadable } from './saved.ts';

/** No event counts as older than the latest one by more than this, milliseconds. */
const latenessMs = 60_000;
/** Nothing is so late; what seems to be says that the clock was set back. */
const setBackMs = 600_000;

/** How an engine is doing. */
export interface EngineStatus {
  /** The index of the last event that was looked at; -1 before the first. */
  readonly lastIndex: number;
  /** The latest time of all events, milliseconds since the epoch; `undefined` before the first. */
  readonly latestMs: number | undefined;
  /** Events that came too late for their own time, and counted as somewhat younger. */
  readonly late: number;
  readonly rules: readonly RuleStatus[];
}

/** How one rule file is doing. */
export interface RuleStatus {
  readonly name: string;
  /** Groups that are kept, of all its documents. */
  readonly groups: number;
  readonly episodes: number;
  /** Groups and values that were forgotten because there were too many, since the state began. */
  readonly forgotten: number;
}

interface FileNodes {
  readonly file: RuleFile;
  readonly nodes: readonly RuleNode[];
}

const version = 1;

/**
 * Looks at events in the order of the log and tells what rules find (`spec/rules.md`). It has no clock: time is what
 * events and `advance` say. The same events give the same findings, in one run or in several that go on from snapshots.
 */
export class RuleEngine {
  readonly #files: readonly FileNodes[];
  readonly #dispatch: Dispatch;
  readonly #echoes: Echoes;
  readonly #findings: Finding[] = [];
  /** Those that time alone can make hold. */
  readonly #waiting: readonly RuleNode[];
  #lastIndex = -1;
  #latestMs = Number.NEGATIVE_INFINITY;
  #toldMs = Number.NEGATIVE_INFINITY;
  #late = 0;
  /** What times of events are ahead of by now: by how much the clock was set back, in all. */
  #aheadMs = 0;

  /** Files that find nothing now, and what they had learned. */
  readonly #resting: ReadonlySet<string>;
  #restingStates: readonly unknown[] = [];

  /**
   * Throws `RuleError` when two files have the same name.
   *
   * @param resting files that are to find nothing for a while; their part of a snapshot is handed on as it is, so that they go on
   *   with what they had learned later
   */
  constructor(files: readonly RuleFile[], resting: readonly RuleFile[] = []) {
    this.#resting = new Set(resting.map(stateName));
    const names = new Set<string>();
    for (const { name } of files) {
      if (names.has(name)) {
        throw new RuleError('wrong', undefined, `two rule files are called \`${name}\`; rename one`);
      }
      names.add(name);
    }
    this.#files = files.map((file) => ({ file, nodes: nodesOf(file, this.#findings) }));
    const nodes = this.#files.flatMap((one) => one.nodes);
    this.#dispatch = new Dispatch(nodes);
    this.#echoes = new Echoes(files);
    this.#waiting = nodes.filter(
      ({ document }) => document.kind === 'detection' && document.detector?.kind === 'absence',
    );
  }

  /** What is found when this event is seen; nothing when its index is not above the last one. */
  feed(event: RuleEvent): readonly Finding[] {
    if (event.index <= this.#lastIndex) return none;
    this.#lastIndex = event.index;
    const timeMs = this.#placed(event.timeMs, this.#latestMs);
    if (timeMs > this.#latestMs) this.#latestMs = timeMs;
    const horizonMs = this.#latestMs - latenessMs;
    if (timeMs < horizonMs) this.#late += 1;
    this.#pass();
    const candidates = this.#dispatch.candidates(event.canonical);
    const atMs = Math.max(timeMs, horizonMs);
    if (!this.#echoes.isEcho(event.canonical) && candidates.length > 0) {
      this.#judge(event, candidates, atMs, horizonMs);
    }
    return this.#take();
  }

  /**
   * A time as windows are measured: it goes on where it was when the clock is set back. So a time that was in the future for a
   * moment keeps no rule from finding anything until that future has come.
   */
  #placed(timeMs: number, latestMs: number): number {
    const placedMs = timeMs + this.#aheadMs;
    if (placedMs >= latestMs - setBackMs) return placedMs;
    this.#aheadMs = latestMs - timeMs;
    return latestMs;
  }

  #judge(event: RuleEvent, candidates: readonly RuleNode[], timeMs: number, horizonMs: number): void {
    const view = new EventView(event);
    let hit: Hit | undefined;
    for (const node of candidates) {
      if (!node.matches(view)) continue;
      hit ??= {
        view,
        ref: { id: event.id, index: event.index, timeMs: event.timeMs },
        timeMs,
        weight: event.count,
      };
      node.arrive(0, hit, horizonMs);
    }
  }

  /**
   * What is found because time has passed. `timeMs` is the wall clock, milliseconds since the epoch; all events of the log up to
   * now should have been fed before.
   */
  advance(timeMs: number): readonly Finding[] {
    const placedMs = this.#placed(timeMs, Math.max(this.#latestMs, this.#toldMs));
    if (placedMs > this.#toldMs) this.#toldMs = placedMs;
    this.#pass();
    return this.#take();
  }

  #pass(): void {
    if (this.#waiting.length === 0) return;
    const timeMs = Math.max(this.#latestMs, this.#toldMs) - latenessMs;
    for (const node of this.#waiting) node.pass(timeMs, this.#latestMs - latenessMs);
  }

  #take(): readonly Finding[] {
    if (this.#findings.length === 0) return none;
    const found = this.#findings.splice(0);
    const aheadMs = this.#aheadMs;
    return aheadMs === 0 ? found : found.map((one) => ({ ...one, timeMs: one.timeMs - aheadMs }));
  }

  /** The whole state as text, for `restore`. */
  snapshot(): string {
    return JSON.stringify({
      version,
      lastIndex: this.#lastIndex,
      latestMs: Number.isFinite(this.#latestMs) ? this.#latestMs : null,
      toldMs: Number.isFinite(this.#toldMs) ? this.#toldMs : null,
      late: this.#late,
      aheadMs: this.#aheadMs,
      files: [
        ...this.#files.map(({ file, nodes }) => [file.name, file.sha256, nodes.map((node) => node.save())]),
        ...this.#restingStates,
      ],
    });
  }

  /**
   * Goes on from a snapshot; to be called before the first event. Files whose text has changed begin anew. Throws `RuleError`
   * (`unreadable-snapshot`) for a text that is none; the engine must not be used then.
   */
  restore(snapshot: string): void {
    const state = savedObject(parse(snapshot));
    if (state['version'] !== version) throw unreadable();
    this.#lastIndex = savedNumber(state['lastIndex']);
    this.#late = savedNumber(state['late']);
    // Snapshots had none at first.
    this.#aheadMs = savedNumber(state['aheadMs'] ?? 0);
    this.#latestMs = savedTime(state['latestMs']);
    this.#toldMs = savedTime(state['toldMs']);
    const saved = new Map(
      savedList(state['files']).map((one) => {
        const [name, sha256, nodes] = savedList(one);
        return [
          stateName({ name: savedText(name), sha256: savedText(sha256) }),
          [one, savedList(nodes)] as const,
        ];
      }),
    );
    this.#restingStates = [...saved].flatMap(([name, [one]]) => (this.#resting.has(name) ? [one] : []));
    for (const { file, nodes } of this.#files) {
      const [, states] = saved.get(stateName(file)) ?? [];
      if (states !== undefined) for (const [index, node] of nodes.entries()) node.load(states[index]);
    }
  }

  status(): EngineStatus {
    return {
      lastIndex: this.#lastIndex,
      latestMs: Number.isFinite(this.#latestMs) ? this.#latestMs - this.#aheadMs : undefined,
      late: this.#late,
      rules: this.#files.map(({ file, nodes }) => ({
        name: file.name,
        groups: nodes.reduce((sum, node) => sum + node.groups, 0),
        episodes: nodes.reduce((sum, node) => sum + node.episodes, 0),
        forgotten: nodes.reduce((sum, node) => sum + node.forgotten, 0),
      })),
    };
  }
}

const none: readonly Finding[] = [];

/** By which a snapshot knows a file: another text has learned nothing yet. */
function stateName({ name, sha256 }: Pick<RuleFile, 'name' | 'sha256'>): string {
  return `${name} ${sha256}`;
}

function nodesOf(file: RuleFile, findings: Finding[]): readonly RuleNode[] {
  const nodes = file.documents.map((document) => new RuleNode(file, document, findings));
  for (const node of nodes) {
    const { document } = node;
    if (document.kind === 'correlation') {
      for (const [input, source] of document.inputs.entries()) nodes[source.document]?.feeds(node, input);
    } else if (document.detector?.kind === 'absence' && document.detector.after !== undefined) {
      nodes[document.detector.after.document]?.feeds(node, 1);
    }
  }
  return nodes;
}

function savedTime(value: unknown): number {
  return value === null ? Number.NEGATIVE_INFINITY : savedNumber(value);
}

function parse(snapshot: string): unknown {
  try {
    return JSON.parse(snapshot);
  } catch (error) {
    if (error instanceof RuleError) throw error;
    throw unreadable(error);
  }
}
