import {
  type ChannelSecrets,
  type ChannelTarget,
  type ChannelType,
  openChannelSecrets,
} from '../../core/operations/index.ts';
import type { AddressGuard } from '../outbound/index.ts';
import type { Message, Notice } from './notice.ts';
import type { NotificationsOptions } from './ports.ts';
import type { ChannelProgress, QueuedMessage, QueueFile } from './queue-file.ts';
import { RETRY_WAIT_MS_MAX, retryWaitMs } from './retry-schedule.ts';
import { sendMessage } from './send-message.ts';
import type { SendOutcome } from './send-outcome.ts';

/** What one type of channels can take. */
interface Pace {
  /** Between two messages. */
  readonly gapMs: number;
  /** People read several at once; programs want each. */
  readonly takesDigests: boolean;
}

const PACES: Readonly<Record<ChannelType, Pace>> = {
  slack: { gapMs: 1000, takesDigests: true },
  teams: { gapMs: 300, takesDigests: true },
  email: { gapMs: 0, takesDigests: true },
  pagerduty: { gapMs: 0, takesDigests: false },
  webhook: { gapMs: 0, takesDigests: false },
};

/** When more than this many wait, they are told in one. */
const SINGLES_MAX = 5;
const DIGEST_MAX = 100;
/** A message that is older and fails is given up. */
const AGE_MS_MAX = 86_400_000;
/** After a fault of ours: the file, or the record that takes nothing. */
const FAULT_WAIT_MS = 5000;
const STOP_MS_MAX = 2000;

/** What a sender shares with those of other channels. */
export interface SenderParts {
  readonly options: NotificationsOptions;
  readonly file: QueueFile;
  readonly guard: AddressGuard;
}

/** One queue: whose it is, where it leads, and what its messages say. */
export interface SenderTask {
  /** In the file. */
  readonly queue: string;
  readonly channelName: string;
  readonly target: ChannelTarget;
  /** `undefined` for what is not there any more. */
  readonly noticeOf: (message: QueuedMessage) => Notice | undefined;
  /** Says on the record how messages ended; false when that was not possible. */
  readonly record: (ended: readonly QueuedMessage[], reason: string | undefined) => Promise<boolean>;
}

/**
 * Sends the messages of one channel, in order, one at a time. It shares nothing with the senders of other channels but the
 * file, so that a receiver that hangs holds up nobody else.
 */
export class ChannelSender {
  readonly #parts: SenderParts;
  #task: SenderTask;
  #running: Promise<void> = Promise.resolve();
  #isBusy = false;
  /** Somebody has asked since the round under way began. */
  #isWanted = false;
  #isStopped = false;
  #plannedMs = Infinity;
  #lastSentMs = -Infinity;
  #recordFromMs = -Infinity;
  /** Up to here one by one: a digest was refused, and one of its messages is why. */
  #singlesUntil = -1;

  constructor(parts: SenderParts, task: SenderTask) {
    this.#parts = parts;
    this.#task = task;
  }

  /** Where it leads may change; what waits is sent there. */
  set task(task: SenderTask) {
    this.#task = task;
  }

  /** Whether a message is under way, or how one ended is being recorded. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Looks whether there is something to do, and does it. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isWanted = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#running = this.#rounds();
  }

  /** Forgets failures, so that the next message is tried at once. */
  retryNow(): void {
    this.#setProgress({ failures: 0, untilMs: 0 });
    this.wake();
  }

