import type { EventPage, EventQuery, LedgerReader, LedgerSlice } from '../../core/audit/index.ts';

/** An event as the tests write it: every member may be missing. */
export interface TestEvent {
  readonly schema?: string;
  readonly id?: string;
  readonly requestId?: string;
  readonly ciphertextId?: string;
  readonly sourceCiphertextId?: string;
  readonly time?: string;
  readonly action?: string;
  readonly outcome?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly justification?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly change?: { readonly after?: Readonly<Record<string, unknown>> };
  readonly decisions?: readonly { readonly policyKind: string; readonly policy: string }[];
  readonly actor?: TestActor;
  readonly client?: { readonly address: string; readonly userAgent?: string };
  readonly protocol?: {
    readonly front: string;
    readonly service: string;
    readonly operation: string | undefined;
  };
  readonly key?: TestKey;
  readonly sourceKey?: TestKey;
  readonly context?: Readonly<Record<string, string>>;
  readonly sourceContext?: Readonly<Record<string, string>>;
}

interface TestActor {
  readonly arn: string;
  readonly name?: string;
  readonly account?: string;
  readonly credentialId: string;
  readonly unverified?: boolean;
  readonly session?: {
    readonly name?: string;
    readonly sourceIdentity?: string;
    readonly issuer?: string;
    readonly subject?: string;
    readonly tags?: readonly string[];
  };
}

interface TestKey {
  readonly id?: string;
  readonly arn?: string;
  readonly requested?: string;
  readonly materialId?: string;
}

/** A growing log in memory. Like a real one it gives about as many entries as asked for. */
export class MemoryLog implements LedgerReader {
  readonly entries: Uint8Array[] = [];
  /** What the entries hold; `undefined` for one that is not JSON. */
  readonly events: (TestEvent | undefined)[] = [];

  size(): number {
    return this.entries.length;
  }

  read(first: number, entriesMax: number): LedgerSlice {
    return { first, entries: this.entries.slice(first, first + Math.min(entriesMax, 100)) };
  }

  add(event: TestEvent | undefined): void {
    this.entries.push(Buffer.from(event === undefined ? 'not json' : JSON.stringify(event), 'utf8'));
    this.events.push(event);
  }
}

