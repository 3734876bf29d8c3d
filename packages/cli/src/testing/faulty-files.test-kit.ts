import { writeFile } from 'node:fs/promises';
import { type FileOperations, nodeFileOperations } from '../files/index.ts';

/** Which operation of a process fails, counted from 1: without having been done, after it, or halfway. */
export interface Fault {
  readonly at: number;
  readonly kind: 'before' | 'after' | 'torn';
  /** Whether the process is dead from then on. */
  readonly dies: boolean;
}

/** The files of one process, one of whose operations fails. */
export class FaultyFiles {
  readonly operations: FileOperations;
  /** All faults that this process could have had. */
  readonly possibleFaults: Omit<Fault, 'dies'>[] = [];
  hasFailed = false;
  #count = 0;
  #isDead = false;
  readonly #fault: Fault | undefined;

  constructor(fault?: Fault) {
    this.#fault = fault;
    // Processes die here and the machine does not, so that nothing has to wait for the disk.
    const write = (path: string, bytes: Uint8Array): Promise<void> => writeFile(path, bytes, { flag: 'wx' });
    const real = { ...nodeFileOperations, write, syncDirectory: () => Promise.resolve() };
    this.operations = {
      read: (path) => this.#run(['before'], () => real.read(path)),
      list: (path) => this.#run(['before'], () => real.list(path)),
      write: (path, bytes) =>
        this.#run(
          ['before', 'after', 'torn'],
          () => real.write(path, bytes),
          () => real.write(path, bytes.subarray(0, bytes.length / 2)),
        ),
      rename: (from, to) => this.#run(['before', 'after'], () => real.rename(from, to)),
      makeDirectory: (path) => this.#run(['before', 'after'], () => real.makeDirectory(path)),
      syncDirectory: () => this.#run(['before', 'after'], () => real.syncDirectory()),
      remove: (path) => this.#run(['before', 'after'], () => real.remove(path)),
    };
  }

  async #run<Value>(
    kinds: readonly Fault['kind'][],
    work: () => Promise<Value>,
    torn?: () => Promise<void>,
  ): Promise<Value> {
    const failure = Object.assign(new Error('failed as planned'), { code: 'EIO' });
    if (this.#isDead) throw failure;
    this.#count += 1;
    const at = this.#count;
    this.possibleFaults.push(...kinds.map((kind) => ({ at, kind })));
    if (at !== this.#fault?.at) return work();
    this.hasFailed = true;
    this.#isDead = this.#fault.dies;
    if (this.#fault.kind === 'after') await work();
    if (this.#fault.kind === 'torn') await torn?.();
    throw failure;
  }
}