  /** Sends one message past the queue. */
  async sendOnce(notice: Notice): Promise<SendOutcome> {
    const { guard, options } = this.#parts;
    const { target } = this.#task;
    return sendMessage({ kind: 'single', notice }, target, this.#secrets(), guard, options);
  }

  /**
   * Begins nothing more, and resolves when what was begun has ended, or after two seconds: a receiver that hangs does not hold
   * up a stop, and is sent its message once more after the next start.
   */
  stop(): Promise<void> {
    this.#isStopped = true;
    const late = new Promise<void>((resolve) => this.#parts.options.schedule(STOP_MS_MAX, () => resolve()));
    return Promise.race([this.#running, late]);
  }

  async #rounds(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      try {
        await this.#round();
      } catch (error) {
        this.#fault(error);
      }
    }
    this.#isBusy = false;
  }

  async #round(): Promise<void> {
    while (!this.#isStopped) {
      await this.#recordEnded();
      const rows = this.#batch();
      if (rows.length === 0) return;
      const nowMs = this.#parts.options.nowMs();
      const dueMs = Math.max(
        believable(this.#progress().untilMs, nowMs),
        believable(this.#lastSentMs + PACES[this.#task.target.type].gapMs, nowMs),
      );
      if (dueMs > nowMs) {
        this.#plan(dueMs);
        return;
      }
      await this.#send(rows);
    }
  }

  #batch(): readonly QueuedMessage[] {
    const { queue, target } = this.#task;
    const rows = this.#parts.file.list(queue, 'waiting', DIGEST_MAX);
    const [head] = rows;
    const isDigest =
      PACES[target.type].takesDigests &&
      rows.length > SINGLES_MAX &&
      head !== undefined &&
      head.position > this.#singlesUntil;
    return isDigest ? rows : rows.slice(0, 1);
  }

  async #send(rows: readonly QueuedMessage[]): Promise<void> {
    const { file, guard, options } = this.#parts;
    const { queue, target, noticeOf } = this.#task;
    const told = rows.map((row) => ({ row, notice: noticeOf(row) }));
    const notices = told.flatMap(({ notice }) => notice ?? []);
    const message = messageOf(notices);
    const outcome: SendOutcome =
      message === undefined
        ? { kind: 'failed', again: 'never', reason: 'what it was about is not there any more' }
        : await sendMessage(message, target, this.#secrets(), guard, options);
    this.#lastSentMs = options.nowMs();
    // A crash here sends the message once more, under the same id.
    file.transaction(() => {
      if (outcome.kind === 'failed') return this.#failed(rows, outcome);
      for (const { row, notice } of told) {
        const reason = notice === undefined ? 'what it was about is not there any more' : '';
        file.end(queue, row.position, notice === undefined ? 'failed' : 'sent', reason, options.nowMs());
      }
      this.#setProgress({ failures: 0, untilMs: 0 });
    });
  }

  #failed(rows: readonly QueuedMessage[], outcome: SendOutcome & { readonly kind: 'failed' }): void {
    const { file, options } = this.#parts;
    const { queue } = this.#task;
    const nowMs = options.nowMs();
    const last = rows.at(-1);
    if (outcome.again === 'never' && rows.length > 1 && last !== undefined) {
      this.#singlesUntil = last.position;
      return;
    }
    for (const { position, queuedMs } of rows) {
      file.countAttempt(queue, position, outcome.reason);
      const isOver = outcome.again === 'never' || nowMs - queuedMs >= AGE_MS_MAX;
      if (isOver) file.end(queue, position, 'failed', outcome.reason, nowMs);
    }
    if (outcome.again === 'never') return;
    const failures = this.#progress().failures + 1;
    const untilMs = nowMs + retryWaitMs(failures, options.jitter(), outcome.waitMs);
    this.#setProgress({ failures, untilMs });
  }

  /** What ended is put on the record before anything else is sent; while the record takes nothing, sending goes on. */
  async #recordEnded(): Promise<void> {
    const { file, options } = this.#parts;
    const { queue, record } = this.#task;
    if (options.nowMs() < believable(this.#recordFromMs, options.nowMs())) return;
    for (const state of ['sent', 'failed'] as const) {
      const ended = file.list(queue, state, DIGEST_MAX);
      if (ended.length === 0) continue;
      const reason = state === 'sent' ? undefined : (ended.at(-1)?.reason ?? '');
      if (!(await record(ended, reason))) {
        this.#recordFromMs = options.nowMs() + FAULT_WAIT_MS;
        this.#plan(this.#recordFromMs);
        return;
      }
      file.transaction(() => {
        for (const { position } of ended) file.recorded(queue, position);
      });
    }
  }

  #secrets(): ChannelSecrets {
    const { channelName, target } = this.#task;
    return openChannelSecrets(this.#parts.options.keyring, channelName, target);
  }

  #progress(): ChannelProgress {
    return this.#parts.file.progress(this.#task.queue) ?? { since: 0, failures: 0, untilMs: 0 };
  }

  #setProgress({ failures, untilMs }: Pick<ChannelProgress, 'failures' | 'untilMs'>): void {
    const { since } = this.#progress();
    this.#parts.file.setProgress(this.#task.queue, { since, failures, untilMs });
  }

  /** A time that is brought forward leaves the task of the later time behind, which then does nothing. */
  #plan(dueMs: number): void {
    if (dueMs >= this.#plannedMs) return;
    const { nowMs, schedule } = this.#parts.options;
    this.#plannedMs = dueMs;
    schedule(Math.max(0, dueMs - nowMs()), () => {
      if (this.#plannedMs !== dueMs) return;
      this.#plannedMs = Infinity;
      this.wake();
    });
  }

  #fault(error: unknown): void {
    // Whoever stops has closed the file, perhaps under a message whose channel is gone.
    if (this.#isStopped) return;
    const { onFailure, nowMs } = this.#parts.options;
    onFailure(error instanceof Error ? error : new Error(String(error)));
    this.#plan(nowMs() + FAULT_WAIT_MS);
  }
}

/** Nobody waits for so long: what says so was written while the clock was ahead, and means nothing any more. */
function believable(untilMs: number, nowMs: number): number {
  return untilMs - nowMs > RETRY_WAIT_MS_MAX ? nowMs : untilMs;
}

function messageOf(notices: readonly Notice[]): Message | undefined {
  const [notice] = notices;
  if (notice === undefined) return undefined;
  return notices.length === 1 ? { kind: 'single', notice } : { kind: 'digest', notices };
}
