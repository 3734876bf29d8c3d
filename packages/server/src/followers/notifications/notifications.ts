import type {
  ChannelMessages,
  ChannelRecord,
  DeadLetter,
  FormerChannel,
  TestOutcome,
} from '../../core/operations/index.ts';
import { AddressGuard } from '../outbound/index.ts';
import { ChannelSender, type SenderTask } from './channel-sender.ts';
import { readEntry } from './incident-events.ts';
import { firstSince, scanEntries } from './log-scan.ts';
import type { Notice } from './notice.ts';
import type { NotificationsOptions } from './ports.ts';
import { openQueueFile, type QueuedMessage, type QueueFile } from './queue-file.ts';
import type { SendOutcome } from './send-outcome.ts';

/** What a new file begins with: everything older would have been given up by now. */
const LOOK_BACK_MS = 86_400_000;
const FAULT_WAIT_MS = 5000;
const DEAD_SHOWN_MAX = 1000;
/** No name has it, so that the queue of a former self is nobody else's. */
const FORMER = '~former';

/** How far one queue is; of a channel's former self under the channel's name. */
export interface ChannelStatus {
  readonly channelName: string;
  readonly isFormer: boolean;
  readonly waiting: number;
  /** How long the oldest has been waiting, milliseconds; 0 when none does. */
  readonly oldestWaitingMs: number;
  readonly deadLetters: number;
  /** Whether a message is under way. */
  readonly isSending: boolean;
  /** Attempts that failed on end; 0 when the last one went well. */
  readonly failures: number;
}

/** How far telling is. */
export interface NotificationsStatus {
  /** Entries of the log that have not been looked at yet. */
  readonly behind: number;
  readonly channels: readonly ChannelStatus[];
}

/**
 * Follows the log and tells people of incidents, each channel by a queue of its own (`spec/notifications.md`). Messages go
 * out at least once; what ended is on the record.
 */
export class Notifications implements ChannelMessages {
  readonly #options: NotificationsOptions;
  readonly #file: QueueFile;
  readonly #guard: AddressGuard;
  readonly #senders = new Map<string, ChannelSender>();
  #channels: readonly ChannelRecord[] = [];
  #size = 0;
  #isScanning = false;
  #isStopped = false;

  constructor(options: NotificationsOptions) {
    this.#options = options;
    this.#guard = new AddressGuard(options.allowAddresses, options.resolve);
    this.#file = openQueueFile(options.path, options.onFailure);
    if (this.#file.next === undefined) {
      this.#file.setNext(firstSince(options.reader, options.nowMs() - LOOK_BACK_MS));
    }
  }

