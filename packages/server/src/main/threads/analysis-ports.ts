import type {
  TrailFile,
  TrailFilePage,
  TrailFileQuery,
  TrailFiles,
  TrailKey,
} from '../../core/audit/index.ts';
import {
  type AccessAnalysis,
  type AnalysisQuestion,
  type AnalysisStep,
  type Analyst,
  OperationError,
} from '../../core/operations/index.ts';
import type { Channel, Methods } from './channel.ts';

/** What the analysis thread answers to the beginning of a question. */
type Begun = { readonly kind: 'begun'; readonly number: number } | Extract<AnalysisStep, { kind: 'refused' }>;

/** The methods that the analysis thread answers with. */
export function analysisMethods(analyst: Analyst): Methods {
  return {
    begin: trusted((question: AnalysisQuestion): Begun => begin(analyst, question)),
    step: trusted((number: number) => analyst.step(number)),
    end: trusted((number: number) => analyst.end(number)),
  };
}

/** The other end of {@link analysisMethods}. */
export function analysisClient(channel: Channel): AccessAnalysis {
  return { ask: (question) => steps(channel, question) };
}

/** The methods that the analysis thread answers questions for the trail's files with. */
export function trailMethods(files: TrailFiles): Methods {
  return {
    trailKey: () => files.key(),
    listTrail: trusted((query: TrailFileQuery) => files.list(query)),
    readTrail: trusted((path: string) => files.read(path)),
  };
}

/** The other end of {@link trailMethods}. */
export function trailClient(channel: Channel): TrailFiles {
  const call = <Value>(method: string, argument?: unknown): Promise<Value> =>
    answered(channel.call(method, argument));
  return {
    key: () => call<TrailKey>('trailKey'),
    list: (query) => call<TrailFilePage>('listTrail', query),
    read: (path) => call<TrailFile | undefined>('readTrail', path),
  };
}

async function* steps(channel: Channel, question: AnalysisQuestion): AsyncGenerator<AnalysisStep, undefined> {
  const begun = await answered<Begun>(channel.call('begin', question));
  if (begun.kind === 'refused') {
    yield begun;
    return;
  }
  let isOpen = true;
  try {
    while (isOpen) {
      const step = await answered<AnalysisStep>(channel.call('step', begun.number));
      isOpen = step.kind === 'progress';
      yield step;
    }
  } finally {
    if (isOpen) await channel.call('end', begun.number);
  }
}

function begin(analyst: Analyst, question: AnalysisQuestion): Begun {
  try {
    return { kind: 'begun', number: analyst.begin(question) };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { kind: 'refused', code: error.code, message: error.message };
  }
}

/** Both ends of the channel are written in this file, so arguments have the type that the client sends. */
function trusted<Argument>(method: (argument: Argument) => unknown): (argument: unknown) => unknown {
  return (argument) => (isSentByUs<Argument>(argument) ? method(argument) : undefined);
}

async function answered<Value>(reply: Promise<unknown>): Promise<Value> {
  const value = await reply;
  if (isSentByUs<Value>(value)) return value;
  throw new TypeError('the other thread gave no answer');
}

function isSentByUs<Value>(_value: unknown): _value is Value {
  return true;
}
