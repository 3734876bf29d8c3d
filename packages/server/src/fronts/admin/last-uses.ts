import type { UsedKind } from '../../core/audit/index.ts';
import type { Result } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import type { AdminFront } from './admin-parts.ts';
import { resultAnswer } from './answers.ts';
import type { Granted } from './endpoint.ts';

/** Beyond, lists come without: an index that is being made again holds up nobody. */
const DEADLINE_MS = 2000;

/** When things were last used, in the order of their names; `undefined` when the record does not tell in time. */
export async function lastUsesInTime(
  { schedule, uses }: AdminFront,
  kind: UsedKind,
  names: readonly string[],
): Promise<readonly (number | undefined)[] | undefined> {
  if (names.length === 0) return [];
  const late = new Promise<undefined>((resolve) => schedule(DEADLINE_MS, () => resolve(undefined)));
  return Promise.race([uses.lastUses(kind, names), late]);
}

/** A page of principals, each with when it last proved itself for anything. */
export async function answerPrincipals(_query: object, granted: Granted): Promise<HttpAnswer> {
  return answerPage(granted, 'principals', 'principal', 'arn');
}

/** A page of access keys, each with when it last signed something. */
export async function answerCredentials(_query: object, granted: Granted): Promise<HttpAnswer> {
  return answerPage(granted, 'credentials', 'credential', 'accessKeyId');
}

/** One principal, the same. */
export async function answerPrincipal(_path: object, granted: Granted): Promise<HttpAnswer> {
  const [principal = granted.result] = (await withUses(granted, [granted.result], 'principal', 'arn')).items;
  return resultAnswer(granted.origin, principal);
}

async function answerPage(
  granted: Granted,
  member: string,
  kind: UsedKind,
  nameIn: string,
): Promise<HttpAnswer> {
  const items = granted.result[member];
  if (!isResults(items)) throw new TypeError(`the result has no list of ${member}`);
  const told = await withUses(granted, items, kind, nameIn);
  const missing = told.isMissing ? { lastUsesMissing: true } : {};
  return resultAnswer(granted.origin, { ...granted.result, [member]: told.items, ...missing });
}

/** Whoever had a name before is somebody else: its uses are older than who has it now. */
async function withUses(
  { front }: Granted,
  items: readonly Result[],
  kind: UsedKind,
  nameIn: string,
): Promise<{ readonly items: readonly Result[]; readonly isMissing: boolean }> {
  const names = items.map((item) => String(item[nameIn]));
  const uses = await lastUsesInTime(front, kind, names);
  if (uses === undefined) return { items, isMissing: true };
  const told = items.map((item, position) => {
    const lastUsedAt = uses[position];
    const isOwn = lastUsedAt !== undefined && lastUsedAt >= Number(item['createdAt']);
    return isOwn ? { ...item, lastUsedAt } : item;
  });
  return { items: told, isMissing: false };
}

function isResults(value: unknown): value is readonly Result[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
}
