import type {
  AnswerOutcome,
  AnswerQuestion,
  AssetAccess,
  AssetAccessQuery,
  AuditIndex,
  CompleteAnswers,
  EventHistogram,
  EventPage,
  EventQuery,
  EventSummary,
  HistogramQuery,
  IndexedEntry,
  LastUses,
  PublishedLog,
  RecordOverview,
  SuggestQuery,
  Suggestion,
  SummaryQuery,
  UsedKind,
} from '../../core/audit/index.ts';
import type { Channel, Methods } from './channel.ts';

/** The follower thread's index and log as a front thread calls them. */
export interface FollowerPorts {
  readonly index: AuditIndex;
  readonly uses: LastUses;
  readonly overview: RecordOverview;
  readonly log: PublishedLog;
  readonly answers: CompleteAnswers;
}

/** The methods that the follower thread answers with. */
export function followerMethods({ index, uses, overview, log, answers }: FollowerPorts): Methods {
  return {
    query: trusted((query: EventQuery) => index.query(query)),
    find: trusted((eventId: string) => index.find(eventId)),
    lastUses: trusted(([kind, names]: readonly [UsedKind, readonly string[]]) => uses.lastUses(kind, names)),
    waitBeyond: trusted(([size, timeoutMs]: readonly [number, number]) => index.waitBeyond(size, timeoutMs)),
    histogram: trusted((query: HistogramQuery) => overview.histogram(query)),
    summary: trusted((query: SummaryQuery) => overview.summary(query)),
    suggest: trusted((query: SuggestQuery) => overview.suggest(query)),
    access: trusted((query: AssetAccessQuery) => overview.access(query)),
    read: trusted((path: string) => log.read(path)),
    proof: trusted((position: number) => log.proof(position)),
    verifierKeys: () => log.verifierKeys(),
    answer: trusted((question: AnswerQuestion) => answers.answer(question)),
    indexCheckpoint: () => answers.indexCheckpoint(),
  };
}

/** The other end of {@link followerMethods}. */
export function followerClient(channel: Channel): FollowerPorts {
  const call = <Value>(method: string, argument?: unknown): Promise<Value> =>
    answered(channel.call(method, argument));
  return {
    index: {
      query: (query) => call<EventPage>('query', query),
      find: (eventId) => call<IndexedEntry | undefined>('find', eventId),
      waitBeyond: (size, timeoutMs) => call<number>('waitBeyond', [size, timeoutMs]),
    },
    uses: {
      lastUses: (kind, names) => call<readonly (number | undefined)[]>('lastUses', [kind, names]),
    },
    overview: {
      histogram: (query) => call<EventHistogram>('histogram', query),
      summary: (query) => call<EventSummary>('summary', query),
      suggest: (query) => call<readonly Suggestion[]>('suggest', query),
      access: (query) => call<AssetAccess>('access', query),
    },
    log: {
      read: (path) => call<Uint8Array | undefined>('read', path),
      proof: (position) => call<string | undefined>('proof', position),
      verifierKeys: () => call<string>('verifierKeys'),
    },
    answers: {
      answer: (question) => call<AnswerOutcome>('answer', question),
      indexCheckpoint: () => call<string | undefined>('indexCheckpoint'),
    },
  };
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
