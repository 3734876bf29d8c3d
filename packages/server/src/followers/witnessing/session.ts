import {
  type NoteSignature,
  openCheckpoint,
  openCosignatures,
  parseNote,
  verifyConsistency,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { WitnessingError } from './errors.ts';
import type { LogCheckpoint, WitnessedLog, WitnessEndpoint, WitnessPolicy } from './ports.ts';
import { fork, rollback } from './start-check.ts';
import { WitnessClient } from './witness-client.ts';

/** What a session with one witness is made of. */
export interface SessionOptions {
  readonly endpoint: WitnessEndpoint;
  readonly policy: WitnessPolicy;
  readonly log: WitnessedLog;
  readonly timeoutMs: number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly onTrouble: (message: string) => void;
}

/** Answers with another size than expected are followed so often before there is a pause. */
const resynchronizationsMax = 3;
const pauseMsMin = 1000;
const pauseMsMax = 60_000;

/**
 * What is known of one witness, and one request to it at a time. Other witnesses and the publisher know nothing of it: a
 * witness that hangs holds up nobody but itself.
 */
export class WitnessSession {
  readonly url: string;
  readonly #options: SessionOptions;
  readonly #client: WitnessClient;
  /** What the witness has cosigned last, as far as is known. */
  #knownSize = 0;
  #failures = 0;
  #notBeforeMs = -Infinity;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.url = options.endpoint.url;
    this.#client = new WitnessClient({ url: this.url, timeoutMs: options.timeoutMs });
  }

  /** When it may be asked again after failures, on the clock of `nowMs`. */
  get notBeforeMs(): number {
    return this.#notBeforeMs;
  }

  /**
   * Asks for cosignatures of a checkpoint, following what the witness says about its own state. None when there are none
   * to be had now; the witness is then left alone for a while.
   *
   * @throws WitnessingError when the witness shows, by a checkpoint that this log has signed, that the log has forked.
   */
  async cosign(checkpoint: LogCheckpoint): Promise<readonly NoteSignature[]> {
    for (let turn = 0; turn < resynchronizationsMax; turn += 1) {
      if (this.#knownSize > checkpoint.size) return [];
      const proof = await this.#options.log.consistency(this.#knownSize, checkpoint.size);
      const reply = await this.#client.add({
        oldSize: this.#knownSize,
        proof,
        checkpoint: checkpoint.note,
      });
      switch (reply.kind) {
        case 'cosigned':
          return this.#take(checkpoint, reply.lines);
        case 'size':
          if (reply.size > (this.#options.log.newest()?.size ?? 0)) {
            await this.#convict(checkpoint, reply.size);
            return this.#fail(`it says to have cosigned \`${reply.size}\` entries, which the log never had`);
          }
          this.#knownSize = reply.size;
          break;
        case 'conflict':
          await this.#convict(checkpoint, undefined);
          return this.#fail(reply.reason);
        case 'failed':
          return this.#fail(reply.reason);
      }
    }
    return this.#fail('it keeps answering with other sizes');
  }

  #take(checkpoint: LogCheckpoint, lines: string): readonly NoteSignature[] {
    const { text } = parseNote(checkpoint.note);
    const opened = openCosignatures(text, lines, this.#options.endpoint.vkeys, nodeCrypto);
    this.#knownSize = checkpoint.size;
    if (!opened.ok) return this.#fail(`its cosignature is not good: ${opened.reason}`);
    if (this.#failures > 0) this.#options.onTrouble(`the witness \`${this.url}\` cosigns again`);
    this.#failures = 0;
    this.#notBeforeMs = -Infinity;
    return opened.signatures;
  }

  #fail(reason: string): readonly NoteSignature[] {
    const { nowMs, onTrouble } = this.#options;
    if (this.#failures === 0) onTrouble(`the witness \`${this.url}\` does not cosign: ${reason}`);
    const pauseMs = Math.min(pauseMsMin * 2 ** this.#failures, pauseMsMax);
    this.#failures += 1;
    this.#notBeforeMs = nowMs() + pauseMs;
    return [];
  }

  /**
   * A witness that only says so could stop the service by lying. One that shows a checkpoint with the log's own
   * signatures, which the log as it is now does not lead to, proves it.
   */
  async #convict(checkpoint: LogCheckpoint, size: number | undefined): Promise<void> {
    const { origin, logKeys } = this.#options.policy.trusted;
    const note = await this.#client.cosigned(origin);
    const shown = note === undefined ? undefined : openCheckpoint(note, { origin, logKeys }, nodeCrypto);
    if (shown?.ok !== true) return;
    const newest = this.#options.log.newest() ?? checkpoint;
    const witnessed = shown.checkpoint;
    if (witnessed.size > newest.size) throw rollback(this.url, witnessed.size, newest.size);
    const proof = await this.#options.log.consistency(witnessed.size, newest.size);
    const claim = {
      oldSize: witnessed.size,
      oldRoot: witnessed.root,
      newSize: newest.size,
      newRoot: newest.root,
    };
    const verdict = verifyConsistency({ ...claim, proof }, nodeCrypto);
    if (!verdict.ok) throw fork(this.url, newest.size, verdict.reason);
    if (size === undefined) this.#knownSize = witnessed.size;
  }
}

/** Whether an error says that nothing may be signed any more. */
export function isFatal(error: unknown): error is WitnessingError {
  return error instanceof WitnessingError;
}
