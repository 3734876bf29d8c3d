import { type AuditEvent, type AuditIndex, parseEvent } from '../../core/audit/index.ts';
import { Params, type Result } from '../../core/operations/index.ts';
import type { Completion } from './query-exchange.ts';

/** When an access key was last used. */
interface LastUse {
  /** Milliseconds since the epoch. */
  readonly lastUsedDate: number;
  /** Absent for the first one. */
  readonly region?: string;
  readonly serviceName: string;
}

/** When a principal last used a service, by the service's name in actions. */
interface ServiceUse {
  readonly lastAuthenticated: number;
  /** ARN of the user or role. */
  readonly lastAuthenticatedEntity: string;
  /** Absent for the first one. */
  readonly lastAuthenticatedRegion?: string;
}

/** Services whose use is told. */
const SERVICES: readonly string[] = ['iam', 'keywitness', 'kms', 'sts'];
/** Events of one principal, or access key, that are looked at, the newest ones. */
const PAGE_EVENTS = 200;
const PAGES_MAX = 10;
/** Principals behind one group or policy that are looked at. */
const PRINCIPALS_MAX = 50;
const ROLE_ARN = /^arn:aws:iam::([0-9]{12}):role\/(?:.*\/)?([^/]+)$/;
const NEVER = { region: 'N/A', serviceName: 'N/A' } as const;

/**
 * Completes what operations of IAM cannot decide from the state: when something was last used stands in the record.
 *
 * @param region the one that everything here is in
 */
export function recordCompletions(index: AuditIndex, region: string): ReadonlyMap<string, Completion> {
  return new Map<string, Completion>([
    ['GetAccessKeyLastUsed', (result) => withLastUse(index, region, result)],
    ['GetServiceLastAccessedDetails', (result) => withServiceUses(index, region, result)],
  ]);
}

/** When an access key last signed something, refused or not; `undefined` when the record has nothing of it. */
export async function lastUseOf(index: AuditIndex, accessKeyId: string): Promise<LastUse | undefined> {
  for await (const { actor, protocol, time } of newestEvents(index, { credential: accessKeyId })) {
    // Whoever only claimed the key did not use it.
    if (actor.unverified === true) continue;
    const { region, service: serviceName } = protocol;
    return { lastUsedDate: Date.parse(time), serviceName, ...(region === undefined ? {} : { region }) };
  }
  return undefined;
}

/** When a user or role last used each service, as far as its newest events tell. A role acts in its sessions. */
export async function servicesLastUsed(
  index: AuditIndex,
  principalArn: string,
): Promise<ReadonlyMap<string, ServiceUse>> {
  const found = new Map<string, ServiceUse>();
  const [, account = '', role = ''] = ROLE_ARN.exec(principalArn) ?? [];
  const sessions = `arn:aws:sts::${account}:assumed-role/${role}/`.toLowerCase();
  const isOwn = (arn: string): boolean =>
    role === '' ? arn === principalArn : arn.toLowerCase().startsWith(sessions);
  for await (const { actor, protocol, time } of newestEvents(index, {
    principal: role === '' ? principalArn : role,
  })) {
    if (!isOwn(actor.arn ?? '') || found.has(protocol.service)) continue;
    found.set(protocol.service, {
      lastAuthenticated: Date.parse(time),
      lastAuthenticatedEntity: principalArn,
      ...(protocol.region === undefined ? {} : { lastAuthenticatedRegion: protocol.region }),
    });
    if (SERVICES.every((service) => found.has(service))) break;
  }
  return found;
}

async function* newestEvents(
  index: AuditIndex,
  filter: { readonly credential: string } | { readonly principal: string },
): AsyncGenerator<AuditEvent> {
  let beyond: number | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await index.query({
      ...filter,
      ...(beyond === undefined ? {} : { beyond }),
      order: 'newest',
      limit: PAGE_EVENTS,
    });
    for (const { entry } of page.entries) {
      const event = parseEvent(entry);
      if (event !== undefined) yield event;
    }
    beyond = page.next;
    if (beyond === undefined) return;
  }
}

async function withLastUse(index: AuditIndex, region: string, result: Result): Promise<Result> {
  const use = await lastUseOf(index, new Params(result).text('accessKeyId'));
  return {
    ...result,
    accessKeyLastUsed: use === undefined ? NEVER : { ...use, region: use.region ?? region },
  };
}

async function withServiceUses(index: AuditIndex, region: string, result: Result): Promise<Result> {
  const { lastAccessedBy, servicesLastAccessed } = result;
  if (!isTexts(lastAccessedBy) || !isResults(servicesLastAccessed)) return result;
  const uses = await Promise.all(
    lastAccessedBy.slice(0, PRINCIPALS_MAX).map((arn) => servicesLastUsed(index, arn)),
  );
  return {
    ...result,
    servicesLastAccessed: servicesLastAccessed.map((service) => {
      const name = String(service['serviceNamespace']);
      const ofService = uses.map((use) => use.get(name)).filter((use) => use !== undefined);
      const [newest] = ofService.toSorted((left, right) => right.lastAuthenticated - left.lastAuthenticated);
      return newest === undefined
        ? { ...service, totalAuthenticatedEntities: 0 }
        : {
            ...service,
            ...newest,
            lastAuthenticatedRegion: newest.lastAuthenticatedRegion ?? region,
            totalAuthenticatedEntities: ofService.length,
          };
    }),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isResults(value: unknown): value is readonly Result[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
}
