import type { EventView } from '../fields/index.ts';
import type { Finding } from '../finding.ts';
import type { RuleDocument, RuleFile } from '../language/index.ts';
import { AbsenceStage } from './absence-stage.ts';
import { BaselineStage } from './baseline-stage.ts';
import { Counting } from './counting.ts';
import { Episodes } from './episodes.ts';
import { FirstSeenStage } from './first-seen-stage.ts';
import { keysOf } from './group-key.ts';
import type { Evidence, Hit, Hold, Stage } from './hit.ts';
import { savedList, savedOptional } from './saved.ts';
import { Temporal } from './temporal.ts';
import { TemporalOrdered } from './temporal-ordered.ts';
import { attempts } from './words.ts';

/** Who hears of a node's events, and as which of its inputs. */
interface Consumer {
  readonly node: RuleNode;
  readonly input: number;
}

/** A document at work. */
export class RuleNode {
  readonly document: RuleDocument;
  readonly #stage: Stage | undefined;
  readonly #episodes: Episodes | undefined;
  readonly #consumers: Consumer[] = [];
  readonly #findings: Finding[];
  #horizonMs = Number.NEGATIVE_INFINITY;
  #held = false;
  #hit: Hit | undefined;

  /** Findings are put into the list. */
  constructor(file: RuleFile, document: RuleDocument, findings: Finding[]) {
    this.document = document;
    this.#findings = findings;
    this.#stage = stageOf(document);
    this.#episodes = document.output === undefined ? undefined : new Episodes(file, document);
  }

  get groups(): number {
    return this.#stage?.groups ?? 0;
  }

  get episodes(): number {
    return this.#episodes?.size ?? 0;
  }

  get forgotten(): number {
    return (this.#stage?.forgotten ?? 0) + (this.#episodes?.forgotten ?? 0);
  }

  feeds(node: RuleNode, input: number): void {
    this.#consumers.push({ node, input });
  }

  /** An event for one of the inputs. Times before `horizonMs` do not come any more. */
  arrive(input: number, hit: Hit, horizonMs: number): void {
    this.#horizonMs = horizonMs;
    this.#hit = hit;
    this.#held = false;
    if (this.#stage === undefined) this.#match(hit);
    else this.#stage.accept(input, hit, horizonMs, this.#hold);
    this.#hit = undefined;
    if (!this.#held) return;
    const passed = this.#stage === undefined ? hit : { ...hit, weight: 1 };
    for (const consumer of this.#consumers) consumer.node.arrive(consumer.input, passed, horizonMs);
  }

  /** Time has passed: everything up to `timeMs` has been seen. */
  pass(timeMs: number, horizonMs: number): void {
    this.#horizonMs = horizonMs;
    this.#stage?.pass(timeMs, this.#hold);
  }

  #match(hit: Hit): void {
    this.#held = true;
    if (this.#episodes === undefined || this.document.kind !== 'detection') return;
    const keys = keysOf(this.document.groupBy, hit.view);
    const evidence = (): Evidence => ({
      count: hit.weight,
      refs: [hit.ref],
      observed: `${attempts(hit.weight)} matched`,
    });
    for (const key of typeof keys === 'string' ? [keys] : keys) this.#hold(key, hit.timeMs, evidence);
  }

  readonly #hold: Hold = (key, timeMs, evidence) => {
    this.#held = true;
    if (this.#episodes === undefined) return;
    const isAbsence = this.document.kind === 'detection' && this.document.detector?.kind === 'absence';
    const ref = isAbsence ? evidence().refs[0] : this.#hit?.ref;
    if (ref === undefined) return;
    const weight = isAbsence ? 1 : (this.#hit?.weight ?? 1);
    const finding = this.#episodes.note({ key, timeMs, weight, ref, isAbsence, evidence }, this.#horizonMs);
    if (finding !== undefined) this.#findings.push(finding);
  };

  matches(view: EventView): boolean {
    return this.document.kind === 'detection' && this.document.matches(view);
  }

  save(): unknown {
    return [this.#stage?.save() ?? null, this.#episodes?.save() ?? null];
  }

  load(saved: unknown): void {
    const [stage, episodes] = savedList(saved);
    savedOptional(stage, (one) => this.#stage?.load(one));
    savedOptional(episodes, (one) => this.#episodes?.load(one));
  }
}

function stageOf(document: RuleDocument): Stage | undefined {
  if (document.kind === 'correlation') {
    if (document.type === 'temporal') return new Temporal(document);
    return document.type === 'temporal_ordered' ? new TemporalOrdered(document) : new Counting(document);
  }
  const { detector } = document;
  switch (detector?.kind) {
    case undefined:
      return undefined;
    case 'first-seen':
      return new FirstSeenStage(document, detector);
    case 'baseline':
      return new BaselineStage(document, detector);
    case 'absence':
      return new AbsenceStage(document, detector);
  }
}
