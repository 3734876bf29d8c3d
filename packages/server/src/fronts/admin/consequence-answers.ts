import type { ConsequencesQuery, LiveSession } from '@keywitness/api';
import { type AuditEvent, type AuditIndex, parseEvent } from '../../core/audit/index.ts';
import { type LastAdministratorAnswer, Params, type Result } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { lastStep } from './access-answers.ts';
import { errorAnswer, resultAnswer, statusOf } from './answers.ts';
import type { Granted } from './endpoint.ts';
import { lastUsesInTime } from './last-uses.ts';
import { scanUses, type UseScan } from './use-scan.ts';

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 90;
/** No session lasts longer. */
const SESSION_MS_MAX = 129_600_000;
/** Sessions that are told of. */
const SESSIONS_MAX = 1000;

/** What the answer is made with, and does not have. */
const UNTOLD = {
  account: undefined,
  createdAt: undefined,
  revokedSessions: undefined,
  sessionsRevokedAt: undefined,
} as const;

/** What hangs on a key: who used it lately, from the record, and what the state says. */
export async function answerKeyConsequences(query: ConsequencesQuery, granted: Granted): Promise<HttpAnswer> {
  const { front, origin, result } = granted;
  const window = windowOf(query, front.service.nowMs());
  const arn = new Params(result).text('arn');
  const scan = await scanUses(front.index, { key: arn }, window.fromMs);
  const uses = await lastUsesInTime(front, 'key', [arn]);
  const { assetCount, byPrincipal, isComplete } = scan;
  return resultAnswer(origin, {
    ...result,
    ...window.told,
    ...lastUse(uses?.[0]),
    uses: scan.uses,
    isComplete,
    principals: tallied(byPrincipal, 'principal'),
    assetCount,
  });
}

/** What hangs on a principal: what it used lately, its sessions, and the keys that it alone administers. */
export async function answerPrincipalConsequences(
  query: ConsequencesQuery,
  granted: Granted,
): Promise<HttpAnswer> {
  const { front, origin, result } = granted;
  const createdAtMs = new Params(result).number('createdAt');
  const arn = new Params(result).text('arn');
  const asked = await lastStep({ kind: 'last-administrator', principal: arn }, granted);
  if (asked.kind === 'refused') return errorAnswer(origin, statusOf(asked.code), asked);
  const nowMs = front.service.nowMs();
  const window = windowOf(query, nowMs);
  const scan = await scanUses(front.index, { principal: arn }, Math.max(window.fromMs, createdAtMs));
  const uses = await lastUsesInTime(front, 'principal', [arn]);
  const administration = readAnswer(asked.text);
  return resultAnswer(origin, {
    ...result,
    ...UNTOLD,
    ...window.told,
    ...lastUse(uses?.[0], createdAtMs),
    isComplete: scan.isComplete,
    keys: tallied(scan.byKey, 'arn'),
    sessions: await liveSessions(front.index, arn, result, nowMs),
    lastAdministratorOf: administration.keys,
    administratorsComplete: administration.isComplete,
  });
}

interface Window {
  readonly fromMs: number;
  readonly told: { readonly days: number; readonly from: string };
}

function windowOf({ days = DAYS_DEFAULT }: ConsequencesQuery, nowMs: number): Window {
  const fromMs = nowMs - days * DAY_MS;
  return { fromMs, told: { days, from: new Date(fromMs).toISOString() } };
}

/** Whoever had a name before is somebody else. */
function lastUse(lastUsedAt: number | undefined, sinceMs = -Infinity): Result {
  return lastUsedAt === undefined || lastUsedAt < sinceMs ? {} : { lastUsedAt };
}

/** The most used first. */
function tallied(tallies: UseScan['byKey'], nameIn: string): readonly Result[] {
  return [...tallies]
    .map(([name, { count, lastAt }]) => ({ [nameIn]: name, count, lastAt }))
    .toSorted((one, other) => Number(other.count) - Number(one.count));
}

/** Sessions are stored nowhere: the record says which were given out, and the state which of them have ended early. */
async function liveSessions(
  index: AuditIndex,
  principal: string,
  state: Result,
  nowMs: number,
): Promise<readonly LiveSession[]> {
  const page = await index.query({
    principal,
    action: 'session.*',
    outcome: 'success',
    fromMs: nowMs - SESSION_MS_MAX,
    order: 'newest',
    limit: SESSIONS_MAX,
  });
  const revoked = new Set(new Params(state).texts('revokedSessions'));
  const revokedAt = new Params(state).number('sessionsRevokedAt');
  return page.entries.flatMap(({ entry }) => {
    const event = parseEvent(entry);
    const session = event === undefined || event.revision < revokedAt ? undefined : sessionIn(event);
    if (session === undefined || revoked.has(session.accessKeyId)) return [];
    return Date.parse(session.expiresAt) > nowMs ? [session] : [];
  });
}

function sessionIn({ change, time }: AuditEvent): LiveSession | undefined {
  const { accessKeyId, expiresAt, principal } = change?.after ?? {};
  const isTold =
    typeof accessKeyId === 'string' && typeof expiresAt === 'string' && typeof principal === 'string';
  return isTold ? { accessKeyId, principalArn: principal, issuedAt: time, expiresAt } : undefined;
}

function readAnswer(text: string): LastAdministratorAnswer {
  const value: unknown = JSON.parse(text);
  if (isAnswer(value)) return value;
  throw new TypeError('the analysis gave another answer');
}

/** The analysis is ours, so its answer has the shape that it was written in. */
function isAnswer(value: unknown): value is LastAdministratorAnswer {
  return typeof value === 'object' && value !== null && 'keys' in value;
}
