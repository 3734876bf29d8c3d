import { type AnswerWindow, bareKeyName, type CompleteAnswer, type Subject } from '../completeness/index.ts';
import { memberAt, textAt } from './event-members.ts';

/** Longer texts of a question are recorded cut to this many UTF-16 units. */
const recordedTextMax = 1024;
/** The end of windows that have none: the year 10000. */
const timeMsMax = 253_402_300_800_000;
const subjectNames = ['account', 'asset', 'credential', 'key', 'partial', 'principal', 'source'] as const;

/** Why an event is not the one that says that this answer was exported; `undefined` when it is. */
export function exportProblem(event: unknown, answer: CompleteAnswer): string | undefined {
  const [action, outcome] = [textAt(event, 'action'), textAt(event, 'outcome')];
  if (action !== 'audit.export' || outcome !== 'success') return 'it is no event of an export';
  const parameters = memberAt(event, 'parameters');
  if (!isSubjectOf(parameters, answer.subject)) return 'it is the export of another subject';
  return isWindowOf(parameters, answer.window) ? undefined : 'it is the export of another window';
}

/** The question names this subject and no other. */
function isSubjectOf(parameters: unknown, { type, texts }: Subject): boolean {
  const [first = '', second = ''] = texts;
  const asked: Readonly<Record<string, string>> =
    type === 'asset'
      ? { asset: `${first}=${second}` }
      : type === 'key-principal'
        ? { key: first, principal: second }
        : type === 'partial'
          ? { partial: 'true' }
          : { [type]: first };
  return subjectNames.every((name) => {
    const recorded = memberAt(parameters, name);
    const expected = Object.hasOwn(asked, name) ? asked[name] : undefined;
    if (typeof recorded !== 'string' || expected === undefined) return recorded === expected;
    const text = name === 'key' ? bareKeyName(recorded) : recorded;
    return text === expected || (recorded.length === recordedTextMax && expected.startsWith(text));
  });
}

function isWindowOf(parameters: unknown, window: AnswerWindow): boolean {
  const [from, to] = [memberAt(parameters, 'from'), memberAt(parameters, 'to')];
  const [fromIndex, toIndex] = [memberAt(parameters, 'fromIndex'), memberAt(parameters, 'toIndex')];
  const isByIndex = fromIndex !== undefined || toIndex !== undefined;
  const isByTime = from !== undefined || to !== undefined;
  switch (window.kind) {
    case 'all':
      return !isByIndex && !isByTime;
    case 'index':
      return (
        isByIndex &&
        !isByTime &&
        window.from === (fromIndex ?? 0) &&
        window.to === (toIndex ?? Number.MAX_SAFE_INTEGER)
      );
    case 'time':
      return (
        isByTime &&
        !isByIndex &&
        window.fromMs === instantOf(from, 0) &&
        window.toMs === instantOf(to, timeMsMax)
      );
  }
}

function instantOf(text: unknown, otherwise: number): number {
  return typeof text === 'string' ? Math.min(timeMsMax, Math.max(0, Date.parse(text))) : otherwise;
}
