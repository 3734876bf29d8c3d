/** Something that a person can do with a step of a playbook. */
export interface StepChoice {
  readonly verb: 'approve' | 'refuse' | 'run' | 'undo';
  /** On the button. */
  readonly word: string;
  /** What follows from it. */
  readonly follows: string;
}

const approve: StepChoice = {
  verb: 'approve',
  word: 'Approve',
  follows:
    'It is done at once, in your name, unless a second person has to approve it as well. It can be undone from here.',
};
const refuse: StepChoice = {
  verb: 'refuse',
  word: 'Refuse',
  follows: 'It is not done, and is proposed no more for this incident.',
};
const run: StepChoice = { verb: 'run', word: 'Try again', follows: 'It is tried once more, in your name.' };
const undo: StepChoice = {
  verb: 'undo',
  word: 'Undo',
  follows: 'What was done to this is taken back, as far as nobody has changed it since.',
};

/** What can be done with a step, by its status (`spec/remediation.md`). */
export function choicesFor(status: string): readonly StepChoice[] {
  switch (status) {
    case 'proposed':
      return [approve, refuse];
    case 'dry-run':
    case 'failed':
      return [run];
    case 'done':
      return [undo];
    default:
      return [];
  }
}