/** A linear congruential generator: the same seed gives the same run. */
export function randomOf(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const actions = ['key.encrypt', 'key.decrypt', 'key.describe', 'alias.list', 'request.malformed'];
const operations = ['Encrypt', 'Decrypt', 'DescribeKey', 'ListAliases', '-'];
const outcomes = ['success', 'success', 'success', 'denied', 'error'];
const errorCodes = ['AccessDenied', 'NotFound', 'Throttled'];
const userAgents = ['aws-sdk-js/3.1 os/linux', 'aws-sdk-js/3.2 os/linux', 'aws-cli/2.1', 'b', 'Größe/1', ''];
const agentQuestions = [
  ...userAgents.filter((agent) => agent !== ''),
  'aws-*',
  'aws-sdk-js/3.1*',
  'aw*',
  '*',
  'Größe*',
  'none*',
];
const roles = ['Auditor', 'billing', 'Ops'];
const roleArns = ['role/Auditor', 'role/team/a/BILLING', 'role/none', 'role/Ops', 'user/Ops'];
const words = [
  'files',
  'FILES',
  'größe',
  'ticket',
  '4711',
  'the',
  'of',
  'ﬁnal',
  'encrypt',
  'aws',
  'n99',
  'nothing',
];

function arnOf(key: number): string {
  return `arn:aws:kms:eu-1:111122223333:key/key-${key}`;
}

/** A UUIDv7. */
export function uuidOf(timeMs: number, index: number): string {
  const hex = timeMs.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${index.toString(16).padStart(12, '0')}`;
}

/** An event of the shapes that occur; every now and then one that should not. */
export function randomEvent(random: (below: number) => number, index: number): TestEvent | undefined {
  const timeMs = startMs + index * 5 + random(400);
  const kind = random(50);
  if (kind === 0) return undefined;
  if (kind === 1) return { schema: 'other/9', id: `odd-${index}` };
  const action = random(actions.length);
  const key = random(20);
  const wide = Array.from({ length: 400 }, (_, n) => [`n${n}`, `${random(9)}`] as const);
  return {
    schema: 'keywitness.event/1',
    id: uuidOf(timeMs, index),
    ...(kind === 7 ? {} : { time: new Date(timeMs).toISOString() }),
    requestId: `request-${index % 7000}`,
    action: actions[action] ?? '',
    outcome: outcomes[random(outcomes.length)] ?? '',
    ...(random(4) === 0
      ? { error: { code: oneOf(random, errorCodes), message: `the key \`k${random(4)}\` is not FINAL` } }
      : {}),
    ...(random(5) === 0
      ? { justification: `${oneOf(random, words)}, ${oneOf(random, words)}: T-${random(9)}` }
      : {}),
    ...(kind < 20 ? { ciphertextId: `c${random(400)}` } : {}),
    ...(kind === 3 ? { sourceCiphertextId: `c${random(400)}` } : {}),
    ...(kind === 8 ? { parameters: { incident: `inc-${random(9)}` } } : {}),
    ...(kind === 9 ? { change: { after: { incident: `inc-${random(9)}` } } } : {}),
    ...(kind === 10
      ? { decisions: [{ policyKind: oneOf(random, ['quarantine', 'key']), policy: `inc-${random(9)}` }] }
      : {}),
    actor: random(4) === 0 ? randomSession(random) : randomUser(random),
    client: { address: `10.0.0.${random(9)}`, userAgent: oneOf(random, userAgents) },
    protocol: { front: 'aws', service: 'kms', operation: operations[action] },
    ...(kind < 40 ? { key: randomKey(random, key) } : {}),
    ...(kind === 3
      ? { sourceKey: { arn: arnOf(random(20)) }, sourceContext: { customer: `old-${random(9)}` } }
      : {}),
    ...(kind < 30 ? { context: { customer: String(random(3000)), stage: `s${random(2)}` } } : {}),
    ...(kind === 6 ? { context: Object.fromEntries(wide.slice(0, 100)) } : {}),
    ...(kind === 5 ? { context: Object.fromEntries(wide) } : {}),
  };
}

function randomKey(random: (below: number) => number, key: number): TestKey {
  return {
    id: `key-${key}`,
    arn: arnOf(key),
    requested: `alias/a${random(3)}`,
    materialId: `m${key}-${random(3)}`,
  };
}

function oneOf(random: (below: number) => number, choices: readonly string[]): string {
  return choices[random(choices.length)] ?? '';
}

function randomUser(random: (below: number) => number): TestActor {
  return {
    arn: `arn:aws:iam::1:user/u${random(5)}`,
    name: `u${random(5)}`,
    account: `${random(3)}`,
    credentialId: `AKIA${random(7)}`,
  };
}

/** A session of a role; what is known of it differs, and now and then the role is not known any more. */
function randomSession(random: (below: number) => number): TestActor {
  const role = oneOf(random, roles);
  const name = `s${random(4)}`;
  return {
    arn: `arn:aws:sts::${1 + random(2)}:assumed-role/${role}/${name}`,
    ...(random(5) === 0 ? {} : { name: role, account: '1' }),
    credentialId: `ASIA${random(7)}`,
    session: {
      name,
      tags: [`team=t${random(3)}`],
      ...(random(2) === 0 ? { sourceIdentity: `s${random(6)}` } : {}),
      ...(random(2) === 0
        ? { issuer: `https://i${random(3)}.example`, subject: `repo:o/r${random(3)}` }
        : {}),
    },
  };
}

