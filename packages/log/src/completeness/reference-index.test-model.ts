import { nodeCrypto } from '../node/index.ts';

/** A subject as it stands in an answer: the type and its texts. */
export type NamedSubject = readonly [type: string, ...texts: string[]];

/** A leaf of a subject's tree, as the specification lists it. */
export interface ReferenceLeaf {
  readonly index: number;
  readonly time: number;
  readonly latest: number;
  readonly entry: Buffer;
}

/** All events of one subject. */
export interface ReferenceTree {
  readonly subject: NamedSubject;
  readonly leaves: readonly ReferenceLeaf[];
}

/** A window as it stands in an answer. */
export type ReferenceWindow = Readonly<Record<string, number>>;

type Json = Readonly<Record<string, unknown>>;

/** The index as `spec/completeness.md` defines it: recursion over plain lists, with nothing clever. */
export class ReferenceIndex {
  readonly entries: readonly Buffer[];
  readonly trees: ReadonlyMap<string, ReferenceTree>;
  #leaves: readonly Leaf[] | undefined;
  #logRoot: Buffer | undefined;

  constructor(entries: readonly Buffer[]) {
    this.entries = entries;
    const trees = new Map<string, { subject: NamedSubject; leaves: ReferenceLeaf[] }>();
    entries.forEach((entry, index) => {
      for (const subject of subjectsOf(entry)) {
        const key = keyOf(subject).toString('hex');
        const tree = trees.get(key) ?? { subject, leaves: [] };
        trees.set(key, tree);
        const before = tree.leaves.at(-1)?.latest ?? 0;
        const time = timeOf(entry) ?? before;
        tree.leaves.push({ index, time, latest: Math.max(before, time), entry });
      }
    });
    this.trees = trees;
  }

