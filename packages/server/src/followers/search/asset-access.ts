import { assetGrade, leaseActions } from '@keywitness/log';
import {
  type AccessGroup,
  type AssetAccess,
  type AssetAccessQuery,
  type EventFilter,
  parseEvent,
} from '../../core/audit/index.ts';
import type { IndexView, Pause } from './answer.ts';
import { answerHistogram } from './histogram.ts';
import { takeNewest } from './newest-matches.ts';

interface Counted {
  readonly group: Omit<AccessGroup, 'count' | 'firstMs' | 'lastMs'>;
  count: number;
  firstMs: number;
  lastMs: number;
}

/**
 * Who accessed an asset: its newest events, told apart by principal, outcome, how closely they were about the asset, and
 * whether they released what can be used without the service (`spec/completeness.md`, "Grades").
 */
export async function answerAccess(
  view: IndexView,
  { asset, fromMs, scan, toMs }: AssetAccessQuery,
  pause: Pause,
): Promise<AssetAccess> {
  const groups = new Map<string, Counted>();
  const filter: EventFilter = {
    asset,
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  };
  const scanned = await takeNewest(view, { filter, scan }, pause, (facts, entry) => {
    const grade = assetGrade(parseEvent(entry), asset);
    if (grade === undefined) return;
    const who = facts.who();
    const outcome = facts.outcome ?? '';
    const name = JSON.stringify([who?.name, grade.grade, grade.lease, outcome]);
    const counted = groups.get(name) ?? {
      group: {
        ...(who === undefined ? {} : { principal: who.name }),
        ...(who?.label === undefined ? {} : { label: who.label }),
        ...grade,
        outcome,
      },
      count: 0,
      firstMs: Infinity,
      lastMs: -Infinity,
    };
    counted.count += 1;
    counted.firstMs = Math.min(counted.firstMs, facts.timeMs ?? Infinity);
    counted.lastMs = Math.max(counted.lastMs, facts.timeMs ?? -Infinity);
    groups.set(name, counted);
  });
  const ordered = [...groups.values()].toSorted((left, right) => right.lastMs - left.lastMs);
  return { groups: ordered.map(groupOf), leasesBefore: await leasesBefore(view, filter, pause), ...scanned };
}

function groupOf({ group, count, firstMs, lastMs }: Counted): AccessGroup {
  return { ...group, count, ...(Number.isFinite(firstMs) ? { firstMs, lastMs } : {}) };
}

/** What is released once can be used at any time after. */
async function leasesBefore(view: IndexView, { asset, fromMs }: EventFilter, pause: Pause): Promise<number> {
  if (asset === undefined || fromMs === undefined) return 0;
  let count = 0;
  for (const action of leaseActions) {
    const filter = { asset, action, outcome: 'success', toMs: fromMs };
    const { buckets } = await answerHistogram(view, { filter, buckets: 1 }, pause);
    for (const { success } of buckets) count += success;
  }
  return count;
}
