import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type AccessKey, temporaryFolder } from '../running-server.ts';
import { endHour, FollowerChecks } from './follower-checks.ts';
import { checkIncidents } from './incident-checks.ts';
import { KillableServer } from './killable-server.ts';
import { isRecord, KmsClient } from './kms-client.ts';
import { Acknowledged, decryptsTo, Load } from './load.ts';
import { Random } from './random.ts';
import { checkAnswers, eventsFrom, type RecordedEvent, SeenCheckpoints } from './record-checks.ts';

/** `CRASH_KILLS` and `CRASH_SEED` change these for one run. */
const KILLS = Number(process.env['CRASH_KILLS'] ?? 200);
const SEED = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const LIVES = 4;
/** Lives that go on at the same time. */
const LIVES_AT_ONCE = 2;
const CONNECTIONS = 8;
const LOAD_MS_MAX = 400;
const START_MS_MAX = 1200;
const SAMPLES_MAX = 8;
/** One of so many starts has its followers looked at, and one of so many deaths ends an hour. */
const FOLLOWERS_EVERY = 4;

/** One data directory through many deaths. */
class Life {
  readonly #data: string;
  readonly #random: Random;
  readonly #acknowledged = new Acknowledged();
  readonly #checkpoints: SeenCheckpoints;
  readonly #events: RecordedEvent[] = [];
  #accessKey: AccessKey = { accessKeyId: '', secretAccessKey: '' };
  #account = '';
  #keyId = '';
  #followers: FollowerChecks | undefined;
  #hours = 0;
  #checkedAnswers = 0;
  /** Kills while it was starting, and while it was under load. */
  readonly kills = { starting: 0, loaded: 0 };

  constructor(data: string, seed: number) {
    this.#data = data;
    this.#random = new Random(seed);
    this.#checkpoints = new SeenCheckpoints(data);
  }

  get summary(): string {
    const { answers, keyIds, aliases } = this.#acknowledged;
    const { starting, loaded } = this.kills;
    return (
      `${loaded} kills under load and ${starting} while starting; ${answers.length} answers, ` +
      `${keyIds.length} keys, ${aliases.length} aliases, ${this.#events.length} events, ` +
      `${this.#followers?.hours ?? 0} hours of the trail`
    );
  }

