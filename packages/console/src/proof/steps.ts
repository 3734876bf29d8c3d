/** What came of a step: `noted` holds, but for something to know; `skipped` was not checked. */
export type StepState = 'passed' | 'noted' | 'failed' | 'skipped';

/** One thing that was checked, with what it was checked on. */
export interface ProofStep {
  readonly id: 'key' | 'event' | 'path' | 'signature' | 'witnesses' | 'history' | 'index' | 'complete';
  /** What is to be shown, such as `The log has this event`. */
  readonly title: string;
  readonly state: StepState;
  /** What was done and what came of it, in plain words. */
  readonly words: string;
  /** The values that it was done with. */
  readonly values: readonly (readonly [name: string, value: string])[];
}

/** What all steps show together: `open` when too few of them could be taken. */
export type ProofState = 'holds' | 'fails' | 'open';

/** What steps show together, when all of these are asked for. */
export function stateOf(steps: readonly ProofStep[], needed: readonly ProofStep['id'][]): ProofState {
  if (steps.some(({ state }) => state === 'failed')) return 'fails';
  const shown = steps.filter(({ state }) => state === 'passed' || state === 'noted').map(({ id }) => id);
  return needed.every((id) => shown.includes(id)) ? 'holds' : 'open';
}
