import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import type {
  EventFilter,
  EventHistogram,
  EventQuery,
  EventSummary,
  LedgerReader,
  OutcomeCounts,
  SummaryField,
  SummaryQuery,
} from '../../core/audit/index.ts';
import { createSearch, type Search, SearchError } from './index.ts';
import {
  holds,
  MemoryLog,
  randomEvent,
  randomOf,
  randomQuery,
  type TestEvent,
} from './reference.test-model.ts';

const seed = Number(process.env['KEYWITNESS_TEST_SEED'] ?? Date.now() % 1_000_000_007);

/** Two runs and something of a tail. */
const ENTRIES = 9000;
const fields: readonly SummaryField[] = [
  'action',
  'asset',
  'credential',
  'errorCode',
  'key',
  'material',
  'outcome',
  'principal',
  'source',
  'userAgent',
];

function logOf(count: number, start: number): MemoryLog {
  const log = new MemoryLog();
  const random = randomOf(start);
  while (log.size() < count) log.add(randomEvent(random, log.size()));
  return log;
}

function openSearch(reader: LedgerReader, path: string, valuesMax?: number): Search {
  return createSearch({
    reader,
    path,
    nowMs: () => performance.now(),
    schedule: (delayMs, task) => void setTimeout(task, delayMs).unref(),
    onFailure(error) {
      if (!(error instanceof SearchError)) throw error;
    },
    ...(valuesMax === undefined ? {} : { valuesMax }),
  });
}

function filterOf({ beyond: _beyond, limit: _limit, order: _order, ...filter }: EventQuery): EventFilter {
  return filter;
}

/** The obvious way to count: look at every event. */
function countEach(log: MemoryLog, filter: EventFilter, histogram: EventHistogram): readonly OutcomeCounts[] {
  const { fromMs, toMs, bucketMs, buckets } = histogram;
  const counts = buckets.map(() => ({ success: 0, denied: 0, error: 0, throttled: 0 }));
  for (const event of log.events) {
    const timeMs = Date.parse(event?.time ?? '');
    if (event === undefined || !(timeMs >= fromMs && timeMs < toMs) || !isMatch(event, filter)) continue;
    const bucket = counts[Math.floor((timeMs - fromMs) / bucketMs)];
    const { outcome } = event;
    if (bucket !== undefined && isOutcome(outcome)) bucket[outcome] += 1;
  }
  return counts;
}

function isOutcome(outcome: string | undefined): outcome is keyof OutcomeCounts {
  return outcome !== undefined && ['success', 'denied', 'error', 'throttled'].includes(outcome);
}

function isMatch(event: TestEvent | undefined, filter: EventFilter): boolean {
  return holds(event, { ...filter, order: 'newest', limit: 1 });
}

/** The obvious summary. */
function summaryOf(log: MemoryLog, { filter, by, top, scan, over }: SummaryQuery): EventSummary {
  const matching = log.events.filter((event) => isMatch(event, filter)).toReversed();
  const scanned = matching.slice(0, scan);
  const summaries = by.map((field) => {
    const having = new Map<string, TestEvent[]>();
    for (const event of scanned) {
      for (const value of new Set(valuesOf(field, event))) {
        having.set(value, [...(having.get(value) ?? []), ...(event === undefined ? [] : [event])]);
      }
    }
    const values = [...having].map(([value, events]) => {
      const times = events.flatMap(({ time }) => (time === undefined ? [] : [Date.parse(time)]));
      const dated = { firstMs: Math.min(...times), lastMs: Math.max(...times) };
      const label = labelOf(field, value, events[0]);
      return {
        value,
        ...(label === undefined ? {} : { label }),
        count: events.length,
        ...(times.length === 0 ? {} : dated),
        ...(over === undefined ? {} : { days: daysOf(events) }),
      };
    });
    values.sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1));
    return [field, { values: values.slice(0, top), distinct: having.size }] as const;
  });
  return {
    fields: Object.fromEntries(summaries),
    matchedScanned: scanned.length,
    isComplete: matching.length <= scan,
    size: log.size(),
  };
}

function daysOf(events: readonly TestEvent[]): Readonly<Record<string, number>> {
  const days = events.flatMap(({ time }) => (time === undefined ? [] : [time.slice(0, 10)])).toSorted();
  return Object.fromEntries([...new Set(days)].map((day) => [day, days.filter((one) => one === day).length]));
}

