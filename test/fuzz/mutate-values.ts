import { type Constraint, kmsConstraintOf } from '../../packages/server/src/fronts/aws/constraints.ts';
import { isRecord } from '../crash/kms-client.ts';
import type { Random } from '../crash/random.ts';
import { type Members, REGIONS, type Scene } from './scene.ts';

/** Where a value stands, and what it may be replaced with. */
export interface Site {
  readonly scene: Scene;
  readonly operation: string;
  /** The member at the top of the request that it is, or is part of. */
  readonly member: string;
}

const BLOBS =
  /^(?:CiphertextBlob|EncryptedKeyMaterial|GrantTokens?|ImportToken|Mac|Marker|Message|Plaintext|PublicKey|SharedSecretCiphertextBlob|Signature)$/;
const KEY_NAMES = /KeyId$/;

/** A value that may stand in the place of another one, whatever that was. */
export function mutatedValue(site: Site, random: Random, value: unknown): unknown {
  if (random.chance(8)) return ofAnotherType(random, value);
  if (random.chance(15)) return atItsLimit(site, random, value);
  switch (typeof value) {
    case 'string':
      return mutatedText(site, random, value);
    case 'number':
      return random.one([0, -1, 1, value + 1, value - 1, 1.5, 2 ** 31, -(2 ** 31), 1e21, 2 ** 53, -0]);
    case 'boolean':
      return !value;
    default:
      if (Array.isArray(value)) return mutatedList(site, random, value);
      return isRecord(value) ? mutatedMap(site, random, value) : ofAnotherType(random, value);
  }
}

function ofAnotherType(random: Random, value: unknown): unknown {
  return random.one<unknown>([
    null,
    true,
    false,
    0,
    -1,
    1e308,
    '',
    'a',
    [],
    {},
    [value],
    [null],
    { value },
    [[value, value]],
    JSON.stringify(value),
    nested(random.below(200)),
  ]);
}

/** Lists within lists. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A value as short or long, or as small or large, as the model allows, or one beyond. */
function atItsLimit({ member, operation }: Site, random: Random, value: unknown): unknown {
  const { length, range, values } = constraintOf(operation, member);
  const near = (limits: readonly [number, number]): number =>
    Math.max(0, random.one(limits) + random.below(3) - 1);
  if (values !== undefined && typeof value === 'string') return random.one([...values, `${value}X`]);
  if (range !== undefined) return near(range);
  if (length === undefined) return ofAnotherType(random, value);
  const size = near(length);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const [item = 'a'] = items;
    return Array.from({ length: Math.min(size, 200) }, () => item);
  }
  if (BLOBS.test(member)) return Buffer.alloc(size, random.below(256)).toString('base64');
  return typeof value === 'string' ? value.padEnd(size, random.one(['a', ' ', 'é'])).slice(0, size) : size;
}

function constraintOf(operation: string, member: string): Constraint {
  // Names of members begin with a capital; the others here are those that objects have.
  if (!/^[A-Z]/.test(member)) return {};
  try {
    return kmsConstraintOf(`${operation}Request`, member);
  } catch {
    // A member that KMS does not have.
    return {};
  }
}

function mutatedText(site: Site, random: Random, text: string): string {
  if (KEY_NAMES.test(site.member) && random.chance(70)) return keyName(site.scene, random);
  if (BLOBS.test(site.member) && random.chance(85)) return mutatedBlob(site, random, text);
  const { values } = constraintOf(site.operation, site.member);
  if (values !== undefined && random.chance(70)) return random.one(values);
  if (site.member === 'Policy' && random.chance(80)) return mutatedPolicy(random, text);
  if (site.member.endsWith('Principal') && random.chance(60)) return principalName(site.scene, random);
  const at = random.below(text.length + 1);
  const put = (piece: string): string => `${text.slice(0, at)}${piece}${text.slice(at)}`;
  const pieces = [
    '\0',
    '\uD800',
    '\uDC00',
    '\u{1F511}',
    '\u2028',
    '\u202E',
    '\r\n',
    '"',
    '\\',
    '\u0085',
    '%00',
    '*',
    '/',
  ];
  return random.one<() => string>([
    () => '',
    () => text.slice(0, at),
    () => `${text.slice(0, at)}${text.slice(at + 1)}`,
    () => put(random.one(pieces)),
    () => put(random.one(pieces)),
    () => text.toUpperCase(),
    () => ` ${text} `,
    () => text.repeat(1 + random.below(3)),
    () => '__proto__',
    () => 'constructor',
    () => '../../etc/passwd',
    () => text.normalize('NFD'),
  ])();
}

/** A key by one of its names, or by what is nearly one. */
function keyName(scene: Scene, random: Random): string {
  const { keys, subjects, imported, multiRegion, aliases } = scene;
  const { arn, id } = random.one([...keys, ...subjects, ...imported, ...multiRegion]);
  if (random.chance(45)) return id;
  const known = random.one(['alias/none', ...aliases, ...keys.map(({ alias }) => alias)]);
  return random.one<() => string>([
    () => arn,
    () => arn,
    () => known,
    () => known,
    () => arn.replace(/key\/.*$/, known),
    () => arn.replace(REGIONS[0], REGIONS[1]),
    () => arn.replace(/:[0-9]{12}:/, ':999999999999:'),
    () => arn.replace('aws', random.one(['aws-cn', 'AWS', '', '*'])),
    () => arn.slice(0, random.below(arn.length)),
    () => `${arn}:${id}`,
    () => `arn:aws:kms:::key/${id}`,
    () => id.toUpperCase(),
    () => `mrk-${id.replaceAll('-', '')}`,
    () => '00000000-0000-4000-8000-000000000000',
    () => 'alias/aws/ebs',
    () => 'alias/',
    () => 'alias/none',
    () => 'key/',
    () => '*',
  ])();
}