  mapRoot(): Buffer {
    return mapHash(this.#mapLeaves(), 0);
  }

  logRoot(): Buffer {
    return (this.#logRoot ??= mth(this.entries));
  }

  statement(): Buffer {
    const start = Buffer.from('keywitness.index/1\0');
    return sha256(start, u64(this.entries.length), this.logRoot(), this.mapRoot());
  }

  /** The JSON of an answer, with these notes. */
  answer(subject: NamedSubject, window: ReferenceWindow, notes: { checkpoint: string; index: string }): Json {
    const key = keyOf(subject);
    const tree = this.trees.get(key.toString('hex'));
    const { path, end } = mapPath(this.#mapLeaves(), key);
    return {
      format: 'keywitness.answer/1',
      subject,
      window,
      ...notes,
      path: path.map(({ bit, sibling }) => [bit, sibling.toString('base64')]),
      ...(tree === undefined
        ? end === undefined
          ? {}
          : { other: [end.key.toString('base64'), end.head.toString('base64')] }
        : { tree: treeOf(tree, window) }),
    };
  }

  #mapLeaves(): readonly Leaf[] {
    return (this.#leaves ??= [...this.trees.values()].map(mapLeaf));
  }
}

/** Entries of the subject in the window, by looking at every one. */
export function filtered(
  entries: readonly Buffer[],
  subject: NamedSubject,
  window: ReferenceWindow,
): readonly { readonly index: number; readonly entry: Buffer }[] {
  const tree = new ReferenceIndex(entries).trees.get(keyOf(subject).toString('hex'));
  return (tree?.leaves ?? [])
    .filter((leaf) => isInside(window, leaf))
    .map(({ index, entry }) => ({ index, entry }));
}

/** The key of a subject. */
export function keyOf(subject: NamedSubject): Buffer {
  const texts = subject.flatMap((text) => {
    const bytes = Buffer.from(text.toWellFormed());
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return sha256(Buffer.from('keywitness.subject/1\0'), ...texts);
}

/** The head of a tree. */
function headOf({ leaves }: ReferenceTree): Buffer {
  const lateness = Math.max(...leaves.map(({ time, latest }) => latest - time));
  return sha256(
    Buffer.from('keywitness.head/1\0'),
    u64(leaves.length),
    u64(lateness),
    mth(leaves.map(leafData)),
  );
}

/** The subjects of an entry, distinct. */
export function subjectsOf(entry: Buffer): readonly NamedSubject[] {
  const event = json(entry);
  if (event === undefined) return [['partial']];
  const arn = at(event, 'actor', 'arn');
  const names = ['key', 'sourceKey']
    .flatMap((key) => ['id', 'arn', 'requested'].map((member) => at(event, key, member)))
    .filter((name) => name !== undefined)
    .map((name) => (name.startsWith('arn:') ? name.replace(/^.*:/s, '').replace(/^key\//, '') : name));
  const found: (readonly (string | undefined)[])[] = [
    ['account', at(event, 'actor', 'account')],
    ['credential', at(event, 'actor', 'credentialId')],
    ['principal', arn],
    ['source', at(event, 'client', 'address')],
    ...names.flatMap((name) => [
      ['key', name],
      ['key-principal', name, arn],
    ]),
    ...['context', 'sourceContext'].flatMap((member) =>
      Object.keys(object(event[member])).map((name) => ['asset', name, at(event, member, name)]),
    ),
    ...(Object.hasOwn(event, 'clipped') || Object.hasOwn(event, 'count') ? [['partial']] : []),
  ];
  const subjects = new Map<string, NamedSubject>();
  for (const [type = '', ...texts] of found) {
    const whole = texts.filter((text) => text !== undefined).map((text) => text.toWellFormed());
    if (whole.length === texts.length) subjects.set(JSON.stringify([type, ...whole]), [type, ...whole]);
  }
  return [...subjects.values()];
}

function treeOf({ leaves }: ReferenceTree, window: ReferenceWindow): Json {
  const lateness = Math.max(...leaves.map(({ time, latest }) => latest - time));
  const { fromIndex = 0, toIndex = Infinity, fromTime = 0, toTime = Infinity } = window;
  const isBefore = (leaf: ReferenceLeaf): boolean => leaf.index < fromIndex || leaf.latest < fromTime;
  const isBehind = (leaf: ReferenceLeaf): boolean =>
    leaf.index >= toIndex || leaf.latest >= toTime + lateness;
  const first = Math.max(0, leaves.filter(isBefore).length - 1);
  const behind = leaves.findIndex((leaf, position) => position >= first && isBehind(leaf));
  const end = behind === -1 ? leaves.length : behind + 1;
  return {
    count: leaves.length,
    lateness,
    first,
    leaves: leaves.slice(first, end).map((leaf) => ({
      index: leaf.index,
      time: leaf.time,
      latest: leaf.latest,
      ...(isInside(window, leaf)
        ? { entry: leaf.entry.toString('base64') }
        : { hash: leafHash(leaf.entry).toString('base64') }),
    })),
    hashes: outside(leaves.map(leafData), 0, first, end).map((hash) => hash.toString('base64')),
  };
}

function isInside(window: ReferenceWindow, { index, time }: { index: number; time: number }): boolean {
  const { fromIndex = 0, toIndex = Infinity, fromTime = 0, toTime = Infinity } = window;
  return index >= fromIndex && index < toIndex && time >= fromTime && time < toTime;
}

/** The roots of what is not in the run from `first` to before `end`, from the left. */
function outside(items: readonly Buffer[], start: number, first: number, end: number): readonly Buffer[] {
  if (start + items.length <= first || start >= end) return [mth(items)];
  if (start >= first && start + items.length <= end) return [];
  const half = split(items.length);
  return [
    ...outside(items.slice(0, half), start, first, end),
    ...outside(items.slice(half), start + half, first, end),
  ];
}

interface Leaf {
  readonly key: Buffer;
  readonly head: Buffer;
}

function mapLeaf(tree: ReferenceTree): Leaf {
  return { key: keyOf(tree.subject), head: headOf(tree) };
}

function mapHash(leaves: readonly Leaf[], from: number): Buffer {
  const [leaf, ...others] = leaves;
  if (leaf === undefined) return sha256();
  if (others.length === 0) return sha256(leaf.key, leaf.head);
  const { bit, sides } = divide(leaves, from);
  return sha256(mapHash(sides[0], bit + 1), mapHash(sides[1], bit + 1), Buffer.of(bit));
}

function mapPath(
  leaves: readonly Leaf[],
  key: Buffer,
): { readonly path: readonly { bit: number; sibling: Buffer }[]; readonly end: Leaf | undefined } {
  if (leaves.length <= 1) return { path: [], end: leaves[0] };
  const { bit, sides } = divide(leaves, 0);
  const side = bitOf(key, bit);
  const below = mapPath(sides[side], key);
  return { path: [...below.path, { bit, sibling: mapHash(sides[side === 0 ? 1 : 0], 0) }], end: below.end };
}

function divide(leaves: readonly Leaf[], from: number): { bit: number; sides: [Leaf[], Leaf[]] } {
  for (let bit = from; bit < 256; bit += 1) {
    const sides: [Leaf[], Leaf[]] = [
      leaves.filter(({ key }) => bitOf(key, bit) === 0),
      leaves.filter(({ key }) => bitOf(key, bit) === 1),
    ];
    if (sides[0].length > 0 && sides[1].length > 0) return { bit, sides };
  }
  throw new TypeError('two subjects have the same key');
}

function bitOf(key: Buffer, bit: number): 0 | 1 {
  const byte = key[Math.floor(bit / 8)] ?? 0;
  return Math.floor(byte / 2 ** (7 - (bit % 8))) % 2 === 1 ? 1 : 0;
}

function leafData({ index, time, latest, entry }: ReferenceLeaf): Buffer {
  return Buffer.concat([u64(index), u64(time), u64(latest), leafHash(entry)]);
}

function mth(items: readonly Buffer[]): Buffer {
  const [only, ...others] = items;
  if (only === undefined) return sha256();
  if (others.length === 0) return leafHash(only);
  const half = split(items.length);
  return sha256(Buffer.of(1), mth(items.slice(0, half)), mth(items.slice(half)));
}

function split(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}

function leafHash(data: Buffer): Buffer {
  return sha256(Buffer.of(0), data);
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return Buffer.from(nodeCrypto.sha256(Buffer.concat(parts)));
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function timeOf(entry: Buffer): number | undefined {
  const time = json(entry)?.['time'];
  if (typeof time !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time)) return undefined;
  const date = new Date(time);
  const isReal = !Number.isNaN(date.getTime()) && date.toISOString() === time && date.getTime() >= 0;
  return isReal ? date.getTime() : undefined;
}

function json(entry: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry),
    );
    return value === null || typeof value !== 'object' || Array.isArray(value) ? undefined : object(value);
  } catch {
    return undefined;
  }
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(event: Json, member: string, name: string): string | undefined {
  const value = object(event[member])[name];
  return typeof value === 'string' ? value : undefined;
}
