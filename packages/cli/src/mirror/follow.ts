import { setTimeout as sleep } from 'node:timers/promises';
import { describeConflict } from '../evidence/index.ts';
import { exitCodes, type ExitCode, Failure, reasonOf } from '../failure.ts';
import { printLines, visible } from '../terminal/index.ts';
import type { IndexCosigner, IndexFinding } from './index-cosigner.ts';
import type { Mirror, MirrorOutcome } from './mirror.ts';

/** What is followed and how. */
export interface FollowOptions {
  readonly mirror: Mirror;
  /** `undefined` for a mirror that does not cosign. */
  readonly cosigner: IndexCosigner | undefined;
  /** As the log and the target are called on the command line. */
  readonly log: string;
  readonly to: string;
  readonly isOnce: boolean;
  readonly intervalMs: number;
  readonly stopped: AbortSignal;
}

/** What is said about an index checkpoint that was brought. `ended`: the log is convicted, and nothing more is cosigned. */
export type JudgedIndex = IndexFinding | { readonly kind: 'ended'; readonly reason: string };

type Attempt = MirrorOutcome | { readonly kind: 'failed'; readonly reason: string };

/** The longest pause after failures, and the shortest when somebody waits for more. */
const pauseMsMax = 60_000;
const pauseMsMin = 1000;
/** How long a question about an index waits for the log to be copied so far. */
const judgeMsMax = 15_000;

/** Looks at a log again and again, and between two looks judges the index checkpoints that others bring. */
export class Follow {
  readonly #options: FollowOptions;
  /** Looks and decisions that need the copy to stand still come one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #nudge = new AbortController();
  #settled = Promise.withResolvers<undefined>();
  /** What ends it: the log has contradicted itself, or the copy is not whole. */
  #conviction: string | undefined;
  #failure: Failure | undefined;
  #hasEnded = false;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** Follows until it is stopped, or until the log contradicts itself. */
  async run(): Promise<ExitCode> {
    try {
      return await this.#follow();
    } finally {
      this.#hasEnded = true;
      this.#settled.resolve(undefined);
    }
  }

