import {
  type AuditEvent,
  type BatchAnswer,
  type CommitAnswer,
  type CommitItem,
  LedgerError,
  type LedgerErrorCode,
  type LedgerStore,
} from '../audit/index.ts';
import { insecureDeterministicEntropy, takeSecretKey } from '../crypto/index.ts';
import { Keyring } from '../keys/index.ts';
import type { AttemptRequest } from './attempt-request.ts';
import type { Caller } from './caller.ts';
import { bootstrapAdministrator } from './bootstrap.ts';
import { TestKeyPairs } from './key-pairs.test-fixture.ts';
import { kmsOperations } from './kms/index.ts';
import type { FrontRefusal, Operation, Performed, Recorded } from './operation.ts';
import { Params } from './params.ts';
import { Replica } from './replica.ts';
import { Service } from './service.ts';
import { systemCaller } from './system-caller.ts';
import { parseRecord } from './subjects.ts';

export const place = { account: '111122223333', region: 'us-east-1' } as const;

const STEPS_MAX = 100_000;

interface Pending {
  readonly node: TestNode;
  readonly item: CommitItem;
  readonly resolve: (answer: CommitAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** How the ledger treats what it is given: see {@link SharedLedger.fault}. */
export type LedgerFault = (item: CommitItem) => LedgerErrorCode | undefined;

/** One service with a replica of its own, as on a thread of its own. */
export class TestNode {
  readonly service: Service;
  readonly replica: Replica;
  /** Messages from the ledger that have not been delivered yet, in their order. */
  readonly inbox: (() => void)[] = [];

  constructor(ledger: SharedLedger, store: LedgerStore, position: number) {
    this.replica = new Replica(store.load().changes);
    this.service = new Service({
      ledger: {
        commit: (item) =>
          new Promise((resolve, reject) => ledger.pending.push({ node: this, item, resolve, reject })),
      },
      replica: this.replica,
      keyring: new Keyring(takeSecretKey(new Uint8Array(32).fill(7))),
      keyPairs: new TestKeyPairs(),
      entropy: insecureDeterministicEntropy(`node ${position}`),
      nowMs: () => ledger.nowMs,
      monotonicMs: () => ledger.nowMs,
      schedule: (delayMs, task) => ledger.timers.push({ atMs: ledger.nowMs + delayMs, task }),
      place,
    });
  }
}

/**
 * Services that share one store, with a ledger between them that delays: attempts wait for their commit in any order
 * and grouping, and what it answers arrives at each service later, in order, changes before answers. Nothing moves
 * but by {@link SharedLedger.step}, so a run is repeated by its seed.
 */
export class SharedLedger {
  nowMs = 1_800_000_000_000;
  readonly pending: Pending[] = [];
  readonly timers: { readonly atMs: number; readonly task: () => void }[] = [];
  readonly nodes: readonly TestNode[];
  /** Decides whether an item is refused by the ledger before it comes to the store. */
  fault: LedgerFault = () => undefined;
  readonly #store: LedgerStore;
  readonly #random: () => number;
  readonly #turn: () => Promise<unknown>;

  /** `turn` lets everything run that waits for nothing but its turn. */
  constructor(store: LedgerStore, nodeCount: number, seed: number, turn: () => Promise<unknown>) {
    this.#store = store;
    this.#turn = turn;
    this.#random = randomOf(seed);
    this.nodes = Array.from({ length: nodeCount }, (_, position) => new TestNode(this, store, position));
  }

  node(position: number): TestNode {
    const node = this.nodes[position % this.nodes.length];
    if (node === undefined) throw new TypeError('there are no nodes');
    return node;
  }

  /** Moves one thing, chosen at random: commits some of what waits, delivers an answer, or lets time pass. */
  async step(): Promise<void> {
    const choice = this.below(3);
    if (choice === 0) this.commitSome();
    else if (choice === 1) this.node(this.below(this.nodes.length)).inbox.shift()?.();
    else this.pass(this.below(200));
    await this.#turn();
  }

  /** Moves things until all have ended. */
  async settle<Value>(attempts: readonly Promise<Value>[]): Promise<readonly PromiseSettledResult<Value>[]> {
    const progress = { done: false };
    const all = Promise.allSettled(attempts).finally(() => {
      progress.done = true;
    });
    for (let steps = 0; !progress.done; steps += 1) {
      if (steps === STEPS_MAX) throw new Error(`attempts have not ended after ${STEPS_MAX} steps`);
      await this.step();
    }
    return all;
  }

  /** Moves things until nothing is under way any more. */
  async drain(): Promise<void> {
    while (
      this.pending.length > 0 ||
      this.timers.length > 0 ||
      this.nodes.some((node) => node.inbox.length > 0)
    ) {
      await this.step();
    }
  }

  /** Lets time pass and runs what was scheduled for it. */
  pass(durationMs: number): void {
    this.nowMs += durationMs;
    const due = this.timers.filter((timer) => timer.atMs <= this.nowMs);
    for (const timer of due) this.timers.splice(this.timers.indexOf(timer), 1);
    for (const timer of due) timer.task();
  }

  /** Commits a part of what waits, in any order, as one batch, and posts what came of it to the nodes. */
  commitSome(): void {
    const batch: Pending[] = [];
    for (let count = this.below(this.pending.length + 1); count > 0; count -= 1) {
      batch.push(...this.pending.splice(this.below(this.pending.length), 1));
    }
    const taken = batch.filter((one) => !this.#refuse(one));
    if (taken.length === 0) return;
    let answer: BatchAnswer;
    try {
      answer = this.#store.commit(taken.map(({ item }) => item));
    } catch (error) {
      const failure = new LedgerError('Unavailable', 'the store failed', { cause: error });
      for (const { node, reject } of taken) node.inbox.push(() => reject(failure));
      return;
    }
    for (const node of this.nodes) node.inbox.push(() => node.replica.apply(answer.changes));
    taken.forEach(({ node, resolve }, position) => {
      const own = answer.answers[position];
      if (own !== undefined) node.inbox.push(() => resolve(own));
    });
  }

  #refuse({ node, item, reject }: Pending): boolean {
    const code = this.fault(item);
    if (code !== undefined) node.inbox.push(() => reject(new LedgerError(code, 'the ledger takes nothing')));
    return code !== undefined;
  }

  /** A random number from 0 to before `limit`. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  perform(node: TestNode, caller: Caller, operation: Operation, params: object = {}): Promise<Performed> {
    const request = this.request(operation.name);
    return owned(node.service.perform(operation, request, caller, new Params({ ...params })));
  }

  refuse(node: TestNode, refusal: FrontRefusal, address = '192.0.2.7'): Promise<Recorded> {
    return owned(node.service.refuse(this.request('-', address), refusal));
  }

  request(operation: string, address = '192.0.2.7'): AttemptRequest {
    return {
      requestId: 'request',
      client: { address },
      protocol: { front: 'aws', service: 'kms', operation },
      startedMs: this.nowMs,
    };
  }

  /** Performs an operation that must succeed, while nothing else goes on; answers its result. */
  async mustPerform(caller: Caller, operation: Operation, params: object = {}): Promise<Params> {
    const [ended] = await this.settle([this.perform(this.node(0), caller, operation, params)]);
    if (ended?.status !== 'fulfilled') throw new Error('the operation failed', { cause: ended?.reason });
    if (ended.value.kind === 'refused') throw ended.value.error;
    await this.drain();
    return new Params(ended.value.result);
  }

  /** Makes the administrator; answers its caller. */
  async administrator(): Promise<Caller> {
    const result = await this.mustPerform(systemCaller, bootstrapAdministrator);
    return { principalArn: result.text('arn'), credentialId: result.text('accessKeyId') };
  }

  /** Every event of the ledger, in order. */
  events(): readonly AuditEvent[] {
    return this.#store
      .read(0, this.#store.size())
      .entries.map((entry) => parseRecord<AuditEvent>(Buffer.from(entry).toString('utf8')));
  }
}

/** Tests look at an attempt when all is over: until then its failure is nobody's surprise. */
function owned<Value>(attempt: Promise<Value>): Promise<Value> {
  attempt.catch(() => undefined);
  return attempt;
}

/** An operation of KMS by its name. */
export function kms(name: string): Operation {
  const operation = kmsOperations.get(name);
  if (operation === undefined) throw new TypeError(`there is no operation \`${name}\``);
  return operation;
}

/** Creates a key; answers its id. */
export async function createKey(ledger: SharedLedger, caller: Caller): Promise<string> {
  await ledger.mustPerform(caller, kms('CreateKey'));
  const id = ledger.events().at(-1)?.key?.id;
  if (id === undefined) throw new TypeError('the key was not recorded');
  return id;
}

/** A small generator of pseudo-random numbers (mulberry32), so that a seed repeats a run. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
