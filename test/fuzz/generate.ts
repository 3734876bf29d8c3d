import { Random } from '../crash/random.ts';
import { mutated } from './mutate.ts';
import {
  type Credentials,
  kmsRequest,
  kmsSigning,
  type Signing,
  signed,
  signingDate,
  type WireRequest,
} from './request.ts';
import { REGIONS, type Scene } from './scene.ts';
import { OPERATIONS, validRequest } from './valid-requests.ts';

/** Somebody who sends requests. */
export interface Sender extends Credentials {
  readonly arn: string;
}

/** Who sends requests, to where, and when. */
export interface Sending {
  readonly host: string;
  /** The first is the administrator, and sends most. */
  readonly senders: readonly Sender[];
  readonly nowMs: number;
}

/** A request, and what is known of how it must be answered. */
export interface Generated {
  readonly request: WireRequest;
  /** What it was made from. */
  readonly operation: string;
  readonly sender: Sender;
  /** `good` ones may not be refused for their signature, `broken` ones must be; of others nobody can tell. */
  readonly signature: 'good' | 'broken' | 'either';
  /** A secret may stand where the record shows it. */
  readonly isMisplaced: boolean;
  readonly mutations: number;
}

/** How many mutations a request has, of a hundred requests. */
const MUTATIONS = [...fill(15, 0), ...fill(50, 1), ...fill(22, 2), ...fill(8, 3), ...fill(5, 6)];

type Fields = WireRequest['headers'];

/** A request that only its seed and the scene decide about. */
export function generate(scene: Scene, seed: number, sending: Sending): Generated {
  const random = new Random(seed);
  const operation = random.one(OPERATIONS);
  const mutations = random.one(MUTATIONS);
  const valid = validRequest(scene, random, operation);
  const { body, isMisplaced } = mutated(scene, random, valid, mutations);
  const sender = random.chance(84) ? first(sending.senders) : random.one(sending.senders);
  const request = kmsRequest(sending.host, sending.nowMs, operation, body);
  const signing = kmsSigning(sender, regionFor(random, operation), sending.nowMs);
  const made = { operation, sender, isMisplaced, mutations };
  const roll = random.below(100);
  if (roll < 86) return { ...made, request: signed(request, signing), signature: 'good' };
  if (roll < 92) return { ...made, ...otherHead(random, request, signing, sending) };
  return { ...made, request: brokenAfter(random, signed(request, signing)), signature: 'broken' };
}

function regionFor(random: Random, operation: string): string {
  const isOfSeveral = operation === 'UpdatePrimaryRegion' || operation === 'ReplicateKey';
  return random.chance(isOfSeveral ? 50 : 95) ? REGIONS[0] : REGIONS[1];
}

const TARGETS = [
  'TrentService.',
  'TrentService.__proto__',
  'TrentService.constructor',
  'TrentService.toString',
  'TrentService.decrypt',
  'TrentService.Decrypt ',
  'TrentService.Decrypt\u00E9',
  'TrentService.CreateCustomKeyStore',
  'TrentService.DescribeCustomKeyStores',
  'trentservice.Decrypt',
  'Decrypt',
  '',
  `TrentService.${'x'.repeat(3000)}`,
  'DynamoDB_20120810.ListTables',
  'CloudTrail_20131101.LookupEvents',
  'CloudTrail_20131101.DescribeTrails',
  'CloudTrail_20131101.ListPublicKeys',
  'CloudTrail_20131101.CreateTrail',
  'CloudTrail_20131101.Nope',
] as const;

const TYPES = [
  'application/json',
  'application/x-amz-json-1.0',
  'application/x-amz-json-1.1; charset=utf-8',
  'application/x-www-form-urlencoded',
  'application/cbor',
  'text/plain',
  '',
  ';',
  'multipart/form-data; boundary=x',
];

