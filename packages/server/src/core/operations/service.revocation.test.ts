import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { LedgerStore } from '../audit/index.ts';
import {
  createCredential,
  createPrincipal,
  disableCredential,
  disablePrincipal,
  enableCredential,
  enablePrincipal,
} from './admin/index.ts';
import type { Caller } from './caller.ts';
import type { Operation } from './operation.ts';
import { createKey, kms, place, SharedLedger } from './shared-ledger.test-fixture.ts';

const plaintext = Buffer.from('plaintext');
const NODES = 3;

/** The ways to take a permission and to give it back, each with what it is about. */
const switches = ['key', 'policy', 'credential', 'principal'] as const;
type Switch = (typeof switches)[number];

/** One thing that was tried: when it began and ended, by a clock that counts steps, and how. */
interface Tried {
  readonly what: 'use' | { readonly turn: Switch; readonly on: boolean };
  readonly beganAt: number;
  endedAt: number;
  succeeded: boolean;
  index: number;
}

/** A ledger with a user who may use one key, until somebody decides otherwise. */
interface Scene {
  readonly ledger: SharedLedger;
  readonly admin: Caller;
  readonly user: Caller;
  readonly keyId: string;
}

async function newScene(store: LedgerStore, seed: number): Promise<Scene> {
  const ledger = new SharedLedger(store, NODES, seed, turn);
  const admin = await ledger.administrator();
  await ledger.mustPerform(admin, createPrincipal, { name: 'user', type: 'user' });
  const principalArn = `arn:aws:iam::${place.account}:user/user`;
  const credential = await ledger.mustPerform(admin, createCredential, { principalName: 'user' });
  const keyId = await createKey(ledger, admin);
  await ledger.mustPerform(admin, kms('PutKeyPolicy'), { keyId, policy: keyPolicy(admin, [principalArn]) });
  return { ledger, admin, user: { principalArn, credentialId: credential.text('accessKeyId') }, keyId };
}

function keyPolicy(admin: Caller, users: readonly string[]): string {
  const statement = (arn: string, action: string): object => ({
    Effect: 'Allow',
    Principal: { AWS: arn },
    Action: action,
    Resource: '*',
  });
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [statement(admin.principalArn, 'kms:*'), ...users.map((arn) => statement(arn, 'kms:Encrypt'))],
  });
}

function turning(scene: Scene, what: Switch, on: boolean): readonly [Operation, object] {
  const { admin, user, keyId } = scene;
  switch (what) {
    case 'key':
      return [kms(on ? 'EnableKey' : 'DisableKey'), { keyId }];
    case 'policy':
      return [kms('PutKeyPolicy'), { keyId, policy: keyPolicy(admin, on ? [user.principalArn] : []) }];
    case 'credential':
      return [on ? enableCredential : disableCredential, { accessKeyId: user.credentialId }];
    case 'principal':
      return [on ? enablePrincipal : disablePrincipal, { principalName: 'user' }];
  }
}

/** Plays random attempts on random nodes, with whatever delays the ledger likes, and writes down what happened. */
async function play(scene: Scene, script: readonly (Switch | 'use')[]): Promise<readonly Tried[]> {
  const { ledger, admin, user, keyId } = scene;
  const history: Tried[] = [];
  const attempts: Promise<unknown>[] = [];
  let now = 0;
  for (const line of script) {
    const on = ledger.below(2) === 0;
    const tried: Tried = {
      what: line === 'use' ? 'use' : { turn: line, on },
      beganAt: now,
      endedAt: Number.POSITIVE_INFINITY,
      succeeded: false,
      index: -1,
    };
    history.push(tried);
    const node = ledger.node(ledger.below(NODES));
    const attempt =
      line === 'use'
        ? ledger.perform(node, user, kms('Encrypt'), { keyId, plaintext })
        : ledger.perform(node, admin, ...turning(scene, line, on));
    attempts.push(
      attempt.then((performed) => {
        tried.endedAt = now;
        tried.succeeded = performed.kind === 'released';
        tried.index = performed.index;
      }),
    );
    for (let steps = ledger.below(12); steps > 0; steps -= 1) {
      now += 1;
      await ledger.step();
    }
    now += 1;
  }
  await ledger.settle(attempts);
  return history;
}

/**
 * Uses that should not have succeeded. In the order of the ledger: one whose permission was not there at its place. By
 * the clock: one that began after a revocation was answered, and yet has its place before it.
 */
function violations(history: readonly Tried[]): readonly Tried[] {
  const state: Record<Switch, boolean> = { key: true, policy: true, credential: true, principal: true };
  const found: Tried[] = [];
  for (const tried of history
    .filter((one) => one.succeeded)
    .sort((left, right) => left.index - right.index)) {
    if (tried.what !== 'use') state[tried.what.turn] = tried.what.on;
    else if (!switches.every((name) => state[name])) found.push(tried);
  }
  for (const use of history.filter((one) => one.what === 'use' && one.succeeded)) {
    const revoked = history.find(
      (one) =>
        one.what !== 'use' &&
        !one.what.on &&
        one.succeeded &&
        one.endedAt < use.beganAt &&
        one.index > use.index,
    );
    if (revoked !== undefined) found.push(use);
  }
  return found;
}

const script = fc.array(fc.constantFrom('use', 'use', 'use', ...switches), { maxLength: 40 });

test('after a revocation is answered, no attempt that begins later succeeds, on any node (G5)', async () => {
  let succeeded = 0;
  let refused = 0;
  const turned = new Set<string>();
  await fc.assert(
    fc.asyncProperty(script, fc.integer(), async (lines, seed) => {
      const history = await play(await newScene(openMemoryStore(), seed), lines);
      assert.deepEqual(violations(history), []);
      for (const { what, succeeded: did } of history) {
        if (what !== 'use' && did) turned.add(`${what.turn} ${what.on ? 'on' : 'off'}`);
        else if (what === 'use' && did) succeeded += 1;
        else if (what === 'use') refused += 1;
      }
    }),
    { numRuns: 60 },
  );
  assert.ok(succeeded > 0 && refused > 0, 'uses were both allowed and refused');
  assert.equal(turned.size, 2 * switches.length, 'every way to revoke was taken, and undone');
});

test('the checker finds a ledger that does not look at what was judged', async () => {
  let found = 0;
  for (let seed = 0; seed < 30; seed += 1) {
    const store = openMemoryStore();
    const scene = await newScene(store, seed);
    const blind: LedgerStore = {
      ...store,
      commit: (items) => store.commit(items.map((item) => ({ ...item, reads: [] }))),
    };
    const shared = new SharedLedger(blind, NODES, seed, turn);
    const lines = Array.from({ length: 60 }, (_, at) => (at % 3 === 2 ? 'key' : 'use'));
    found += violations(await play({ ...scene, ledger: shared }, lines)).length;
  }
  assert.ok(found > 0);
});

test('a use that was judged before a revocation, and comes to the ledger after it, is refused', async () => {
  const { ledger, admin, user, keyId } = await newScene(openMemoryStore(), 1);
  const use = ledger.perform(ledger.node(1), user, kms('Encrypt'), { keyId, plaintext });
  await turn();
  const late = ledger.pending.splice(0);
  const revocation = ledger.perform(ledger.node(0), admin, kms('DisableKey'), { keyId });
  await ledger.settle([revocation]);
  ledger.pending.push(...late);
  await ledger.settle([use]);
  const performed = await use;
  assert.equal(performed.kind, 'refused');
  assert.equal(performed.error.code, 'Disabled');
  assert.equal(ledger.events()[performed.index]?.outcome, 'error');
});