  async #follow(): Promise<ExitCode> {
    const { isOnce, stopped } = this.#options;
    for (let failures = 0; !stopped.aborted;) {
      const code = await this.#inTurn(() => this.#look());
      this.#settled.resolve(undefined);
      this.#settled = Promise.withResolvers<undefined>();
      if (isOnce) return code;
      failures = code === exitCodes.done ? 0 : failures + 1;
      if (this.#conviction === undefined) await this.#pause(failures);
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isConvicted()) return exitCodes.doesNotHold;
    }
    return exitCodes.done;
  }

  /** Judges an index checkpoint, and waits a while for what it covers to be there. */
  async judge(note: Uint8Array): Promise<JudgedIndex> {
    const { cosigner } = this.#options;
    if (cosigner === undefined) return { kind: 'refused', reason: 'this mirror does not cosign' };
    const untilMs = performance.now() + judgeMsMax;
    for (;;) {
      if (this.#conviction !== undefined) return { kind: 'ended', reason: this.#conviction };
      const finding = cosigner.judge(note);
      if (finding.kind === 'differs') return this.#inTurn(() => this.#resolve(cosigner, note));
      const leftMs = untilMs - performance.now();
      if (finding.kind !== 'waiting' || leftMs <= 0 || this.#hasEnded) return finding;
      const { promise } = this.#settled;
      this.#nudge.abort();
      await withinMs(promise, leftMs);
    }
  }

  async #resolve(cosigner: IndexCosigner, note: Uint8Array): Promise<IndexFinding> {
    let finding: IndexFinding;
    try {
      finding = await cosigner.resolve(note);
    } catch (error) {
      if (error instanceof Failure) this.#failure = error;
      this.#nudge.abort();
      throw error;
    }
    if (finding.kind === 'conflict') this.#convict(`EVIDENCE: ${describeConflict(finding.conflict)}`);
    return finding;
  }

  #convict(message: string): void {
    this.#conviction = message;
    complain(message);
    this.#nudge.abort();
  }

  /** What it says may have changed while it slept. */
  #isConvicted(): boolean {
    return this.#conviction !== undefined;
  }

  async #look(): Promise<ExitCode> {
    const { cosigner, isOnce } = this.#options;
    const outcome = await this.#attempt(async () => {
      // Before the checkpoint is read, which then covers what the index does.
      await cosigner?.look();
      return this.#options.mirror.step();
    });
    const code = await this.#tell(outcome);
    if (cosigner === undefined || code !== exitCodes.done) return code;
    const finding = await this.#attempt(() => cosigner.settle());
    if (finding === undefined) {
      const isMissing = isOnce && cosigner.published === undefined;
      return isMissing ? failed('the log has no `index`', exitCodes.doesNotHold) : exitCodes.done;
    }
    return this.#tellFinding(finding);
  }

  /** A log that cannot be reached is tried again; a target that cannot be used is not. */
  async #attempt<Value>(work: () => Promise<Value>): Promise<Value | Extract<Attempt, { kind: 'failed' }>> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Failure) throw error;
      const { log, to } = this.#options;
      return { kind: 'failed', reason: `could not copy \`${log}\` to \`${to}\`: ${reasonOf(error)}` };
    }
  }

  async #tell(outcome: Attempt): Promise<ExitCode> {
    const { isOnce } = this.#options;
    switch (outcome.kind) {
      case 'copied':
        await printLines([`copied      entries ${outcome.before} to ${outcome.size}`]);
        return exitCodes.done;
      case 'current':
        if (isOnce) await printLines([`current     ${outcome.size} entries`]);
        return exitCodes.done;
      case 'stale':
        if (isOnce) await printLines([`older       the log shows ${outcome.size} entries`]);
        return exitCodes.done;
      case 'altered':
        return failed(`the log does not hold: ${outcome.reason}`, exitCodes.doesNotHold);
      case 'conflict':
        this.#convict(`EVIDENCE: ${describeConflict(outcome.conflict)}`);
        return exitCodes.doesNotHold;
      case 'failed':
        return failed(outcome.reason, exitCodes.couldNot);
    }
  }

  async #tellFinding(
    finding: IndexFinding | { readonly kind: 'failed'; readonly reason: string },
  ): Promise<ExitCode> {
    switch (finding.kind) {
      case 'cosigned':
        await printLines([`cosigned    index of ${finding.size} entries`]);
        return exitCodes.done;
      case 'waiting':
        if (this.#options.isOnce) await printLines([`waiting     the index covers ${finding.size} entries`]);
        return exitCodes.done;
      case 'refused':
        return failed(`the index does not hold: ${finding.reason}`, exitCodes.doesNotHold);
      case 'conflict':
        this.#convict(`EVIDENCE: ${describeConflict(finding.conflict)}`);
        return exitCodes.doesNotHold;
      case 'failed':
        return failed(finding.reason, exitCodes.couldNot);
    }
  }

  /** Until the next look, which somebody who waits can bring forward. */
  async #pause(failures: number): Promise<void> {
    const { intervalMs, stopped } = this.#options;
    const pauseMs = Math.max(intervalMs, Math.min(pauseMsMax, failures === 0 ? 0 : 1000 * 2 ** failures));
    const firstMs = Math.min(pauseMs, pauseMsMin);
    await rest(firstMs, stopped);
    await rest(pauseMs - firstMs, AbortSignal.any([stopped, this.#nudge.signal]));
    this.#nudge = new AbortController();
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

function failed(message: string, code: ExitCode): ExitCode {
  complain(message);
  return code;
}

function complain(message: string): void {
  process.stderr.write(`keywitness: ${visible(message)}\n`);
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
  });
}

async function withinMs(promise: Promise<undefined>, ms: number): Promise<void> {
  const late = new AbortController();
  await Promise.race([promise, rest(ms, late.signal)]);
  late.abort();
}
