import { type EventFilter, isKeyUse, type UsedKind } from '../../core/audit/index.ts';
import { textsOf, wordsOf } from './words.ts';

/** What an auditor can ask about one entry. Members that could not be read are absent. */
export interface EventFacts {
  readonly id: string | undefined;
  /** Milliseconds since the epoch. */
  readonly timeMs: number | undefined;
  /** Every name that the entry has for a key: ids, ARNs, and what the caller asked for. */
  readonly keys: readonly string[];
  /** The principal's ARN and name; of a session, the name of its role as well. */
  readonly principals: readonly string[];
  /** Of a role or a session of one: what {@link roleOfArn} says. */
  readonly role: string | undefined;
  /** The principal's account. */
  readonly account: string | undefined;
  /** The names of the session, and the source identity that it was given. */
  readonly sessions: readonly string[];
  /** Who vouched for the person or workload behind the session, and in whose words it is named. */
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly action: string | undefined;
  readonly operation: string | undefined;
  readonly outcome: string | undefined;
  readonly errorCode: string | undefined;
  readonly source: string | undefined;
  readonly userAgent: string | undefined;
  readonly credential: string | undefined;
  /** Ids of the materials that were used. */
  readonly materials: readonly string[];
  /** Who it was, by one name; and the keys, each by one name, the alias that it was asked for by beside it. */
  readonly who: () => Named | undefined;
  readonly usedKeys: () => readonly Named[];
  readonly request: string | undefined;
  readonly incidents: readonly string[];
  /** Ids of the ciphertexts that were made or opened. */
  readonly ciphertexts: readonly string[];
  readonly assets: readonly Asset[];
  /** The words of its texts; found when they are asked for, which most questions do not. */
  readonly words: () => ReadonlySet<string>;
  /** What it is a use of, by {@link usedName}s. */
  readonly uses: () => readonly string[];
}

/** Something by the name that tells it apart, and by another one that is easier to read. */
export interface Named {
  readonly name: string;
  readonly label: string | undefined;
}

/** A pair of an encryption context. */
export interface Asset {
  readonly name: string;
  readonly value: string;
}

/** A time further away, in the year 37,000, is taken as one that cannot be read. */
const TIME_MS_MAX = 2 ** 50;

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
  const session = membersOf(actor['session']);
  const client = membersOf(event['client']);
  const protocol = membersOf(event['protocol']);
  const arn = textOf(actor['arn']);
  return {
    id: textOf(event['id']),
    timeMs: timeOf(event['time']),
    keys: [...keyNames(event['key']), ...keyNames(event['sourceKey'])],
    principals: [arn, textOf(actor['name']), roleNameOf(arn)].filter((name) => name !== undefined),
    role: arn === undefined ? undefined : roleOfArn(arn),
    account: textOf(actor['account']),
    sessions: [textOf(session['name']), textOf(session['sourceIdentity'])].filter(
      (name) => name !== undefined,
    ),
    issuer: textOf(session['issuer']),
    subject: textOf(session['subject']),
    action: textOf(event['action']),
    operation: textOf(protocol['operation']),
    outcome: textOf(event['outcome']),
    errorCode: textOf(membersOf(event['error'])['code']),
    source: textOf(client['address']),
    userAgent: textOf(client['userAgent']),
    credential: textOf(actor['credentialId']),
    materials: [materialOf(event['key']), materialOf(event['sourceKey'])].filter((id) => id !== undefined),
    who: () => named(arn, textOf(actor['name'])),
    usedKeys: () => [usedKey(event['key']), usedKey(event['sourceKey'])].filter((key) => key !== undefined),
    request: textOf(event['requestId']),
    incidents: incidentsOf(event),
    ciphertexts: [textOf(event['ciphertextId']), textOf(event['sourceCiphertextId'])].filter(
      (id) => id !== undefined,
    ),
    assets: [...pairsOf(event['context']), ...pairsOf(event['sourceContext'])],
    words: () => wordsOf(textsOf(event)),
    uses: () => usesIn(event, actor),
  };
}

/** What the use of a thing is noted under. */
export function usedName(kind: UsedKind, name: string): string {
  return `${kind}:${name}`;
}

/** Whoever only claimed an identity did not use it. Of identities those are noted that last: sessions come and go. */
function usesIn(event: Members, actor: Members): readonly string[] {
  const names: string[] = [];
  const add = (kind: UsedKind, name: string | undefined): void => {
    if (name !== undefined) names.push(usedName(kind, name));
  };
  if (actor['unverified'] !== true) {
    add('principal', matching(actor['arn'], USER));
    add('credential', matching(actor['credentialId'], LONG_LIVED));
  }
  if (event['outcome'] === 'success' && isKeyUse(textOf(event['action']))) {
    add('key', textOf(membersOf(event['key'])['arn']));
    add('key', textOf(membersOf(event['sourceKey'])['arn']));
  }
  return names;
}

const USER = /^arn:[\w-]+:iam::\d+:user\//;
const LONG_LIVED = /^AKIA/;

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