/** A question of the kind that auditors ask, some of which nothing answers. */
export function randomQuery(random: (below: number) => number, size: number): EventQuery {
  const maybe = <Value>(chance: number, name: string, value: Value): Record<string, Value> =>
    random(chance) === 0 ? { [name]: value } : {};
  const from = startMs + random(size * 5);
  const assets = [
    { name: 'customer', value: String(random(3000)) },
    { name: 'customer', value: `old-${random(9)}` },
    { name: 'stage', value: 's1' },
    { name: 'n399', value: '3' },
  ];
  return {
    ...maybe(3, 'key', [`key-${random(21)}`, arnOf(random(21)), 'alias/a1'][random(3)]),
    ...maybe(6, 'principal', randomPrincipal(random)),
    ...maybe(12, 'account', `${random(4)}`),
    ...maybe(12, 'session', `s${random(7)}`),
    ...maybe(20, 'issuer', `https://i${random(4)}.example`),
    ...maybe(20, 'subject', `repo:o/r${random(4)}`),
    ...maybe(10, 'operation', oneOf(random, [...operations, 'key.encrypt'])),
    ...maybe(10, 'errorCode', oneOf(random, [...errorCodes, 'None'])),
    ...maybe(7, 'userAgent', oneOf(random, agentQuestions)),
    ...maybe(5, 'text', Array.from({ length: 1 + random(2) }, () => oneOf(random, words)).join(' ')),
    ...maybe(5, 'action', [...actions, 'key.*', 'key.de*', '*', 'Decrypt', 'none.*'][random(10)]),
    ...maybe(6, 'outcome', outcomes[random(outcomes.length)]),
    ...maybe(6, 'source', `10.0.0.${random(10)}`),
    ...maybe(15, 'material', `m${random(21)}-${random(3)}`),
    ...maybe(25, 'request', `request-${random(7100)}`),
    ...maybe(25, 'ciphertext', `c${random(400)}`),
    ...maybe(25, 'incident', `inc-${random(9)}`),
    ...maybe(8, 'credential', `AKIA${random(8)}`),
    ...maybe(5, 'asset', assets[random(assets.length)]),
    ...maybe(4, 'fromMs', from),
    ...maybe(4, 'toMs', from + random(20_000)),
    ...maybe(4, 'beyond', random(size)),
    order: random(2) === 0 ? 'newest' : 'oldest',
    limit: 1 + random(random(4) === 0 ? 1000 : 20),
  };
}

function randomPrincipal(random: (below: number) => number): string {
  const account = 1 + random(2);
  return oneOf(random, [
    `u${random(6)}`,
    oneOf(random, roles),
    `arn:aws:iam::1:user/u${random(6)}`,
    `arn:aws:iam::${account}:${oneOf(random, roleArns)}`,
    `arn:aws:sts::${account}:assumed-role/${oneOf(random, roles)}/s${random(5)}`,
  ]);
}

/** The obvious way to answer: look at every entry. */
export function reference(log: MemoryLog, query: EventQuery): EventPage {
  const found: number[] = [];
  for (let step = 0; step < log.size() && found.length <= query.limit; step += 1) {
    const index = query.order === 'newest' ? log.size() - 1 - step : step;
    if (isPast(query, index) && holds(log.events[index], query)) found.push(index);
  }
  const entries = found
    .slice(0, query.limit)
    .map((index) => ({ index, entry: log.entries[index] ?? new Uint8Array(0) }));
  const next = entries.at(-1)?.index;
  return {
    entries,
    size: log.size(),
    ...(found.length > query.limit && next !== undefined ? { next } : {}),
  };
}

function isPast({ beyond, order }: EventQuery, index: number): boolean {
  return beyond === undefined || (order === 'newest' ? index < beyond : index > beyond);
}

/** Whether the conditions of a question hold, but for its cursor. */
export function holds(event: TestEvent | undefined, query: EventQuery): boolean {
  if (event === undefined) {
    return Object.entries(query).every(
      ([name, value]) => value === undefined || ['order', 'limit', 'beyond'].includes(name),
    );
  }
  return (
    (query.key === undefined || isKey(event, query.key)) &&
    (query.principal === undefined || isPrincipal(event, query.principal)) &&
    (query.account === undefined || event.actor?.account === query.account) &&
    isOfSession(event.actor?.session ?? {}, query) &&
    (query.material === undefined || hasMaterial(event, query.material)) &&
    (query.incident === undefined || isOfIncident(event, query.incident)) &&
    (query.ciphertext === undefined ||
      [event.ciphertextId, event.sourceCiphertextId].includes(query.ciphertext)) &&
    (query.request === undefined || event.requestId === query.request) &&
    (query.operation === undefined || event.protocol?.operation === query.operation) &&
    (query.errorCode === undefined || event.error?.code === query.errorCode) &&
    (query.userAgent === undefined || isLike(event.client?.userAgent, query.userAgent)) &&
    (query.text === undefined || hasWords(event, query.text)) &&
    (query.action === undefined || isAction(event, query.action)) &&
    (query.outcome === undefined || event.outcome === query.outcome) &&
    (query.source === undefined || event.client?.address === query.source) &&
    (query.credential === undefined || event.actor?.credentialId === query.credential) &&
    (query.asset === undefined || hasAsset(event, query.asset)) &&
    isWithin(event, query)
  );
}

