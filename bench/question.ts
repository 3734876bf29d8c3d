import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventQuery } from '../packages/server/src/core/audit/index.ts';
import { createSearch, type Search } from '../packages/server/src/followers/search/index.ts';
import { openSqliteReader, openSqliteStore } from '../packages/server/src/stores/sqlite/index.ts';
import { sampleEntry } from './sample-events.ts';

const BATCH = 4096;
const QUESTIONS = 400;
const ACCOUNT = '111122223333';

/** The auditor's question on an indexed log, and what one more event costs the ledger and the index as they grow. */
export interface QuestionFigures {
  readonly entries: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly ledgerBytesPerEntry: number;
  /** Of the index that answers the questions, on disk. */
  readonly indexBytesPerEntry: number;
  /** Time to commit and index the last tenth of the entries relative to the first tenth. */
  readonly growthRatio: number;
}

/** Fills a ledger with `count` events, indexes it, and asks for assets, keys and principals in turn. */
export async function measureQuestion(count: number): Promise<QuestionFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'keywitness-bench-'));
  const path = join(directory, 'ledger.db');
  const store = openSqliteStore({ path });
  const reader = openSqliteReader({ path });
  const search = createSearch({
    reader,
    path: join(directory, 'search.db'),
    nowMs: () => performance.now(),
    schedule: (delayMs, task) => void setTimeout(task, delayMs),
    onFailure: (error) => {
      throw error;
    },
  });
  try {
    const tenths: number[] = [];
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const startedAt = performance.now();
      fill(
        (items) => store.commit(items),
        Math.floor((count * tenth) / 10),
        Math.floor((count * (tenth + 1)) / 10),
      );
      search.advance(store.size());
      await ask(search, { order: 'newest', limit: 1 });
      tenths.push(performance.now() - startedAt);
    }
    const latencies: number[] = [];
    for (let turn = 0; turn < QUESTIONS; turn += 1) {
      const startedAt = performance.now();
      await ask(search, { ...questionAt(turn), order: 'newest', limit: 100 });
      latencies.push(performance.now() - startedAt);
    }
    latencies.sort((left, right) => left - right);
    return {
      entries: count,
      p50Ms: latencies[Math.floor(QUESTIONS * 0.5)] ?? 0,
      p99Ms: latencies[Math.floor(QUESTIONS * 0.99)] ?? 0,
      ledgerBytesPerEntry: sampleEntry(0).length,
      indexBytesPerEntry: (await stat(join(directory, 'search.db'))).size / count,
      growthRatio: (tenths[9] ?? 0) / (tenths[0] ?? 1),
    };
  } finally {
    search.close();
    reader.close();
    store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Commits entries `from` to `to` of the sample log in large groups. */
export function fill(
  commit: (items: { judgedAt: number; reads: string[]; writes: never[]; entry: Uint8Array }[]) => unknown,
  from: number,
  to: number,
): void {
  for (let first = from; first < to; first += BATCH) {
    const length = Math.min(BATCH, to - first);
    commit(
      Array.from({ length }, (_, position) => ({
        judgedAt: 0,
        reads: [],
        writes: [],
        entry: sampleEntry(first + position),
      })),
    );
  }
}

/** Alternates between the subjects that auditors ask for; the values go round. */
function questionAt(turn: number): Partial<EventQuery> {
  switch (turn % 4) {
    case 0:
      return { asset: { name: 'customer', value: String((turn * 131) % 100_000) } };
    case 1:
      return { key: `${String(turn % 1000).padStart(8, '0')}-0000-4000-8000-000000000000` };
    case 2:
      return { text: `files ${String((turn * 131) % 100_000)}`, userAgent: 'aws-sdk-js/*' };
    default:
      return { principal: `arn:aws:iam::${ACCOUNT}:user/service-${turn % 50}`, outcome: 'success' };
  }
}

async function ask(search: Search, query: EventQuery): Promise<void> {
  const page = await search.query(query);
  if (page.entries.length === 0) throw new Error(`nothing was found for ${JSON.stringify(query)}`);
}
