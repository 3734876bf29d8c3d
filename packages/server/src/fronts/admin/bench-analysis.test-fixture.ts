import type { LedgerStore, Snapshot } from '../../core/audit/index.ts';
import {
  type AccessAnalysis,
  type AnalysisQuestion,
  type AnalysisStep,
  Analyst,
  type Place,
} from '../../core/operations/index.ts';

/** The analysis that the service has on a thread of its own, here without one. */
export function analysisOf(store: LedgerStore, place: Place, monotonicMs: () => number): AccessAnalysis {
  const document = (sha256: string): string | undefined =>
    store.load().changes.find(({ subject }) => subject === `document:${sha256}`)?.record ?? undefined;
  const changesAfter = (after: number): Snapshot['changes'] =>
    store.load().changes.filter(({ revision }) => revision > after);
  const analyst = new Analyst({
    reader: store,
    changesAfter,
    document,
    place,
    nowMs: () => Date.now(),
    monotonicMs,
  });
  return { ask: (question) => stepsOf(analyst, question) };
}

async function* stepsOf(
  analyst: Analyst,
  question: AnalysisQuestion,
): AsyncGenerator<AnalysisStep, undefined> {
  const number = analyst.begin(question);
  for (;;) {
    const step = analyst.step(number);
    yield step;
    if (step.kind !== 'progress') return;
  }
}