function isOfIncident({ change, decisions = [], parameters }: TestEvent, incident: string): boolean {
  const held = decisions.filter(({ policyKind }) => policyKind === 'quarantine');
  return [
    parameters?.['incident'],
    change?.after?.['incident'],
    ...held.map(({ policy }) => policy),
  ].includes(incident);
}

function hasMaterial({ key, sourceKey }: TestEvent, material: string): boolean {
  return [key?.materialId, sourceKey?.materialId].includes(material);
}

function isPrincipal({ actor }: TestEvent, asked: string): boolean {
  if ([actor?.arn, actor?.name].includes(asked)) return true;
  const [, , service, , account = '', resource = ''] = actor?.arn.split(':') ?? [];
  const role = service === 'sts' ? resource.split('/')[1] : undefined;
  if (role === undefined) return false;
  const ofRole = asked.startsWith(`arn:aws:iam::${account}:role/`);
  return asked === role || (ofRole && asked.split('/').at(-1)?.toLowerCase() === role.toLowerCase());
}

function isOfSession(session: NonNullable<TestActor['session']>, query: EventQuery): boolean {
  return (
    (query.session === undefined || [session.name, session.sourceIdentity].includes(query.session)) &&
    (query.issuer === undefined || session.issuer === query.issuer) &&
    (query.subject === undefined || session.subject === query.subject)
  );
}

function isLike(text: string | undefined, asked: string): boolean {
  return asked.endsWith('*') ? text?.startsWith(asked.slice(0, -1)) === true : text === asked;
}

/** Every text of the event is searched but those that have filters of their own. */
function hasWords(event: TestEvent, asked: string): boolean {
  const { action, actor, client, error, justification, key, sourceKey, protocol } = event;
  const pairs = [event.context, event.sourceContext].flatMap((context) =>
    Object.entries(context ?? {}).flat(),
  );
  const { tags = [], ...facts } = actor?.session ?? {};
  const searched = [
    action,
    actor?.name,
    client?.userAgent,
    error?.code,
    error?.message,
    justification,
  ].concat(
    [event.decisions, event.parameters, event.change].map((member) => JSON.stringify(member)),
    [key?.requested, sourceKey?.requested, protocol?.operation, ...pairs, ...tags],
    Object.values(facts),
  );
  const found = searched.flatMap((text) => wordsIn(text ?? ''));
  return wordsIn(asked).every((word) => found.includes(word));
}

function wordsIn(text: string): readonly string[] {
  const parts = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]/u);
  return parts.filter((part) => part !== '');
}

function isKey(event: TestEvent, key: string): boolean {
  const bare = key.split('/').at(-1);
  return [event.key, event.sourceKey]
    .flatMap((one) => [one?.id, one?.arn, one?.requested])
    .some(
      (name) =>
        name !== undefined &&
        (name === key || (name === bare && !name.includes('/')) || name.endsWith(`:key/${key}`)),
    );
}

function isAction({ action, protocol }: TestEvent, asked: string): boolean {
  return asked.endsWith('*')
    ? action?.startsWith(asked.slice(0, -1)) === true
    : [action, protocol?.operation].includes(asked);
}

function hasAsset({ context, sourceContext }: TestEvent, asset: NonNullable<EventQuery['asset']>): boolean {
  return [context, sourceContext].some((pairs) => pairs?.[asset.name] === asset.value);
}

function isWithin({ time }: TestEvent, { fromMs, toMs }: EventQuery): boolean {
  const timeMs = Date.parse(time ?? '');
  return (fromMs === undefined || timeMs >= fromMs) && (toMs === undefined || timeMs < toMs);
}
