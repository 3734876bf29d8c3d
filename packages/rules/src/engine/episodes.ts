import type { Finding } from '../finding.ts';
import type { RuleDocument, RuleFile } from '../language/index.ts';
import { firstAndNewest } from './event-window.ts';
import { entityOf } from './group-key.ts';
import { GroupTable } from './group-table.ts';
import { type EventRef, type Evidence, refsMax } from './hit.ts';
import { savedList, savedNumber, savedRef, savedText, saveRef } from './saved.ts';
import { attempts } from './words.ts';

/** A finding of growth is made when the count has become so many times what was told. */
const growth = 2;

interface Episode {
  readonly id: string;
  readonly firstMs: number;
  lastMs: number;
  count: number;
  toldCount: number;
  refs: readonly EventRef[];
}

/** That a document holds in a group. */
export interface Holding {
  readonly key: string;
  readonly timeMs: number;
  /** Attempts that it adds to an episode that goes on. */
  readonly weight: number;
  readonly ref: EventRef;
  /** Nothing happened at this time: something did not. */
  readonly isAbsence: boolean;
  readonly evidence: () => Evidence;
}

/** The episodes of one document, by entity; what it holds becomes findings here. */
export class Episodes {
  readonly #file: RuleFile;
  readonly #document: RuleDocument;
  readonly #table: GroupTable<Episode>;

  constructor(file: RuleFile, document: RuleDocument) {
    this.#file = file;
    this.#document = document;
    this.#table = new GroupTable(document.entitiesMax, () => 1);
  }

  get size(): number {
    return this.#table.size;
  }

  get forgotten(): number {
    return this.#table.forgotten;
  }

  /** `undefined` when there is nothing new to tell. */
  note(holding: Holding, horizonMs: number): Finding | undefined {
    const { key, timeMs, weight, ref, evidence } = holding;
    const { quietMs } = this.#document;
    this.#table.sweep(({ lastMs }) => lastMs + quietMs < horizonMs);
    const known = this.#table.peek(key);
    if (known === undefined || timeMs > known.lastMs + quietMs) return this.#open(holding);
    const episode = this.#table.touch(key, () => known);
    episode.lastMs = Math.max(episode.lastMs, timeMs);
    episode.count += weight;
    episode.refs = addRef(episode.refs, ref);
    if (episode.count < episode.toldCount * growth) return undefined;
    episode.toldCount = episode.count;
    const summary = `${attempts(episode.count)} so far; last ${evidence().observed}`;
    return this.#finding('grown', key, episode, timeMs, summary);
  }

  #open({ key, timeMs, ref, isAbsence, evidence }: Holding): Finding {
    const { count, refs, observed } = evidence();
    const entity = Object.entries(entityOf(key, this.#document.entity)).toSorted(([left], [right]) =>
      left < right ? -1 : 1,
    );
    const { output = 0 } = this.#document;
    const rule = output === 0 ? this.#file.name : `${this.#file.name}#${output + 1}`;
    const id = JSON.stringify([rule, entity, ref.id, ...(isAbsence ? [timeMs] : [])]);
    const episode = {
      id,
      firstMs: timeMs,
      lastMs: timeMs,
      count,
      toldCount: count,
      refs: firstAndNewest(refs),
    };
    this.#table.delete(key);
    this.#table.touch(key, () => episode);
    return this.#finding('opened', key, episode, timeMs, observed);
  }

  #finding(kind: Finding['kind'], key: string, episode: Episode, timeMs: number, observed: string): Finding {
    const entity = entityOf(key, this.#document.entity);
    const whose = Object.entries(entity).map(([name, value]) => `${name} ${value}`);
    return {
      kind,
      ruleName: this.#file.name,
      ruleTitle: this.#document.title,
      ruleSha256: this.#file.sha256,
      level: this.#document.level,
      entity,
      episode: episode.id,
      summary: `${observed}${whose.length === 0 ? '' : ` for ${whose.join(', ')}`}.`,
      timeMs,
      count: episode.count,
      events: episode.refs,
    };
  }

  save(): unknown {
    return this.#table.save(({ id, firstMs, lastMs, count, toldCount, refs }) => [
      id,
      firstMs,
      lastMs,
      count,
      toldCount,
      refs.map(saveRef),
    ]);
  }

  load(saved: unknown): void {
    this.#table.load(saved, (episode) => {
      const [id, first, last, count, told, refs] = savedList(episode);
      return {
        id: savedText(id),
        firstMs: savedNumber(first),
        lastMs: savedNumber(last),
        count: savedNumber(count),
        toldCount: savedNumber(told),
        refs: savedList(refs).map(savedRef),
      };
    });
  }
}

/** The first ones stay, of the others the newest. */
function addRef(refs: readonly EventRef[], ref: EventRef): readonly EventRef[] {
  if (refs.length < refsMax) return [...refs, ref];
  return [...refs.slice(0, refsMax / 2), ...refs.slice(refsMax / 2 + 1), ref];
}
