import { KMS_SCHEMAS, type Schema } from '../../packages/server/src/fronts/aws/kms-schemas.test-fixture.ts';
import type { Random } from '../crash/random.ts';
import { mutatedValue } from './mutate-values.ts';
import type { Members, Scene } from './scene.ts';
import type { ValidRequest } from './valid-requests.ts';

/** The body of a request, and whether a secret was put where it does not belong. */
export interface Mutated {
  readonly body: Uint8Array;
  readonly isMisplaced: boolean;
}

/** Values that mean something where their member stands. */
const PROBABLE: Readonly<Record<string, unknown>> = {
  BypassPolicyLockoutSafetyCheck: true,
  CustomKeyStoreId: 'cks-1234567890abcdef0',
  DryRun: true,
  DryRunModifiers: ['IGNORE_CIPHERTEXT'],
  GrantTokens: ['AAAA'],
  Limit: 1,
  Marker: 'AAAA',
  PendingWindowInDays: 7,
  Recipient: { KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256', AttestationDocument: 'AAAA' },
  XksKeyId: 'x',
};

/** Every member that an operation has in the model, and one value of its type for each. */
const MEMBERS: ReadonlyMap<string, ReadonlyMap<string, unknown>> = new Map(
  [...KMS_SCHEMAS].map(([name, { input }]) => [name, membersOf(input)]),
);

/** The body of a request after some mutations; none leaves it as it was. */
export function mutated(
  scene: Scene,
  random: Random,
  { operation, members }: ValidRequest,
  mutations: number,
): Mutated {
  let now = members;
  let isMisplaced = false;
  let spelling = 0;
  for (let done = 0; done < mutations; done += 1) {
    const roll = random.below(100);
    if (roll < 68) now = withOtherValue(scene, random, operation, now);
    else if (roll < 74) now = without(random, now);
    else if (roll < 84) now = withMore(random, operation, now);
    else if (roll < 88) {
      now = withMovedValue(random, now);
      isMisplaced = true;
    } else spelling += 1;
  }
  let text = JSON.stringify(now);
  for (; spelling > 1; spelling -= 1) text = respelt(random, text, now);
  const body = Buffer.from(text, 'utf8');
  return { body: spelling === 1 ? garbled(random, text, now) : body, isMisplaced };
}

function membersOf(schema: Schema): ReadonlyMap<string, unknown> {
  if (!schema.isStructSchema()) return new Map();
  return new Map([...schema.structIterator()].map(([name, member]) => [name, probable(name, member)]));
}

function probable(name: string, schema: Schema): unknown {
  const known = PROBABLE[name];
  if (known !== undefined) return known;
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema() || schema.isTimestampSchema()) return 1_900_000_000;
  if (schema.isListSchema()) return [];
  return schema.isMapSchema() || schema.isStructSchema() ? {} : 'AAAA';
}

function withOtherValue(scene: Scene, random: Random, operation: string, members: Members): Members {
  const names = Object.keys(members);
  if (names.length === 0) return withMore(random, operation, members);
  const member = random.one(names);
  return replaced(members, member, mutatedValue({ scene, operation, member }, random, members[member]));
}

/** `__proto__` is a member like any other. */
function replaced(members: Members, name: string, value: unknown): Members {
  return Object.fromEntries([...Object.entries(members), [name, value]]);
}

function without(random: Random, members: Members): Members {
  const entries = Object.entries(members);
  return Object.fromEntries(entries.toSpliced(random.below(entries.length), 1));
}

function withMore(random: Random, operation: string, members: Members): Members {
  const known = [...(MEMBERS.get(operation) ?? [])];
  const [name, value] =
    known.length > 0 && random.chance(80)
      ? random.one(known)
      : random.one<readonly [string, unknown]>([
          ['__proto__', { KeyId: 'x' }],
          ['constructor', { prototype: {} }],
          ['keyId', 'x'],
          ['__type', 'x'],
          ['hasOwnProperty', 1],
          ['toJSON', 'x'],
          ['', ''],
          ['\0', null],
          ['x'.repeat(1000), 'x'],
        ]);
  return replaced(members, name, value);
}

/** A value of one member under another one's name. */
function withMovedValue(random: Random, members: Members): Members {
  const names = Object.keys(members);
  if (names.length < 2) return members;
  return replaced(members, random.one(names), members[random.one(names)]);
}

/** A name that is not in any text: its value is put there as it is written. */
const LITERAL = '@literal@';
const LITERALS = [
  '1e400',
  '-1e400',
  '9'.repeat(400),
  '0.1e-400',
  '-0',
  '01',
  '.5',
  '+1',
  '0x10',
  'NaN',
  'Infinity',
  'undefined',
  "'a'",
  '"\\uD800"',
  '"\\x41"',
  '"a\nb"',
  'tRUE',
  '1,',
  '/* a */ 1',
];

/** Other text for the same JSON, or nearly. */
function respelt(random: Random, text: string, members: Members): string {
  const names = Object.keys(members);
  const name = names.length === 0 ? 'KeyId' : random.one(names);
  const pair = `${JSON.stringify(name)}:${JSON.stringify(members[name] ?? null)}`;
  return random.one<() => string>([
    () =>
      JSON.stringify(replaced(members, name, LITERAL)).replace(`"${LITERAL}"`, () => random.one(LITERALS)),
    () =>
      JSON.stringify(replaced(members, name, LITERAL)).replace(`"${LITERAL}"`, () => random.one(LITERALS)),
    () => `{${pair},${text.slice(1)}`,
    () => `${text.slice(0, -1)},${JSON.stringify(name)}:null}`,
    () => text.replace(/"([A-Z])/, (_, letter: string) => `"\\u00${letter.charCodeAt(0).toString(16)}`),
    () => text.replaceAll(/([{,:])/g, `$1${random.one([' ', '\n', '\t', '\r\n  '])}`),
    () => `${random.one([' ', '\n', '\t\t', '\u00A0', '\f', '\0'])}${text}`,
    () => `${text}${random.one([' ', '}', '\0', ',', '{}', '\n\n', 'x'])}`,
  ])();
}

/** Bytes that are no text, no JSON, or no object. */
function garbled(random: Random, text: string, members: Members): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  const at = random.below(bytes.length + 1);
  const put = (...piece: number[]): Uint8Array =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at)]);
  const depth = 1 + random.below(random.chance(5) ? 150_000 : 2000);
  return random.one<() => Uint8Array>([
    () => bytes.subarray(0, at),
    () => put(0xff),
    () => put(0xed, 0xa0, 0x80),
    () => put(0xc0, 0x80),
    () => put(0),
    () => put(random.below(256)),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    () => Buffer.from(text, 'utf16le'),
    () => Buffer.concat([bytes, bytes]),
    () => Buffer.from(`[${text}]`),
    () => Buffer.from(JSON.stringify(text)),
    () => Buffer.from(random.one(['', 'null', 'true', '0', '""', '[]', '{', '[', '{"', '"', '-'])),
    () => Buffer.from('['.repeat(depth)),
    () => Buffer.from(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
    () => Buffer.from(`{"KeyId":${'['.repeat(depth)}${']'.repeat(depth)}}`),
    () => {
      const copy = Buffer.from(bytes);
      if (copy.length > 0) copy[at % copy.length] = random.below(256);
      return copy;
    },
    () => Buffer.from(respelt(random, text, members)),
    () => Buffer.from(respelt(random, text, members)),
    () => Buffer.from(respelt(random, text, members)),
    () => Buffer.from(respelt(random, text, members)),
  ])();
}