function principalName({ principals }: Scene, random: Random): string {
  const arn = random.one(principals);
  return random.one([
    arn,
    arn.replace(/:user\/.*$/, ':root'),
    arn.replace(/:user\/.*$/, ':role/none'),
    arn.replace('user', 'assumed-role/a'),
    'kms.amazonaws.com',
    '*',
    '999999999999',
    'arn:aws:iam::999999999999:user/x',
  ]);
}

/** Bytes that are nearly the right ones, or their text in other letters. */
function mutatedBlob({ member, scene }: Site, random: Random, text: string): string {
  const bytes = Buffer.from(text, 'base64');
  const at = random.below(bytes.length);
  const flipped = (): string => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy.toString('base64');
  };
  return random.one<() => string>([
    flipped,
    flipped,
    flipped,
    flipped,
    () => bytes.subarray(0, at).toString('base64'),
    () => bytes.subarray(at).toString('base64'),
    () => Buffer.concat([bytes, Buffer.alloc(1 + random.below(20))]).toString('base64'),
    () => Buffer.concat([bytes, bytes]).toString('base64'),
    () => Buffer.from(bytes).reverse().toString('base64'),
    () => Buffer.alloc(bytes.length, random.below(2) * 255).toString('base64'),
    () => ofSameKind(scene, random, member, text),
    () => ofSameKind(scene, random, member, text),
    () => bytes.toString('base64url'),
    () => `${text}=`,
    () => ` ${text}`,
    () => text.replace(/.(=*)$/, 'B$1'),
    () => bytes.toString('hex'),
    () => '',
  ])();
}

/** What was made with some other key, or for something else. */
function ofSameKind(scene: Scene, random: Random, member: string, text: string): string {
  const tokens = [...scene.grantTokens, ...scene.markers];
  if (/^(?:GrantTokens?|Marker)$/.test(member) && tokens.length > 0) return random.one(tokens);
  const others = [...scene.made.map(({ members }) => members), ...scene.imports].flatMap((members) =>
    typeof members[member] === 'string' ? [members[member]] : [],
  );
  return others.length === 0 ? text : random.one(others);
}

/** Still JSON for the most part, so that it comes to the parser of policies. */
function mutatedPolicy(random: Random, text: string): string {
  const words = [
    'Allow',
    'Deny',
    'kms:*',
    'Resource',
    'Action',
    'NotAction',
    'Principal',
    'Version',
    'Condition',
    '2012-10-17',
    'StringEquals',
  ];
  return random.one<() => string>([
    () =>
      text.replace(random.one(words), random.one([...words, '', '*', '\\u0000', '"', `\${aws:username}`])),
    () =>
      text.replaceAll(
        /"Condition":\{/g,
        `"Condition":{"${random.one(['Bool', 'IpAddress', 'DateLessThan', 'NumericEquals', 'ForAllValues:StringLike', 'Nope'])}":{"aws:x":"${random.one(['true', '1', 'x', '::/0'])}"},`,
      ),
    () => text.replace(/"Statement":\[/, '"Statement":[[],'),
    () => text.replace(/\}\]\}$/, '}],"Id":"i"}'),
    () => text.slice(0, random.below(text.length)),
    () => `${text.slice(0, -1)}${' '.repeat(random.below(40_000))}}`,
    () => `{"Statement":${'['.repeat(random.below(5000))}`,
    () => text.replace('"kms:*"', `["kms:*","${'kms:a*'.repeat(random.below(300))}"]`),
  ])();
}

function mutatedList(site: Site, random: Random, list: readonly unknown[]): readonly unknown[] {
  const at = random.below(list.length);
  return random.one<() => readonly unknown[]>([
    () => [],
    () => list.toSpliced(at, 1),
    () => [...list, ...list],
    () => Array.from({ length: 60 }, () => list[at] ?? 'x'),
    () => [...list, random.one<unknown>([null, 0, {}, [], 'x', ''])],
    () => list.toSpliced(at, 1, mutatedValue(site, random, list[at] ?? null)),
    () => list.toReversed(),
  ])();
}

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '',
  '\0',
  '\uD800',
  'aws:x',
  'customer',
  'Customer',
  'ñ',
];

function mutatedMap(site: Site, random: Random, map: Members): Members {
  const entries = Object.entries(map);
  const at = random.below(entries.length);
  const [name = 'a', value = 'b'] = entries[at] ?? [];
  const put = (change: readonly (readonly [string, unknown])[]): Members =>
    Object.fromEntries([...entries, ...change]);
  return random.one<() => Members>([
    () => ({}),
    () => Object.fromEntries(entries.toSpliced(at, 1)),
    () => Object.fromEntries(entries.toReversed()),
    () => put([[random.one(NAMES), value]]),
    () => put([[name, mutatedValue(site, random, value)]]),
    () => put([[name, mutatedValue(site, random, value)]]),
    () => put([[name.toUpperCase(), value]]),
    () =>
      put(
        Array.from({ length: random.below(60) }, (_, count) => [`n${count}`, 'v'.repeat(random.below(600))]),
      ),
    () => put([[name, 'v'.repeat(random.below(20_000))]]),
  ])();
}