  /** Takes the channels as the state has them now: at the start, and before `advance` tells of what changed them. */
  configure(channels: readonly ChannelRecord[]): void {
    const living = channels.filter(({ deleted }) => deleted !== true);
    const formers = channels.filter(({ former }) => former !== undefined);
    const queues = new Set([...living.map(({ name }) => name), ...formers.map(({ name }) => name + FORMER)]);
    for (const queue of this.#file.channels()) if (!queues.has(queue)) this.#forget(queue);
    this.#channels = living;
    for (const channel of living) this.#follow(channel);
    for (const channel of formers) this.#owe(channel);
    for (const sender of this.#senders.values()) sender.wake();
  }

  /** Tells that the log has this many entries. */
  advance(size: number): void {
    this.#size = Math.max(this.#size, size);
    if (!this.#isScanning) this.#scan();
  }

  async test(channelName: string): Promise<TestOutcome> {
    const sender = this.#senders.get(channelName);
    if (sender === undefined) return { kind: 'failed', reason: 'there is no such channel' };
    const startedMs = this.#options.nowMs();
    const notice: Notice = {
      ...this.#base(channelName, startedMs),
      id: `${channelName}-${startedMs}`,
      kind: 'test',
    };
    const outcome = await sender.sendOnce(notice);
    const latencyMs = this.#options.nowMs() - startedMs;
    await this.#recordTest(channelName, outcome, latencyMs);
    return outcome.kind === 'sent' ? { kind: 'sent', latencyMs } : { kind: 'failed', reason: outcome.reason };
  }

  deadLetters(channelName: string): Promise<readonly DeadLetter[]> {
    const dead = this.#file.list(channelName, 'dead', DEAD_SHOWN_MAX);
    const letters = dead.map(({ position, kind, incidentId, attempts, reason, endedMs }) => ({
      id: String(position),
      kind,
      ...(incidentId === '' ? {} : { incidentId }),
      attempts,
      reason,
      failedAtMs: endedMs,
    }));
    return Promise.resolve(letters);
  }

  replay(channelName: string, ids: readonly string[]): Promise<number> {
    const nowMs = this.#options.nowMs();
    const positions =
      ids.length === 0
        ? this.#file.list(channelName, 'dead', DEAD_SHOWN_MAX).map(({ position }) => position)
        : ids.map(Number).filter(Number.isSafeInteger);
    let count = 0;
    this.#file.transaction(() => {
      for (const position of positions) if (this.#file.replay(channelName, position, nowMs)) count += 1;
    });
    if (count > 0) this.#senders.get(channelName)?.retryNow();
    return Promise.resolve(count);
  }

  status(): NotificationsStatus {
    const nowMs = this.#options.nowMs();
    const senders = [...this.#senders].sort(([left], [right]) => (left < right ? -1 : 1));
    const channels = senders.map(([queue, { isBusy }]): ChannelStatus => {
      const waiting = this.#file.count(queue, 'waiting');
      const [oldest] = this.#file.list(queue, 'waiting', 1);
      return {
        channelName: queue.replace(FORMER, ''),
        isFormer: queue.endsWith(FORMER),
        waiting,
        isSending: isBusy,
        oldestWaitingMs: oldest === undefined ? 0 : Math.max(0, nowMs - oldest.queuedMs),
        deadLetters: this.#file.count(queue, 'dead'),
        failures: this.#file.progress(queue)?.failures ?? 0,
      };
    });
    return { behind: Math.max(0, this.#size - (this.#file.next ?? 0)), channels };
  }

  /** Begins nothing more, waits for what is under way, and closes the file. What waits goes on at the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#senders.values()].map((sender) => sender.stop()));
    this.#file.close();
  }

  #scan(): void {
    this.#isScanning = false;
    if (this.#isStopped) return;
    const next = this.#file.next ?? 0;
    if (next >= this.#size) return;
    let waitMs = 0;
    try {
      scanEntries(this.#scanParts(), this.#channels, next, this.#size, true);
    } catch (error) {
      waitMs = FAULT_WAIT_MS;
      this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
    }
    for (const sender of this.#senders.values()) sender.wake();
    this.#isScanning = true;
    this.#options.schedule(waitMs, () => this.#scan());
  }

  #follow(channel: ChannelRecord): void {
    const { name, sinceIndex, disabled } = channel;
    const known = this.#file.progress(name);
    if (known?.since !== sinceIndex) {
      this.#file.setProgress(name, { since: sinceIndex, failures: 0, untilMs: 0 });
      // The log may have been read on before this channel was heard of.
      const end = this.#file.next ?? 0;
      const from = Math.max(
        sinceIndex,
        firstSince(this.#options.reader, this.#options.nowMs() - LOOK_BACK_MS),
      );
      for (let next = from; next < end;) next = scanEntries(this.#scanParts(), [channel], next, end, false);
    }
    if (disabled) this.#file.dropWaiting(name);
    this.#sender({
      queue: name,
      channelName: name,
      target: channel,
      noticeOf: (message) => this.#noticeOf(name, message),
      record: (ended, reason) => this.#recordDelivery(name, ended, reason),
    });
  }

  #owe(channel: ChannelRecord): void {
    const { name, former } = channel;
    if (former === undefined) return;
    const queue = name + FORMER;
    if (this.#file.progress(queue)?.since !== former.atMs) {
      this.#file.forget(queue);
      this.#file.setProgress(queue, { since: former.atMs, failures: 0, untilMs: 0 });
      this.#file.add(queue, { position: former.atMs, kind: 'former', incidentId: '', eventMs: former.atMs });
    }
    this.#sender({
      queue,
      channelName: name,
      target: former,
      noticeOf: () => this.#formerNotice(name, former),
      record: (ended, reason) => this.#recordFormer(name, former, ended, reason),
    });
  }

  #sender(task: SenderTask): void {
    const known = this.#senders.get(task.queue);
    if (known !== undefined) known.task = task;
    else {
      const parts = { options: this.#options, file: this.#file, guard: this.#guard };
      this.#senders.set(task.queue, new ChannelSender(parts, task));
    }
  }

  #forget(queue: string): void {
    // What is under way ends by itself; how it ended finds no message any more.
    this.#senders.get(queue)?.stop().catch(this.#options.onFailure);
    this.#senders.delete(queue);
    this.#file.forget(queue);
  }

  #base(channelName: string, atMs: number): Pick<Notice, 'channelName' | 'origin' | 'atMs'> {
    return { channelName, origin: this.#options.origin, atMs };
  }

  #noticeOf(channelName: string, { position, incidentId }: QueuedMessage): Notice | undefined {
    const { reader, incident, consoleUrl } = this.#options;
    const [entry] = reader.read(position, 1).entries;
    const read = entry === undefined ? undefined : readEntry(entry);
    const record = incident(incidentId);
    if (read?.kind !== 'incident' || record === undefined) return undefined;
    const { eventId: id, kind, timeMs, by } = read.event;
    const link = consoleUrl === undefined ? {} : { link: linkTo(consoleUrl, incidentId) };
    return { ...this.#base(channelName, timeMs), id, kind, by, incident: record, ...link };
  }

  #formerNotice(channelName: string, former: FormerChannel): Notice {
    const { atMs, by } = former;
    return { ...this.#base(channelName, atMs), id: `${channelName}-${atMs}`, kind: 'former', by, former };
  }

  async #recordDelivery(
    channelName: string,
    ended: readonly QueuedMessage[],
    reason: string | undefined,
  ): Promise<boolean> {
    const [only] = ended;
    if (only === undefined) return true;
    const single = ended.length === 1 ? only : undefined;
    return this.#act('RecordDelivery', {
      ...this.#ended(channelName, ended, reason),
      kind: single?.kind ?? 'digest',
      ...(single === undefined ? {} : { incidentId: single.incidentId }),
      firstIndex: only.position,
      lastIndex: ended.at(-1)?.position ?? only.position,
    });
  }

  async #recordFormer(
    channelName: string,
    { atMs: formerAtMs }: FormerChannel,
    ended: readonly QueuedMessage[],
    reason: string | undefined,
  ): Promise<boolean> {
    const params = { ...this.#ended(channelName, ended, reason), kind: 'former', formerAtMs };
    const isRecorded = await this.#act('RecordDelivery', params);
    if (!isRecorded || reason === undefined) return isRecorded;
    return this.#act('ForgetFormerChannel', { channelName, formerAtMs });
  }

  async #recordTest(channelName: string, outcome: SendOutcome, latencyMs: number): Promise<void> {
    const reason = outcome.kind === 'failed' ? { reason: outcome.reason } : {};
    await this.#act('RecordDelivery', {
      channelName,
      kind: 'test',
      attempts: 1,
      messages: 1,
      latencyMs,
      ...reason,
    });
  }

  #ended(
    channelName: string,
    ended: readonly QueuedMessage[],
    reason: string | undefined,
  ): Readonly<Record<string, unknown>> {
    const oldestMs = Math.min(...ended.map(({ eventMs }) => eventMs));
    const endMs = Math.max(...ended.map(({ endedMs }) => endedMs));
    return {
      channelName,
      attempts: Math.max(...ended.map(({ attempts }) => attempts)),
      latencyMs: Math.max(0, endMs - oldestMs),
      messages: ended.length,
      ...(reason === undefined ? {} : { reason }),
    };
  }

  /** Whether an act is on the record. What was given up is recorded as an error, so that its refusal is what was asked for. */
  async #act(name: string, params: Readonly<Record<string, unknown>>): Promise<boolean> {
    try {
      const acted = await this.#options.act(name, params);
      return acted.kind === 'released' || params['reason'] !== undefined;
    } catch (error) {
      this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }

  #scanParts(): Parameters<typeof scanEntries>[0] {
    const { reader, incident, nowMs } = this.#options;
    return { reader, file: this.#file, incident, nowMs };
  }
}

/** Makes notifications; nothing is sent before `configure`. @throws NotificationError */
export function createNotifications(options: NotificationsOptions): Notifications {
  return new Notifications(options);
}

function linkTo(consoleUrl: string, incidentId: string): string {
  return `${consoleUrl.replace(/\/$/, '')}/incidents/${encodeURIComponent(incidentId)}`;
}
