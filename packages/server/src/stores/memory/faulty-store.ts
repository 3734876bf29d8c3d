import { LedgerError, type LedgerStore, type StateChange } from '../../core/audit/index.ts';

/**
 * How a write fails. `before`: nothing of it is kept. `kept`: all of it is kept, but it is reported as failed. `dies`:
 * all of it is kept, nothing is reported, and the store answers nothing any more, as after a crash.
 */
export type Fault = 'before' | 'kept' | 'dies';

/**
 * A store whose writes fail as `next` says, asked once for each. It keeps the promises of `LedgerStore` for failed
 * writes: the call after one is safe, and hands out the changes that were kept.
 */
export function faultyStore(store: LedgerStore, next: () => Fault | undefined): LedgerStore {
  let missed: readonly StateChange[] = [];
  let dead = false;
  const write = <Value>(run: () => Value, kept: (value: Value) => void): Value => {
    if (dead) throw new LedgerError('Unavailable', 'the store is dead');
    const fault = next();
    if (fault === 'before') throw new LedgerError('Unavailable', 'the write failed');
    const value = run();
    if (fault === undefined) return value;
    dead = fault === 'dies';
    kept(value);
    throw new LedgerError('Unavailable', 'the write failed, but was kept');
  };
  return {
    ...store,
    commit(items) {
      const answer = write(
        () => store.commit(items),
        ({ changes }) => {
          missed = [...missed, ...changes];
        },
      );
      const changes = [...missed, ...answer.changes];
      missed = [];
      return { answers: answer.answers, changes };
    },
    replaceCheckpoint: (expected, note) =>
      write(
        () => store.replaceCheckpoint(expected, note),
        () => undefined,
      ),
    install: (name, value) =>
      write(
        () => store.install(name, value),
        () => undefined,
      ),
  };
}
