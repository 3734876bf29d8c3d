import { DatabaseSync, StatementSync } from 'node:sqlite';
import type { TestContext } from 'node:test';

/** Which statement that writes fails, counted from 1: before it was done, or after; and whether the process dies of it. */
export interface Fault {
  readonly at: number;
  readonly kind: 'before' | 'after';
  readonly dies: boolean;
}

/** Lets one statement that writes fail as a disk does, and all after it when the process dies of it. */
export class FailingDisk {
  /** Statements so far. */
  statements: number = 0;
  hasFailed: boolean = false;
  readonly #fault: Fault | undefined;

  constructor(t: TestContext, fault: Fault | undefined) {
    this.#fault = fault;
    const write = <Value>(work: () => Value): Value => this.#write(work);
    // oxlint-disable-next-line typescript/unbound-method -- it is called with the database that it was called on
    const { exec } = DatabaseSync.prototype;
    // oxlint-disable-next-line typescript/unbound-method -- it is called with the statement that it was called on
    const { run } = StatementSync.prototype;
    t.mock.method(DatabaseSync.prototype, 'exec', function (this: DatabaseSync, sql: string) {
      return write(() => exec.call(this, sql));
    });
    t.mock.method(
      StatementSync.prototype,
      'run',
      function (this: StatementSync, ...values: Parameters<StatementSync['run']>) {
        return write(() => run.apply(this, values));
      },
    );
  }

  #write<Value>(work: () => Value): Value {
    this.statements += 1;
    const { at = 0, kind, dies = false } = this.#fault ?? {};
    if (this.hasFailed && dies) throw ioError();
    if (this.statements !== at) return work();
    this.hasFailed = true;
    if (kind === 'after') work();
    throw ioError();
  }
}

function ioError(): Error {
  return Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 });
}
