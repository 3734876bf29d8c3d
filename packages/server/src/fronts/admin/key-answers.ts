import type { KeyListQuery, KeyPage, KeySummary } from '@keywitness/api';
import {
  type InventoryQuery,
  type KeyRow,
  pageMarker,
  Params,
  unusedSinceMs,
} from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import type { AdminFront } from './admin-parts.ts';
import { errorAnswer, jsonAnswer } from './answers.ts';
import type { Granted } from './endpoint.ts';
import { lastUsesInTime } from './last-uses.ts';

const LIMIT_DEFAULT = 100;
const UNUSED_DAYS_DEFAULT = 90;
/** Keys whose last use is looked up at once. */
const LOOK_UPS_MAX = 1000;
/** Looking through many keys hands the thread to others after this long. */
const TURN_MS = 8;

/** A key and what it is stored under. */
interface Found {
  readonly name: string;
  readonly summary: KeySummary;
}

/** A page of keys, now that it is on the record that somebody asked for them. */
export async function answerKeys(query: KeyListQuery, granted: Granted): Promise<HttpAnswer> {
  const { front, origin, result } = granted;
  const permitted = new Params(result);
  const { limit = LIMIT_DEFAULT } = query;
  const asked: InventoryQuery = {
    ...query,
    account: permitted.text('account'),
    regions: permitted.texts('regions'),
    after: permitted.optionalText('after'),
    unusedDays: query.unusedDays ?? UNUSED_DAYS_DEFAULT,
    nowMs: front.service.nowMs(),
  };
  const search = await find(front, asked, limit + 1);
  if (search === undefined) {
    const message = 'the record does not tell in time which keys are unused; retry the request';
    return errorAnswer(origin, 503, { code: 'Unavailable', message });
  }
  const { found, isMissing } = search;
  const keys = found.slice(0, limit);
  const last = found.length > limit ? keys.at(-1) : undefined;
  const page: KeyPage = {
    keys: keys.map(({ summary }) => summary),
    ...(last === undefined ? {} : { next: pageMarker(last.name) }),
    ...(isMissing ? { lastUsesMissing: true } : {}),
  };
  return jsonAnswer(origin, JSON.stringify(page));
}

/** When keys were last used, milliseconds since the epoch; `undefined` when the record did not tell in time. */
type Uses = readonly (number | undefined)[] | undefined;

interface Search {
  readonly found: readonly Found[];
  /** The record did not tell in time when keys were used. */
  readonly isMissing: boolean;
}

/**
 * The first matching keys. Whether a key is used is on the record, which is asked for many keys at once; `undefined` when
 * it does not tell in time, and that is the question.
 */
async function find(front: AdminFront, asked: InventoryQuery, count: number): Promise<Search | undefined> {
  const names = front.inventory.names(asked);
  const found: Found[] = [];
  let isMissing = false;
  while (found.length < count) {
    const wanted = asked.needs === 'unused' ? LOOK_UPS_MAX : Math.min(LOOK_UPS_MAX, count - found.length);
    const candidates = await take(front, names, wanted);
    if (candidates.length === 0) break;
    const arns = candidates.map((name) => front.inventory.arnOf(asked.account, name));
    const uses: Uses = isMissing ? undefined : await lastUsesInTime(front, 'key', arns);
    if (uses === undefined && asked.needs === 'unused') return undefined;
    isMissing = uses === undefined;
    for (const [position, name] of candidates.entries()) {
      if (found.length === count) break;
      const row = front.inventory.summary(name, asked);
      const summary = row === undefined ? undefined : withUse(row, asked, uses, uses?.[position]);
      if (summary !== undefined) found.push({ name, summary });
    }
  }
  return { found, isMissing };
}

/** `undefined` when unused keys are asked for, and this one is used. */
function withUse(
  { needs, ...row }: KeyRow,
  { needs: asked, nowMs, unusedDays }: InventoryQuery,
  uses: Uses,
  lastUsedMs: number | undefined,
): KeySummary | undefined {
  const isUnused = uses !== undefined && (lastUsedMs ?? -Infinity) < unusedSinceMs(nowMs, unusedDays);
  if (asked === 'unused' && !isUnused) return undefined;
  return {
    ...row,
    ...(lastUsedMs === undefined ? {} : { lastUsedAt: new Date(lastUsedMs).toISOString() }),
    needs: isUnused ? needs : needs.filter((need) => need !== 'unused'),
  };
}

/** The next so many names, with turns for others in between. */
async function take<Name extends string>(
  { monotonicMs, schedule }: AdminFront,
  names: Iterator<Name | undefined, undefined>,
  count: number,
): Promise<readonly Name[]> {
  const taken: Name[] = [];
  let sinceMs = monotonicMs();
  while (taken.length < count) {
    const next = names.next();
    if (next.done === true) break;
    if (next.value !== undefined) {
      taken.push(next.value);
      continue;
    }
    if (monotonicMs() - sinceMs < TURN_MS) continue;
    await new Promise((resolve) => schedule(0, () => resolve(null)));
    sinceMs = monotonicMs();
  }
  return taken;
}
