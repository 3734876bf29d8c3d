import type { UnusedAnswer, UnusedItem } from '@keywitness/api';
import { isKeyUse, type LedgerReader } from '../../audit/index.ts';
import { principalIdOf } from '../../identity/index.ts';
import type { Replica } from '../replica.ts';
import type { Analysis } from './analysis-steps.ts';
import { usedBy } from './lint-key.ts';
import { eventRuns, type Span } from './record-reading.ts';

/** Things that one answer tells of. */
const ITEMS_MAX = 10_000;

/**
 * The principals, access keys and keys that nothing was done with in a span. What was refused was no use of it; reading
 * about a key is none of it either.
 */
export function* unused(replica: Replica, reader: LedgerReader, span: Span): Analysis<UnusedAnswer> {
  const used = { principals: new Set<string>(), credentials: new Set<string>(), keys: new Set<string>() };
  for (const { done, events, total } of eventRuns(reader, span)) {
    for (const { action, actor, key, outcome, sourceKey } of events) {
      if (outcome !== 'success') continue;
      if (actor.arn !== undefined) used.principals.add(usedBy(actor.arn));
      if (actor.credentialId !== undefined) used.credentials.add(actor.credentialId);
      if (!isKeyUse(action)) continue;
      if (key?.arn !== undefined) used.keys.add(key.arn);
      if (sourceKey?.arn !== undefined) used.keys.add(sourceKey.arn);
    }
    yield { done, total };
  }
  const principals = new Set([...used.principals].map((arn) => principalIdOf(arn) ?? arn));
  const items = [
    ...principalItems(replica, principals),
    ...credentialItems(replica, used.credentials),
    ...keyItems(replica, used.keys),
  ];
  return {
    from: new Date(span.fromMs).toISOString(),
    revision: replica.revision,
    items: items.slice(0, ITEMS_MAX),
  };
}

function* principalItems(replica: Replica, used: ReadonlySet<string>): Generator<UnusedItem> {
  for (const [id, { record }] of replica.principals) {
    if (!used.has(id)) yield item('principal', record.arn, record);
  }
}

function* credentialItems(replica: Replica, used: ReadonlySet<string>): Generator<UnusedItem> {
  for (const [id, record] of replica.credentials) if (!used.has(id)) yield item('credential', id, record);
}

function* keyItems(replica: Replica, used: ReadonlySet<string>): Generator<UnusedItem> {
  for (const name of replica.keyNames.all()) {
    const record = replica.key(name)?.record;
    if (record === undefined || used.has(record.arn)) continue;
    yield item('key', record.arn, { createdAtMs: record.createdAtMs, disabled: !record.enabled });
  }
}

function item(
  kind: UnusedItem['kind'],
  id: string,
  { createdAtMs, disabled }: { readonly createdAtMs: number; readonly disabled: boolean },
): UnusedItem {
  return { kind, id, createdAt: new Date(createdAtMs).toISOString(), disabled };
}