  /** The first start, which alone shows the access key. */
  async begin(): Promise<void> {
    const server = new KillableServer(this.#data);
    try {
      const port = await server.port();
      this.#accessKey = {
        accessKeyId: /AWS_ACCESS_KEY_ID=(\S+)/.exec(server.output)?.[1] ?? '',
        secretAccessKey: /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(server.output)?.[1] ?? '',
      };
      this.#account = /serves account ([0-9]{12})/.exec(server.output)?.[1] ?? '';
      this.#followers = new FollowerChecks(this.#data, this.#accessKey, this.#account);
      const client = new KmsClient(port, this.#accessKey);
      const { KeyMetadata: metadata } = await client.result('CreateKey');
      client.close();
      assert.ok(isRecord(metadata));
      this.#keyId = String(metadata['KeyId']);
    } finally {
      await server.kill();
    }
  }

  /** Starts it, and kills it at some moment. */
  async die(): Promise<void> {
    const endsHour = this.#hours === 0 || this.#random.below(FOLLOWERS_EVERY) === 0;
    if (endsHour) endHour(this.#data, (this.#hours += 1));
    const server = new KillableServer(this.#data);
    try {
      if (this.#random.below(5) === 0) {
        await setTimeout(this.#random.below(START_MS_MAX));
        assert.ok(!server.ended, `the server ended by itself:\n${server.output}`);
        this.kills.starting += 1;
        return;
      }
      const port = await server.port();
      await this.check(port);
      if (this.#random.below(FOLLOWERS_EVERY) === 0) await this.#checkFollowers(port);
      const load = this.#load(port);
      try {
        this.#followers?.disturb(port);
        await setTimeout(this.#random.below(LOAD_MS_MAX));
        this.#checkpoints.look();
        await setTimeout(this.#random.below(LOAD_MS_MAX));
        assert.ok(!server.ended, `the server ended by itself:\n${server.output}`);
      } finally {
        await server.kill();
        await load.stop();
      }
      this.kills.loaded += 1;
    } finally {
      await server.kill();
    }
  }

  /** The last start: everything is looked at once more, and it ends in peace. */
  async end(): Promise<void> {
    const server = new KillableServer(this.#data);
    try {
      const port = await server.port();
      await this.check(port, Number.POSITIVE_INFINITY);
      await this.#load(port).stop();
      await this.#checkFollowers(port);
      await checkIncidents(this.#data, this.#account);
      assert.equal(this.#followers?.hours, this.#hours, 'every hour that has ended is in the trail');
      await server.kill('SIGTERM');
      assert.equal(await server.exitCode(), 0);
      this.#readEvents();
      checkAnswers(this.#acknowledged.answers, this.#events);
      this.#checkpoints.look();
      assert.equal(await this.#checkpoints.verify((sizes) => sizes[0] ?? 0), this.#events.length);
    } finally {
      await server.kill();
    }
  }

  /** What was acknowledged before the kill is there. */
  async check(port: number, samplesMax = SAMPLES_MAX): Promise<void> {
    this.#readEvents();
    const { answers } = this.#acknowledged;
    checkAnswers(answers.slice(this.#checkedAnswers), this.#events);
    this.#checkedAnswers = answers.length;
    this.#checkpoints.look();
    await this.#checkpoints.verify((sizes) => this.#random.one(sizes));
    const client = new KmsClient(port, this.#accessKey);
    try {
      await this.#checkState(client, samplesMax);
    } finally {
      client.close();
    }
  }

  /** The state is what the ledger's events add up to, and holds all that was acknowledged. */
  async #checkState(client: KmsClient, samplesMax: number): Promise<void> {
    const created = this.#events.filter(
      (event) => event.action === 'key.create' && event.outcome === 'success',
    );
    const listed = await listAll(client, 'ListKeys', 'Keys', 'KeyId');
    assert.deepEqual(new Set(listed), new Set(created.map(({ keyId }) => keyId)));
    for (const keyId of this.#acknowledged.keyIds) assert.ok(listed.includes(keyId), `key ${keyId} is lost`);
    const aliases = new Set(await listAll(client, 'ListAliases', 'Aliases', 'AliasName'));
    for (const name of this.#acknowledged.aliases) assert.ok(aliases.has(name), `\`${name}\` is lost`);
    for (const keyId of [...this.#acknowledged.toggled].slice(-samplesMax)) {
      const { KeyMetadata: metadata } = await client.result('DescribeKey', { KeyId: keyId });
      assert.ok(isRecord(metadata));
      assert.equal(metadata['Enabled'], this.#shouldBeEnabled(keyId), `the state of key ${keyId} is wrong`);
    }
    for (const encrypted of this.#acknowledged.encrypted.slice(-Math.min(samplesMax, 200))) {
      assert.ok(await decryptsTo(client, encrypted));
    }
  }

  /** The followers have caught up with what the ledger held, whatever was cut short in between. */
  async #checkFollowers(port: number): Promise<void> {
    this.#readEvents();
    await this.#followers?.check(port, [...this.#events], this.#acknowledged.keyIds.at(-1) ?? this.#keyId);
  }

  #shouldBeEnabled(keyId: string): boolean {
    const last = this.#events.findLast(
      (event) =>
        event.keyId === keyId &&
        event.outcome === 'success' &&
        ['key.create', 'key.enable', 'key.disable'].includes(event.action),
    );
    return last?.action !== 'key.disable';
  }

  /** What was read from the ledger once never changes; only more comes behind it. */
  #readEvents(): void {
    const known = this.#events.at(-1);
    const found = eventsFrom(this.#data, Math.max(0, this.#events.length - 1));
    if (known !== undefined) assert.deepEqual(found[0], known);
    this.#events.push(...found.slice(known === undefined ? 0 : 1));
  }

  #load(port: number): Load {
    return new Load(port, this.#accessKey, CONNECTIONS, {
      keyId: this.#keyId,
      random: this.#random,
      acknowledged: this.#acknowledged,
    });
  }
}

async function listAll(
  client: KmsClient,
  operation: string,
  listMember: string,
  nameMember: string,
): Promise<readonly string[]> {
  const names: string[] = [];
  let marker: unknown;
  do {
    const page = await client.result(operation, {
      Limit: 100,
      ...(marker === undefined ? {} : { Marker: marker }),
    });
    const items = page[listMember];
    assert.ok(Array.isArray(items));
    for (const item of items) if (isRecord(item)) names.push(String(item[nameMember]));
    marker = page['NextMarker'];
  } while (marker !== undefined);
  return names;
}

/** Lives until it has died often enough, or until another life has failed. */
async function live(t: TestContext, seed: number, kills: number, signal: AbortSignal): Promise<number> {
  await using folder = temporaryFolder();
  const life = new Life(join(folder.path, 'data'), seed);
  await life.begin();
  while (life.kills.loaded + life.kills.starting < kills) {
    if (signal.aborted) return 0;
    await life.die();
  }
  await life.end();
  t.diagnostic(life.summary);
  return kills;
}

test(
  'kill -9 at any moment: nothing acknowledged is lost, and the log extends every checkpoint seen before (G1, G3)',
  { timeout: 900_000 },
  async (t) => {
    t.diagnostic(`seed ${SEED}: CRASH_SEED=${SEED} repeats the choices, though not the timing`);
    const lives = Array.from({ length: LIVES }, (_, at) => SEED + at);
    const kills: number[] = [];
    const failure = new AbortController();
    const worker = async (): Promise<void> => {
      for (let seed = lives.shift(); seed !== undefined; seed = lives.shift()) {
        kills.push(await live(t, seed, Math.ceil(KILLS / LIVES), failure.signal));
      }
    };
    const workers = Array.from({ length: LIVES_AT_ONCE }, () =>
      worker().catch((error: unknown) => {
        failure.abort();
        throw error;
      }),
    );
    await Promise.all(workers);
    assert.ok(kills.reduce((sum, count) => sum + count, 0) >= KILLS);
  },
);
