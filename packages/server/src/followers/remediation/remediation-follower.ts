import { commonFields, type PlaybookRecord } from '../../core/operations/index.ts';
import { type CursorFile, openCursorFile } from './cursor-file.ts';
import { RemediationError } from './errors.ts';
import { FunctionCalls } from './function-calls.ts';
import { eventAt, firstSince, type Occasion, readOccasion } from './log-events.ts';
import type { Acted, RemediationFollowerOptions } from './ports.ts';

/** A new file begins so far back: what is older was somebody's to look at long ago. */
const LOOK_BACK_MS = 3_600_000;
const ENTRIES_MAX = 4096;
const RETRY_WAIT_MS = 1000;
/** Refusals that say nothing about what was asked. */
const PASSING: ReadonlySet<string> = new Set(['Throttled', 'Unavailable']);

/**
 * Follows the log and has the playbooks of a rule carried out when an incident of it is opened (`spec/remediation.md`). It
 * decides nothing: it asks for proposals and runs, whose guard rails are in the operations. Everything may be asked for
 * twice, because ids are made from what it is about.
 */
export class RemediationFollower {
  readonly #options: RemediationFollowerOptions;
  readonly #file: CursorFile;
  readonly #calls: FunctionCalls;
  #next: number;
  #size = 0;
  #working: Promise<void> | undefined;
  readonly #tasks: (() => Promise<void>)[] = [];
  readonly #reading: () => Promise<void> = () => this.#readOn();
  readonly #stopping: PromiseWithResolvers<null> = Promise.withResolvers();
  #isStopped = false;

  constructor(options: RemediationFollowerOptions) {
    this.#options = options;
    this.#file = openCursorFile(options.path, options.onFailure);
    this.#calls = new FunctionCalls(options);
    const known = this.#file.read();
    const size = options.reader.size();
    // A log that is shorter than it was is another one.
    const isUsable = known !== undefined && known <= size;
    this.#next = isUsable ? known : firstSince(options.reader, options.nowMs() - LOOK_BACK_MS);
  }

  /** Entries of the log that have not been looked at yet. */
  get behind(): number {
    return Math.max(0, this.#size - this.#next);
  }

  /** Does what was left unfinished, and reads on. */
  start(): void {
    this.#work(async () => {
      for (const remediation of this.#options.state.unfinished()) {
        if (remediation.status === 'approved') await this.#run(remediation.id);
        else if (remediation.status === 'calling') this.#calls.call(remediation);
      }
    });
    this.advance(this.#options.reader.size());
  }

  /** Tells that the log has grown, and that the state shows what it says. */
  advance(size: number): void {
    this.#size = Math.max(this.#size, size);
    if (!this.#isStopped && !this.#tasks.includes(this.#reading)) this.#work(this.#reading);
  }

  /** Stops before the next step, and resolves when the one that is under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopping.resolve(null);
    this.#calls.stop();
    await this.#working;
    this.#file.close();
  }

  /** One thing after the other. */
  #work(task: () => Promise<void>): void {
    this.#tasks.push(task);
    this.#working ??= this.#workOff();
  }

  /** What fails is tried again, from where it was, until it is done. */
  async #workOff(): Promise<void> {
    for (let [task] = this.#tasks; task !== undefined && !this.#isStopped; [task] = this.#tasks) {
      try {
        await task();
        this.#tasks.shift();
        if (this.#tasks.length === 0 && this.#next < this.#size) this.#tasks.push(this.#reading);
      } catch (error) {
        const message = 'a remediation could not be recorded yet, and is tried again';
        this.#options.onFailure(new RemediationError('NotRecorded', message, { cause: error }));
        await Promise.race([this.#retryTime(), this.#stopping.promise]);
      }
    }
    this.#working = undefined;
  }

  #retryTime(): Promise<null> {
    return new Promise((resolve) => {
      this.#options.schedule(RETRY_WAIT_MS, () => resolve(null));
    });
  }

  async #readOn(): Promise<void> {
    while (this.#next < this.#size && !this.#isStopped) {
      const { entries } = this.#options.reader.read(
        this.#next,
        Math.min(ENTRIES_MAX, this.#size - this.#next),
      );
      for (const entry of entries) {
        const occasion = readOccasion(entry);
        if (occasion !== undefined) {
          await this.#take(occasion);
          if (this.#isStopped) return;
        }
        this.#next += 1;
      }
      // INVARIANT: kept only when everything before is recorded: a crash in between reads it again.
      this.#file.keep(this.#next);
    }
  }

  async #take(occasion: Occasion): Promise<void> {
    if (occasion.kind === 'approved') {
      await this.#run(occasion.remediationId);
      return;
    }
    const { again, incidentId } = occasion;
    const incident = this.#options.state.incident(incidentId);
    if (incident === undefined || (incident.status !== 'open' && incident.status !== 'acknowledged')) return;
    const playbooks = this.#options.state
      .playbooks()
      .filter(({ disabled, rules }) => !disabled && rules.includes(incident.ruleName));
    if (playbooks.length === 0) return;
    const events = incident.events.flatMap(({ index }) => eventAt(this.#options.reader, index) ?? []);
    const evidence = commonFields(events);
    for (const playbook of playbooks) {
      for (const step of playbook.steps.keys()) {
        await this.#propose(playbook, { incidentId, playbookName: playbook.name, step, again, evidence });
      }
    }
  }

  async #propose(playbook: PlaybookRecord, params: Readonly<Record<string, unknown>>): Promise<void> {
    const acted = await this.#act('ProposeRemediation', params);
    if (acted.kind === 'refused' || playbook.mode !== 'act') return;
    const { id, status } = acted.result;
    if (typeof id === 'string' && status === 'proposed') await this.#run(id);
  }

  async #run(remediationId: string): Promise<void> {
    const acted = await this.#act('RunRemediation', { remediationId });
    if (acted.kind === 'refused' || acted.result['status'] !== 'calling') return;
    const remediation = this.#options.state.remediation(remediationId);
    if (remediation !== undefined) this.#calls.call(remediation);
  }

  /** @throws RemediationError `NotRecorded` for what is to be tried again. */
  async #act(name: string, params: Readonly<Record<string, unknown>>): Promise<Acted> {
    const acted = await this.#options.act(name, params);
    if (acted.kind === 'released') return acted;
    if (PASSING.has(acted.code)) throw new RemediationError('NotRecorded', acted.message);
    // What became impossible meanwhile is somebody's decision, and is on the record.
    if (acted.code === 'InvalidState') return acted;
    this.#options.onFailure(new RemediationError('Refused', acted.message));
    return acted;
  }
}