function valuesOf(field: SummaryField, event: TestEvent | undefined): readonly string[] {
  const values: Readonly<Record<SummaryField, readonly (string | undefined)[]>> = {
    action: [event?.action],
    asset: [event?.context, event?.sourceContext].flatMap((pairs) =>
      Object.entries(pairs ?? {}).map(([name, value]) => `${name}=${value}`),
    ),
    credential: [event?.actor?.credentialId],
    errorCode: [event?.error?.code],
    key: [event?.key?.arn, event?.sourceKey?.arn],
    material: [event?.key?.materialId, event?.sourceKey?.materialId],
    outcome: [event?.outcome],
    principal: [event?.actor?.arn],
    source: [event?.client?.address],
    userAgent: [event?.client?.userAgent],
  };
  return values[field].filter((value) => value !== undefined);
}

function labelOf(field: SummaryField, value: string, event: TestEvent | undefined): string | undefined {
  if (field === 'principal') return event?.actor?.name;
  return field === 'key' && event?.key?.arn === value ? event.key.requested : undefined;
}

for (const valuesMax of [undefined, 7]) {
  const kind = valuesMax === undefined ? 'with room for every value' : `with room for ${valuesMax} values`;
  describe(`an index ${kind} (seed ${seed})`, () => {
    const log = logOf(ENTRIES, seed);
    let directory = '';
    let search: Search;

    before(async () => {
      directory = mkdtempSync(join(tmpdir(), 'keywitness-search-'));
      const first = openSearch(log, join(directory, 'search.db'), valuesMax);
      await first.query({ order: 'newest', limit: 1 });
      first.close();
      // What is kept of the values is read again.
      search = openSearch(log, join(directory, 'search.db'), valuesMax);
    });

    after(() => {
      search.close();
      rmSync(directory, { recursive: true });
    });

    test('counts like whoever looks at every event', async () => {
      const random = randomOf(seed + 1);
      for (let asked = 0; asked < 60; asked += 1) {
        const filter = filterOf(randomQuery(random, log.size()));
        const histogram = await search.histogram({ filter, buckets: 1 + random(400) });
        const question = JSON.stringify(filter);
        assert.deepEqual(histogram.buckets, countEach(log, filter, histogram), question);
        assert.equal(histogram.size, log.size());
      }
    });

    test('counts every event that has a time and an outcome, when nothing is asked for', async () => {
      const histogram = await search.histogram({ filter: {}, buckets: 100 });
      const sum = histogram.buckets.reduce(
        (left, { success, denied, error, throttled }) => left + success + denied + error + throttled,
        0,
      );
      const all = log.events.filter((event) => event?.time !== undefined && isOutcome(event.outcome));
      assert.equal(sum, all.length);
      assert.ok(histogram.buckets.length <= 100);
      assert.equal(
        histogram.fromMs,
        Math.min(
          ...log.events.flatMap((event) => (event?.time === undefined ? [] : [Date.parse(event.time)])),
        ),
      );
    });

    test('sums up like whoever looks at every event', async () => {
      const random = randomOf(seed + 2);
      for (let asked = 0; asked < 25; asked += 1) {
        const query: SummaryQuery = {
          filter: filterOf(randomQuery(random, log.size())),
          by: fields.filter(() => random(2) === 0),
          top: 1 + random(20),
          scan: 1 + random(random(2) === 0 ? 50 : ENTRIES),
          ...(random(3) === 0 ? { over: 'day' } : {}),
        };
        assert.deepEqual(await search.summary(query), summaryOf(log, query), JSON.stringify(query));
      }
    });
  });
}

test('a histogram whose times are not those that were written is answered from an index that is built again', async () => {
  const log = logOf(ENTRIES, seed);
  const directory = mkdtempSync(join(tmpdir(), 'keywitness-search-'));
  const path = join(directory, 'search.db');
  try {
    for (const damage of [
      'UPDATE segments SET times = zeroblob(4096)',
      'UPDATE segments SET times_crc = 1',
    ]) {
      const first = openSearch(log, path);
      await first.query({ order: 'newest', limit: 1 });
      first.close();
      const database = new DatabaseSync(path);
      database.exec(damage);
      database.close();
      const search = openSearch(log, path);
      const histogram = await search.histogram({ filter: {}, buckets: 400 });
      assert.deepEqual(histogram.buckets, countEach(log, {}, histogram));
      assert.equal(search.status().rebuilds, 1);
      search.close();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
