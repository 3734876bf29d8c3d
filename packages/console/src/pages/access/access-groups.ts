import { type AuditEvent, auditEventSchema, type IndexedEvent, readWith } from '@keywitness/api';
import { type AnsweredEntry, assetGrade, type AssetGrade, type AssetPair } from '@keywitness/log';
import { actorName, attemptsOf } from '../../formats/index.ts';

/** An event about an asset, and how closely it is (`spec/completeness.md`, "Grades"). */
export interface GradedEvent extends IndexedEvent, AssetGrade {}

/** What one principal did with an asset. */
export interface AccessGroup {
  /** An ARN, or what else is known. */
  readonly principal: string;
  readonly name: string;
  /** Attempts that were allowed, and all others. */
  readonly allowed: number;
  readonly refused: number;
  /** Allowed uses of this asset alone, and of it among others. */
  readonly exact: number;
  readonly set: number;
  /** Of the allowed ones, those after which the caller held what works without the service. */
  readonly leases: number;
  /** RFC 3339. */
  readonly firstAt: string;
  readonly lastAt: string;
}

/** Entries of the log as graded events, the newest first; what is no event of the asset is left out. */
export function gradedEvents(entries: readonly AnsweredEntry[], asset: AssetPair): readonly GradedEvent[] {
  return entries
    .flatMap(({ index, entry }): readonly GradedEvent[] => {
      const event = eventIn(entry);
      const grade = event && assetGrade(event, asset);
      return event === undefined || grade === undefined ? [] : [{ index, event, ...grade }];
    })
    .toReversed();
}

/** Who touched it, whoever did so last first. */
export function groupsOf(events: readonly GradedEvent[]): readonly AccessGroup[] {
  const groups = new Map<string, AccessGroup>();
  for (const graded of events) {
    const principal = principalOf(graded.event);
    groups.set(principal, added(groups.get(principal), principal, graded));
  }
  return [...groups.values()].toSorted((left, right) => (left.lastAt < right.lastAt ? 1 : -1));
}

/** By what an event is counted for somebody. */
export function principalOf(event: AuditEvent): string {
  return event.actor.arn ?? actorName(event);
}

function added(group: AccessGroup | undefined, principal: string, graded: GradedEvent): AccessGroup {
  const { event, grade, lease } = graded;
  const attempts = attemptsOf(event);
  const isAllowed = event.outcome === 'success';
  const before = group ?? nothing(principal, event);
  return {
    principal,
    name: before.name,
    allowed: before.allowed + (isAllowed ? attempts : 0),
    refused: before.refused + (isAllowed ? 0 : attempts),
    exact: before.exact + (isAllowed && grade === 'asset-exact' ? attempts : 0),
    set: before.set + (isAllowed && grade === 'asset-set' ? attempts : 0),
    leases: before.leases + (lease ? attempts : 0),
    firstAt: event.time < before.firstAt ? event.time : before.firstAt,
    lastAt: event.time > before.lastAt ? event.time : before.lastAt,
  };
}

function nothing(principal: string, event: AuditEvent): AccessGroup {
  return {
    principal,
    name: actorName(event),
    allowed: 0,
    refused: 0,
    exact: 0,
    set: 0,
    leases: 0,
    firstAt: event.time,
    lastAt: event.time,
  };
}

function eventIn(entry: Uint8Array): AuditEvent | undefined {
  const read = readWith('the event', auditEventSchema, parse(new TextDecoder().decode(entry)));
  return read.kind === 'read' ? read.value : undefined;
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // JSON.parse throws for what is not JSON and for nothing else; that is the answer here.
    return undefined;
  }
}