/** Whether all conditions of `query` hold, but for its cursor. */
export function matches(facts: EventFacts, query: EventFilter): boolean {
  const { key, principal, action, asset, ciphertext, incident, material, session, userAgent, text } = query;
  return (
    isEqual(facts, query) &&
    (key === undefined || facts.keys.some((name) => isSameKey(name, key))) &&
    (principal === undefined || isPrincipal(facts, principal)) &&
    (action === undefined || isAction(facts, action)) &&
    (material === undefined || facts.materials.includes(material)) &&
    (incident === undefined || facts.incidents.includes(incident)) &&
    (ciphertext === undefined || facts.ciphertexts.includes(ciphertext)) &&
    (session === undefined || facts.sessions.includes(session)) &&
    (userAgent === undefined || isTextOrPrefix(facts.userAgent, userAgent)) &&
    (asset === undefined ||
      facts.assets.some(({ name, value }) => name === asset.name && value === asset.value)) &&
    isWithin(facts.timeMs, query) &&
    (text === undefined || wordsOf(text).isSubsetOf(facts.words()))
  );
}

const equalNames = [
  'outcome',
  'source',
  'credential',
  'account',
  'errorCode',
  'operation',
  'issuer',
  'subject',
  'request',
] as const;

/** Whether the members that are asked for as they are, are so. */
function isEqual(facts: EventFacts, query: EventFilter): boolean {
  return equalNames.every((name) => query[name] === undefined || facts[name] === query[name]);
}

/**
 * What the ARNs of a role and of its sessions share: the account and the role's name in lower case, which no other
 * role of the account has. `undefined` for the ARN of anything else.
 */
function roleOfArn(arn: string): string | undefined {
  const { account, name } = ROLE.exec(arn)?.groups ?? SESSION.exec(arn)?.groups ?? noMembers;
  return typeof name === 'string' ? `${String(account)}/${name.toLowerCase()}` : undefined;
}

const ROLE = /^arn:[\w-]+:iam::(?<account>\d+):role\/(?:.+\/)?(?<name>[^/]+)$/;
const SESSION = /^arn:[\w-]+:sts::(?<account>\d+):assumed-role\/(?<name>[^/]+)\/[^/]+$/;

function roleNameOf(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : SESSION.exec(arn)?.groups?.['name'];
}

/** The ARN of a session asks for that one alone, the ARN of a role for all of its sessions. */
function isPrincipal({ principals, role }: EventFacts, asked: string): boolean {
  return principals.includes(asked) || (role !== undefined && askedRole(asked) === role);
}

/** The role, all of whose sessions are asked for, of the ARN of one; `undefined` for whatever else is asked for. */
export function askedRole(asked: string): string | undefined {
  return ROLE.test(asked) ? roleOfArn(asked) : undefined;
}

/** The part of a key's name that its id, ARN and alias ARN share: what follows the ARN's last colon and `key/`. */
export function bareKeyName(name: string): string {
  if (!name.startsWith('arn:')) return name;
  const resource = name.slice(name.lastIndexOf(':') + 1);
  return resource.startsWith('key/') ? resource.slice('key/'.length) : resource;
}

/** An id matches the ARN that ends in it; two ARNs match when they are equal. */
export function isSameKey(name: string, asked: string): boolean {
  if (name === asked) return true;
  return name.startsWith('arn:') !== asked.startsWith('arn:') && bareKeyName(name) === bareKeyName(asked);
}

function isAction({ action, operation }: EventFacts, asked: string): boolean {
  return isTextOrPrefix(action, asked) || operation === asked;
}

/** A trailing `*` asks for all that begins so. */
function isTextOrPrefix(text: string | undefined, asked: string): boolean {
  if (asked.endsWith('*')) return text?.startsWith(asked.slice(0, -1)) === true;
  return text === asked;
}

function isWithin(timeMs: number | undefined, { fromMs, toMs }: EventFilter): boolean {
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
  const arn = textOf(value['arn']);
  const others = [textOf(value['id']), textOf(value['requested'])].filter((name) => name !== undefined);
  // Keys of one id in several Regions are told apart by their ARNs: where there is one, the id says no more.
  return arn === undefined
    ? others
    : [arn, ...others.filter((name) => bareKeyName(name) !== bareKeyName(arn))];
}

function materialOf(key: unknown): string | undefined {
  return textOf(membersOf(key)['materialId']);
}

/** Those that an act was about, and that a quarantine, by which it was refused, was for. */
function incidentsOf(event: Members): readonly string[] {
  const { decisions } = event;
  const found = [
    membersOf(event['parameters'])['incident'],
    membersOf(membersOf(event['change'])['after'])['incident'],
    ...(Array.isArray(decisions) ? decisions.map(membersOf) : [])
      .filter(({ policyKind }) => policyKind === 'quarantine')
      .map(({ policy }) => policy),
  ];
  return found.filter((id) => typeof id === 'string');
}

function usedKey(value: unknown): Named | undefined {
  const key = membersOf(value);
  const requested = textOf(key['requested']);
  const alias = requested === undefined ? undefined : bareKeyName(requested);
  const label = alias?.startsWith('alias/') === true ? alias : undefined;
  return named(textOf(key['arn']) ?? textOf(key['id']), label ?? requested);
}

function named(name: string | undefined, label: string | undefined): Named | undefined {
  if (name !== undefined) return { name, label: label === name ? undefined : label };
  return label === undefined ? undefined : { name: label, label: undefined };
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
  return Math.abs(timeMs) <= TIME_MS_MAX ? timeMs : undefined;
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
