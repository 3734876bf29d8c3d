import type { AuditIndex } from '../../packages/server/src/core/audit/index.ts';
import { insecureDeterministicEntropy, takeSecretKey } from '../../packages/server/src/core/crypto/index.ts';
import { Keyring } from '../../packages/server/src/core/keys/index.ts';
import { sweepKeys } from '../../packages/server/src/core/operations/kms/import.test-fixture.ts';
import { TestBench } from '../../packages/server/src/core/operations/kms/service.test-fixture.ts';
import { noFiles } from '../../packages/server/src/fronts/aws/cloudtrail.test-fixture.ts';
import { awsRoute } from '../../packages/server/src/fronts/aws/index.ts';
import type { Route } from '../../packages/server/src/fronts/http/index.ts';
import { createSignatureVerifier } from '../../packages/server/src/fronts/sigv4/index.ts';
import { newMemoryDisk, openMemoryStore } from '../../packages/server/src/stores/memory/index.ts';
import { isRecord } from '../crash/kms-client.ts';
import { Random } from '../crash/random.ts';
import type { Answered } from './check-answer.ts';
import { checkExchange, exchangeText } from './check-exchange.ts';
import { attemptsOf } from './check-record.ts';
import type { Tally } from './findings.ts';
import { type Generated, generate, mixed, type Sender, type Sending } from './generate.ts';
import { kmsRequest, kmsSigning, requestText, signed, signingDate, type WireRequest } from './request.ts';
import { type Ask, REGIONS, type Scene, setScene } from './scene.ts';

/** Requests to one service before the next one begins with nothing: its record is in memory. */
export const REQUESTS_PER_WORLD = 4000;

/** What is asked of a run. */
export interface Run {
  readonly seed: number;
  readonly requests: number;
  /** The first world; from 0. */
  readonly firstWorld: number;
  /** Told after each world; the run goes on unless it answers `stop`. */
  readonly progress?: (done: number) => 'go on' | 'stop';
}

const ACCOUNT = '111122223333';
const PLACE = { account: ACCOUNT, region: REGIONS[0], regions: REGIONS };
const HOST = 'kms.test';
/** At once, so that like refusals meet each other. */
const AT_ONCE_MAX = 8;
/** How often what is due is done: rotations, and the end of imported material. */
const SWEPT_EVERY = 400;
/** A mean of some milliseconds between requests, so that the record counts some refusals, and has most one by one. */
const PAUSE_MS_MAX = 40;
const CLOCK_SKEW_MS = 900_000;

/** Somebody who may do some things with some contexts, and is not asked by policies of keys. */
const LIMITED = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      Resource: '*',
      Condition: { StringLike: { 'kms:EncryptionContext:customer': '47*' } },
    },
    {
      Effect: 'Deny',
      Action: 'kms:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
    },
  ],
};

/** Sends mutated requests to the route itself, in one service after the other. All of a run follows from its seed. */
export async function fuzzInProcess(
  { firstWorld, progress, requests, seed }: Run,
  tally: Tally,
): Promise<void> {
  let done = 0;
  for (let number = firstWorld; done < requests; number += 1) {
    const count = Math.min(REQUESTS_PER_WORLD, requests - done);
    await new World(number, seed, tally).run(count);
    done += count;
    if (progress?.(done) === 'stop') return;
  }
}

/** One service, with everything in it that requests are about. */
class World {
  readonly #number: number;
  readonly #seed: number;
  readonly #tally: Tally;
  readonly #disk = newMemoryDisk();
  readonly #bench = new TestBench(openMemoryStore(this.#disk), { place: PLACE });
  readonly #route: Route;
  readonly #senders: Sender[];