const MORE: Fields = [
  ['X-Amz-Target', 'TrentService.Decrypt'],
  ['Content-Type', 'text/plain'],
  ['X-Amz-Date', '20270115T080000Z'],
  ['X-Keywitness-Justification', 'a fuzz run'],
  ['X-Keywitness-Justification', 'x'.repeat(3000)],
  ['X-Amzn-Trace-Id', 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1'],
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ['traceparent', '<script>'],
  ['User-Agent', 'x'.repeat(2000)],
  ['User-Agent', '\u00E9\u00FF\u0080'],
  ['X-Amz-Security-Token', 'AAAA'],
  ['X-Amz-Security-Token', 'x'.repeat(9000)],
  ['X-Forwarded-For', '203.0.113.9'],
  ['Amz-Sdk-Request', 'attempt=1; max=3'],
  ['X-Amz-User-Agent', 'fuzz'],
  ['__proto__', 'x'],
];

type Head = Pick<Generated, 'request' | 'signature'>;

/** Another head, signed as it is. */
function otherHead(random: Random, request: WireRequest, signing: Signing, { nowMs }: Sending): Head {
  const either = (changed: WireRequest, more: Partial<Signing> = {}): Head => ({
    request: signed(changed, { ...signing, ...more }),
    signature: 'either',
  });
  const withField = (name: string, value: string): WireRequest => ({
    ...request,
    headers: [...without(request.headers, name), [name, value]],
  });
  const dated = (date: string): Head => either(withField('X-Amz-Date', date), { date });
  return random.one<() => Head>([
    () => either(withField('X-Amz-Target', random.one(TARGETS))),
    () => either(withField('X-Amz-Target', random.one(TARGETS))),
    () => either(withField('X-Amz-Target', random.one(TARGETS.slice(-5))), { service: 'cloudtrail' }),
    () => either(withField('X-Amz-Target', `TrentService.${random.one(OPERATIONS)}`)),
    () => either({ ...request, headers: without(request.headers, 'X-Amz-Target') }),
    () => either(withField('Content-Type', random.one(TYPES))),
    () => either({ ...withField('Content-Type', random.one(TYPES)), headers: formHead(request.headers) }),
    () => either({ ...request, headers: [...request.headers, random.one(MORE)] }),
    () => either({ ...request, headers: [...request.headers, random.one(MORE)] }),
    () => either({ ...request, headers: request.headers.toReversed() }),
    () =>
      either({ ...request, target: random.one(['/?', '/?a=b', '/?X-Amz-Signature=a', '/?%00', '/?a=%ZZ']) }),
    () => dated(signingDate(nowMs + (random.chance(50) ? 1 : -1) * random.below(1_200_000))),
    () => dated(random.one(['', '20270115', 'now', '20270230T000000Z', '99999999T999999Z', 'x'.repeat(500)])),
    () => either({ ...request, headers: without(request.headers, 'X-Amz-Date') }),
    () => either(request, { region: random.one(['', 'us-east-1', 'mars-north-1', 'x'.repeat(300), '*']) }),
    () =>
      either(request, { service: random.one(['', 'sts', 'iam', 's3', 'cloudtrail', 'keywitness', 'KMS']) }),
    () => either(request, { terminator: random.one(['', 'aws4', 'aws4_request/x']) }),
    () => either(request, { credentials: { ...signing.credentials, accessKeyId: unknownKey(random) } }),
    () =>
      either(withField('X-Amz-Content-Sha256', random.one(['UNSIGNED-PAYLOAD', 'STREAMING-AWS4', '0', '']))),
  ])();
}

function unknownKey(random: Random): string {
  return random.one(['AKIAUNKNOWNUNKNOWN00', 'ASIAUNKNOWNUNKNOWN00', '', 'x', '__proto__', 'A'.repeat(3000)]);
}

function formHead(headers: Fields): Fields {
  const type = ['Content-Type', 'application/x-www-form-urlencoded'] as const;
  return [...without(without(headers, 'X-Amz-Target'), 'Content-Type'), type];
}

function without(headers: Fields, name: string): Fields {
  return headers.filter(([candidate]) => candidate.toLowerCase() !== name.toLowerCase());
}

/** Changes what a signature covers, or the signature. */
function brokenAfter(random: Random, request: WireRequest): WireRequest {
  const { headers, body } = request;
  const rest = headers.slice(0, -1);
  const [, authorization = ''] = headers.at(-1) ?? [];
  const as = (value: string): WireRequest => ({ ...request, headers: [...rest, ['Authorization', value]] });
  const at = authorization.length - 1 - random.below(64);
  const digit = authorization.at(at) === '0' ? '1' : '0';
  return random.one<() => WireRequest>([
    () => as(`${authorization.slice(0, at)}${digit}${authorization.slice(at + 1)}`),
    () => as(`${authorization.slice(0, at)}${digit}${authorization.slice(at + 1)}`),
    () => as(authorization.slice(0, at)),
    () => as(authorization.replace(/Signature=.*$/, 'Signature=')),
    () => as(authorization.replace('Credential=', 'Credential=X')),
    () => as(authorization.replace('SignedHeaders=content-type;', 'SignedHeaders=')),
    () => as(authorization.replace(';host', '')),
    () => as(authorization.replace('/kms/', '/sts/')),
    () => as(authorization.replace('HMAC-SHA256', 'ECDSA-P256-SHA256')),
    () => as(authorization.replaceAll(', ', ' ,').replace('Signature=', 'Signature=0')),
    () =>
      as(
        random.one([
          '',
          'Basic YTpi',
          'Bearer a.b.c',
          'AWS4-HMAC-SHA256',
          'AWS a:b',
          'x'.repeat(5000),
          '\u00FF',
        ]),
      ),
    () => ({ ...request, headers: [...headers, ['Authorization', authorization]] }),
    () => ({ ...request, headers: rest }),
    () => ({ ...request, headers: headers.map(withOtherToken) }),
    () => ({ ...request, headers: [...headers, ['X-Amz-Security-Token', 'AAAA']] }),
    () => ({ ...request, headers: [['X-Amz-More', 'x'], ...headers] }),
    () => ({ ...request, body: Buffer.concat([body, Buffer.from(' ')]) }),
    () => ({ ...request, target: '/?a=b' }),
  ])();
}

/** The token of a session, changed; requests without one are left unsigned. */
function withOtherToken([name, value]: Fields[number], at: number, headers: Fields): Fields[number] {
  const hasToken = headers.some(([other]) => other === 'X-Amz-Security-Token');
  if (name === 'X-Amz-Security-Token') return [name, `${value.slice(0, -8)}AAAAAAA=`];
  return hasToken || at < headers.length - 1 ? [name, value] : ['X-Unsigned', 'x'];
}

function first(senders: readonly Sender[]): Sender {
  const [sender] = senders;
  if (sender === undefined) throw new TypeError('nobody sends requests');
  return sender;
}

function fill(count: number, value: number): readonly number[] {
  return Array.from({ length: count }, () => value);
}

/** A seed for each request, so that no request hangs on how many choices the ones before it made. */
export function mixed(seed: number, world: number, number: number): number {
  let state = seed | 0;
  for (const part of [world, number]) {
    state = Math.imul(state ^ (part + 0x9e3779b9), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state;
}
