import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../packages/server/src/stores/sqlite/index.ts';
import { sampleEntry } from './sample-events.ts';

const GROUP_SIZES = [1, 8, 32, 128] as const;
const TURN_MS = 400;
const TURNS = 5;

/** Durable events per second for one group size, beside writing and flushing the same bytes. */
export interface LedgerFigures {
  readonly groupSize: number;
  readonly ledgerPerSecond: number;
  readonly rawPerSecond: number;
  readonly ratio: number;
}

/** The ledger alone, in turns with `write` and `fdatasync` of the same bytes in the same group sizes. */
export async function measureLedger(): Promise<readonly LedgerFigures[]> {
  const directory = await mkdtemp(join(tmpdir(), 'keywitness-bench-'));
  const store = openSqliteStore({ path: join(directory, 'ledger.db') });
  const raw = openSync(join(directory, 'raw'), 'a');
  try {
    return GROUP_SIZES.map((groupSize) => {
      const entries = Array.from({ length: groupSize }, (_, index) => sampleEntry(index));
      const joined = Buffer.concat(entries);
      const items = entries.map((entry) => ({ judgedAt: 0, reads: ['key:1'], writes: [], entry }));
      const ledger: number[] = [];
      const flushed: number[] = [];
      for (let turn = 0; turn < TURNS; turn += 1) {
        ledger.push(groupSize * perSecond(() => store.commit(items)));
        flushed.push(
          groupSize *
            perSecond(() => {
              writeSync(raw, joined);
              fdatasyncSync(raw);
            }),
        );
      }
      const [ledgerPerSecond, rawPerSecond] = [median(ledger), median(flushed)];
      return { groupSize, ledgerPerSecond, rawPerSecond, ratio: ledgerPerSecond / rawPerSecond };
    });
  } finally {
    closeSync(raw);
    store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function perSecond(work: () => unknown): number {
  const startedAt = performance.now();
  let count = 0;
  while (performance.now() - startedAt < TURN_MS) {
    work();
    count += 1;
  }
  return (count * 1000) / (performance.now() - startedAt);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