  constructor(number: number, seed: number, tally: Tally) {
    this.#number = number;
    this.#seed = seed;
    this.#tally = tally;
    this.#senders = [
      this.#newSender('ann', undefined),
      this.#newSender('bob', [LIMITED]),
      this.#newSender('carl', []),
    ];
    this.#route = routeOf(this.#bench);
  }

  async run(count: number): Promise<void> {
    const bench = this.#bench;
    this.#senders.push(await this.#newSession());
    const scene = await setScene(
      this.#ask(),
      this.#senders.map(({ arn }) => arn),
    );
    const before = this.#attempts();
    const random = new Random(mixed(this.#seed, this.#number, -1));
    let swept = 0;
    for (let sent = 0; sent < count;) {
      const together = Math.min(1 + random.below(AT_ONCE_MAX), count - sent);
      const numbers = Array.from({ length: together }, (_, at) => sent + at);
      await Promise.all(numbers.map((number) => this.#exchange(scene, number)));
      sent += together;
      bench.nowMs += random.below(PAUSE_MS_MAX);
      if (sent - swept < SWEPT_EVERY) continue;
      swept = sent;
      await sweepKeys(bench);
    }
    const recorded = this.#attempts() - before;
    if (recorded !== count) {
      this.#complain(`of ${count} requests ${recorded} are on the record`, count, undefined, '');
    }
  }

  async #exchange(scene: Scene, number: number): Promise<void> {
    const generated = generate(scene, mixed(this.#seed, this.#number, number), this.#sending());
    let answer: Answered;
    try {
      answer = await this.#send(generated.request);
    } catch (error) {
      const stack = error instanceof Error ? String(error.stack) : String(error);
      this.#tally.add(generated.operation, 'crash');
      this.#complain('the route has thrown', number, generated, stack);
      return;
    }
    const entry = this.#disk.entries[Number(answer.headers['x-keywitness-log-index'])];
    const { complaint, outcome } = checkExchange(scene, generated, answer, entry);
    this.#tally.add(generated.operation, outcome);
    if (complaint !== undefined) this.#complain(complaint, number, generated, exchangeText(answer, entry));
  }

  #complain(complaint: string, number: number, generated: Generated | undefined, answer: string): void {
    const request = generated === undefined ? '' : requestText(generated.request);
    const operation = generated?.operation ?? '-';
    this.#tally.complain({ complaint, operation, world: this.#number, number, request, answer });
  }

  async #send({ body, headers, method, target }: WireRequest): Promise<Answered> {
    const answer = await this.#route.handle({
      method,
      target,
      // HTTP takes the space around a value away.
      rawHeaders: headers.flatMap(([name, value]) => [name, value.trim()]),
      body,
      attempt: this.#bench.request('-'),
    });
    if (typeof answer.body !== 'string') throw new TypeError('the answer is no text');
    return { status: answer.status, headers: answer.headers, body: answer.body };
  }

  /** As the first sender, who may do everything. */
  #ask(): Ask {
    return async (operation, members) => {
      const { host, nowMs, senders } = this.#sending();
      const [credentials] = senders;
      if (credentials === undefined) throw new TypeError('nobody asks');
      const request = kmsRequest(host, nowMs, operation, Buffer.from(JSON.stringify(members)));
      const { body, status } = await this.#send(signed(request, kmsSigning(credentials, REGIONS[0], nowMs)));
      const answered: unknown = body === '' ? {} : JSON.parse(body);
      if (status !== 200 || !isRecord(answered)) throw new Error(`\`${operation}\` was answered ${body}`);
      return answered;
    };
  }

  /** Somebody with short-lived credentials. */
  async #newSession(): Promise<Sender> {
    this.#bench.put(`principal:${ROLE}`, roleRecord());
    const { host, nowMs, senders } = this.#sending();
    const [credentials] = senders;
    if (credentials === undefined) throw new TypeError('nobody asks');
    const form = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: ROLE, RoleSessionName: 'work' };
    const request: WireRequest = {
      method: 'POST',
      target: '/',
      headers: [
        ['Host', host],
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['X-Amz-Date', signingDate(nowMs)],
      ],
      body: Buffer.from(new URLSearchParams(form).toString()),
    };
    const signing = { ...kmsSigning(credentials, REGIONS[0], nowMs), service: 'sts' };
    const { body } = await this.#send(signed(request, signing));
    return {
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/dora/work`,
      accessKeyId: element(body, 'AccessKeyId'),
      secretAccessKey: element(body, 'SecretAccessKey'),
      sessionToken: element(body, 'SessionToken'),
    };
  }

  #sending(): Sending {
    return { host: HOST, senders: this.#senders, nowMs: this.#bench.nowMs };
  }

  #attempts(): number {
    return this.#bench.entries().reduce((sum, entry) => sum + attemptsOf(entry), 0);
  }

  #newSender(name: string, policies: readonly object[] | undefined): Sender {
    const { credentialId: accessKeyId, principalArn: arn } = this.#bench.addUser(name, policies);
    const secretAccessKey = `SECRETof${name}`.padEnd(40, 'zQ9/');
    // The bench's own domain key.
    const keyring = new Keyring(takeSecretKey(new Uint8Array(32).fill(7)));
    const entropy = insecureDeterministicEntropy(`sender ${name}`);
    const sealedSecret = keyring.sealSecret(
      ['access-key', accessKeyId],
      Buffer.from(secretAccessKey),
      entropy,
    );
    const credential = { accessKeyId, principalArn: arn, sealedSecret, createdAtMs: 0, disabled: false };
    this.#bench.put(`credential:${accessKeyId}`, credential);
    return { arn, accessKeyId, secretAccessKey };
  }
}

/** A role that the first sender may assume. */
const ROLE = `arn:aws:iam::${ACCOUNT}:role/dora`;
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
};

function roleRecord(): object {
  return {
    account: ACCOUNT,
    arn: ROLE,
    createdAtMs: 0,
    description: '',
    disabled: false,
    maxSessionSeconds: 3600,
    name: 'dora',
    policies: [{ name: 'limited', document: JSON.stringify(LIMITED) }],
    trustPolicy: JSON.stringify(TRUST),
    type: 'role',
    uniqueId: 'AROADORA',
  };
}

function element(xml: string, name: string): string {
  const [, text] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  if (text === undefined) throw new Error(`there is no <${name}> in ${xml}`);
  return text;
}

/** The real route, with the real check of signatures. */
function routeOf(bench: TestBench): Route {
  const { service } = bench;
  return awsRoute({
    service,
    index: neverUsed,
    trail: { index: neverUsed, files: noFiles, place: PLACE },
    verifySignature: createSignatureVerifier({
      region: PLACE.region,
      regions: PLACE.regions,
      services: ['kms', 'iam', 'sts', 'cloudtrail'],
      clockSkewMs: CLOCK_SKEW_MS,
      nowMs: () => bench.nowMs,
      signatureKey: service.signatureKey.bind(service),
    }),
  });
}

/** A searchable record that finds nothing: looking for the last use of a key would take longer than all else. */
const neverUsed: AuditIndex = {
  query: async () => ({ entries: [], size: 0 }),
  find: async () => undefined,
  waitBeyond: async (size) => size,
};
