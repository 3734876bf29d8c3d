import type { EventQuery } from '../../core/audit/index.ts';

/** What an auditor can ask about one entry. Members that could not be read are absent. */
export interface EventFacts {
  readonly id: string | undefined;
  /** Milliseconds since the epoch. */
  readonly timeMs: number | undefined;
  /** Every name that the entry has for a key: ids, ARNs, and what the caller asked for. */
  readonly keys: readonly string[];
  /** The principal's ARN and name. */
  readonly principals: readonly string[];
  readonly action: string | undefined;
  readonly operation: string | undefined;
  readonly outcome: string | undefined;
  readonly source: string | undefined;
  readonly credential: string | undefined;
  readonly assets: readonly Asset[];
}

/** A pair of an encryption context. */
export interface Asset {
  readonly name: string;
  readonly value: string;
}

type Members = Readonly<Record<string, unknown>>;

const noMembers: Members = {};

/**
 * Reads what can be read of an entry (`spec/event.md`), of any schema: members of another shape are taken as absent.
 * `undefined` when the entry is not a JSON object.
 */
export function readFacts(entry: Uint8Array): EventFacts | undefined {
  const event = parse(entry);
  if (event === undefined) return undefined;
  const actor = membersOf(event['actor']);
  const protocol = membersOf(event['protocol']);
  return {
    id: textOf(event['id']),
    timeMs: timeOf(event['time']),
    keys: [...keyNames(event['key']), ...keyNames(event['sourceKey'])],
    principals: [textOf(actor['arn']), textOf(actor['name'])].filter((name) => name !== undefined),
    action: textOf(event['action']),
    operation: textOf(protocol['operation']),
    outcome: textOf(event['outcome']),
    source: textOf(membersOf(event['client'])['address']),
    credential: textOf(actor['credentialId']),
    assets: [...pairsOf(event['context']), ...pairsOf(event['sourceContext'])],
  };
}

/** Whether all conditions of `query` hold, but for its cursor. */
export function matches(facts: EventFacts, query: EventQuery): boolean {
  const { key, principal, action, outcome, asset, source, credential } = query;
  return (
    (key === undefined || facts.keys.some((name) => isSameKey(name, key))) &&
    (principal === undefined || facts.principals.includes(principal)) &&
    (action === undefined || isAction(facts, action)) &&
    (outcome === undefined || facts.outcome === outcome) &&
    (source === undefined || facts.source === source) &&
    (credential === undefined || facts.credential === credential) &&
    (asset === undefined ||
      facts.assets.some(({ name, value }) => name === asset.name && value === asset.value)) &&
    isWithin(facts.timeMs, query)
  );
}

/** The part of a key's name that its id, ARN and alias ARN share: what follows the ARN's last colon and `key/`. */
export function bareKeyName(name: string): string {
  if (!name.startsWith('arn:')) return name;
  const resource = name.slice(name.lastIndexOf(':') + 1);
  return resource.startsWith('key/') ? resource.slice('key/'.length) : resource;
}

/** An id matches the ARN that ends in it; two ARNs match when they are equal. */
function isSameKey(name: string, asked: string): boolean {
  if (name === asked) return true;
  return name.startsWith('arn:') !== asked.startsWith('arn:') && bareKeyName(name) === bareKeyName(asked);
}

function isAction({ action, operation }: EventFacts, asked: string): boolean {
  if (asked.endsWith('*')) return action?.startsWith(asked.slice(0, -1)) === true;
  return action === asked || operation === asked;
}

function isWithin(timeMs: number | undefined, { fromMs, toMs }: EventQuery): boolean {
  if (fromMs === undefined && toMs === undefined) return true;
  if (timeMs === undefined) return false;
  return (fromMs === undefined || timeMs >= fromMs) && (toMs === undefined || timeMs < toMs);
}

function parse(entry: Uint8Array): Members | undefined {
  try {
    const text = Buffer.from(entry.buffer, entry.byteOffset, entry.length).toString('utf8');
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : undefined;
  } catch (error) {
    // Entries are indexed whatever they hold: one that is not JSON must not stop the index.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function keyNames(value: unknown): readonly string[] {
  if (!isMembers(value)) return [];
  return [textOf(value['id']), textOf(value['arn']), textOf(value['requested'])].filter(
    (name) => name !== undefined,
  );
}

function pairsOf(value: unknown): readonly Asset[] {
  if (!isMembers(value)) return [];
  const pairs: Asset[] = [];
  for (const name of Object.keys(value)) {
    const text = textOf(value[name]);
    if (text !== undefined) pairs.push({ name, value: text });
  }
  return pairs;
}

function timeOf(value: unknown): number | undefined {
  const timeMs = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function membersOf(value: unknown): Members {
  return isMembers(value) ? value : noMembers;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
