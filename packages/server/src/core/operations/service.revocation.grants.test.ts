import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { LedgerStore } from '../audit/index.ts';
import { keyName } from '../keys/index.ts';
import { createCredential, createPrincipal, putPrincipalPolicy } from './admin/index.ts';
import type { Caller } from './caller.ts';
import type { Performed } from './operation.ts';
import { createKey, kms, place, SharedLedger } from './shared-ledger.test-fixture.ts';

const plaintext = Buffer.from('plaintext');
const NODES = 3;
const ROOT = `arn:aws:iam::${place.account}:root`;

/** A ledger with a user who may use a key only as far as grants let it. */
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
  const policy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: admin.principalArn }, Action: 'kms:*', Resource: '*' },
  };
  await ledger.mustPerform(admin, kms('PutKeyPolicy'), { keyId, policy: JSON.stringify(policy) });
  return { ledger, admin, user: { principalArn, credentialId: credential.text('accessKeyId') }, keyId };
}

interface Tried {
  readonly what: 'use' | 'make' | 'end';
  readonly beganAt: number;
  endedAt: number;
  performed: Performed | undefined;
  /** The grant that was made or ended. */
  grantId: string;
}

type Act = Tried['what'];

async function play(
  { ledger, admin, user, keyId }: Scene,
  script: readonly Act[],
): Promise<readonly Tried[]> {
  const history: Tried[] = [];
  const attempts: Promise<unknown>[] = [];
  let now = 0;
  for (const what of script) {
    const node = ledger.node(ledger.below(NODES));
    const known = node.replica.grants.idsOn(keyName({ id: keyId }));
    const grantId = known[ledger.below(known.length)]?.split('/')[1] ?? '';
    if (what === 'end' && grantId === '') continue;
    const tried: Tried = { what, beganAt: now, endedAt: Infinity, performed: undefined, grantId };
    history.push(tried);
    const grant = { keyId, granteePrincipal: user.principalArn, operations: ['Encrypt'] };
    const name = ledger.below(2) === 0 ? 'RevokeGrant' : 'RetireGrant';
    const attempt =
      what === 'use'
        ? ledger.perform(node, user, kms('Encrypt'), { keyId, plaintext })
        : what === 'make'
          ? ledger.perform(node, admin, kms('CreateGrant'), grant)
          : ledger.perform(node, admin, kms(name), { keyId, grantId });
    attempts.push(
      attempt.then((performed) => {
        tried.endedAt = now;
        tried.performed = performed;
        if (what !== 'make' || performed.kind === 'refused') return;
        tried.grantId = String(performed.result['grantId']);
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

/** Uses that no grant allowed at their place in the ledger, or that one allowed whose end was answered before they began. */
function violations({ ledger }: Scene, history: readonly Tried[]): readonly Tried[] {
  const live = new Set<string>();
  const ended = history
    .filter(({ performed }) => performed?.kind === 'released')
    .sort((left, right) => (left.performed?.index ?? 0) - (right.performed?.index ?? 0));
  const events = ledger.events();
  return ended.filter((tried) => {
    if (tried.what === 'make') live.add(tried.grantId);
    else if (tried.what === 'end') live.delete(tried.grantId);
    if (tried.what !== 'use') return false;
    const by = events[tried.performed?.index ?? -1]?.decisions?.[0]?.policy ?? '';
    const isLate = ended.some(
      ({ what, grantId, endedAt }) => what === 'end' && grantId === by && endedAt < tried.beganAt,
    );
    return !live.has(by) || isLate;
  });
}

/** The other way round: uses that were denied although a grant was there, whose making was answered before they began. */
function missed(history: readonly Tried[]): readonly Tried[] {
  return history.filter(({ what, beganAt, performed }) => {
    if (what !== 'use' || performed?.kind !== 'refused') return false;
    return history.some(
      (made) =>
        made.what === 'make' &&
        made.endedAt < beganAt &&
        !history.some((end) => end.what === 'end' && end.grantId === made.grantId),
    );
  });
}

const script = fc.array(fc.constantFrom<Act>('use', 'use', 'use', 'make', 'end'), { maxLength: 40 });

test('a grant allows from its answer on, and nothing more once its end is answered, on any node (G5)', async () => {
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(script, fc.integer(), async (lines, seed) => {
      const scene = await newScene(openMemoryStore(), seed);
      const history = await play(scene, lines);
      assert.deepEqual(violations(scene, history), []);
      assert.deepEqual(missed(history), []);
      for (const { what, performed } of history) kinds.add(`${what} ${performed?.kind ?? ''}`);
    }),
    { numRuns: 60 },
  );
  for (const kind of ['use released', 'use refused', 'make released', 'end released']) {
    assert.ok(kinds.has(kind), kind);
  }
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
    const blindScene = { ...scene, ledger: new SharedLedger(blind, NODES, seed, turn) };
    const lines = Array.from({ length: 60 }, (_, at): Act =>
      at % 4 === 1 ? 'make' : at % 4 === 3 ? 'end' : 'use',
    );
    found += violations(blindScene, await play(blindScene, lines)).length;
  }
  assert.ok(found > 0);
});

test('like requests with one name that overlap make one grant', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 6 }), async (seed, count) => {
      const { ledger, admin, user, keyId } = await newScene(openMemoryStore(), seed);
      const grant = { keyId, granteePrincipal: user.principalArn, operations: ['Encrypt'], name: 'n' };
      const attempts = Array.from({ length: count }, (_, position) =>
        ledger.perform(ledger.node(position), admin, kms('CreateGrant'), grant),
      );
      const ended = await ledger.settle(attempts);
      const ids = ended.map((one) =>
        one.status === 'fulfilled' && one.value.kind === 'released' ? one.value.result['grantId'] : undefined,
      );
      assert.equal(new Set(ids).size, 1);
      assert.equal(typeof ids[0], 'string');
    }),
    { numRuns: 30 },
  );
});

test('a use by a grant to an account, judged before the revocation and recorded after it, is refused', async () => {
  const { ledger, admin, user, keyId } = await newScene(openMemoryStore(), 1);
  const allow = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'kms:*', Resource: '*' } };
  const policy = { principalName: 'user', policyName: 'p', document: JSON.stringify(allow) };
  await ledger.mustPerform(admin, putPrincipalPolicy, policy);
  const grant = { keyId, granteePrincipal: ROOT, operations: ['Encrypt'] };
  const made = await ledger.mustPerform(admin, kms('CreateGrant'), grant);
  const use = ledger.perform(ledger.node(1), user, kms('Encrypt'), { keyId, plaintext });
  await turn();
  const late = ledger.pending.splice(0);
  const revocation = { keyId, grantId: made.text('grantId') };
  await ledger.settle([ledger.perform(ledger.node(0), admin, kms('RevokeGrant'), revocation)]);
  ledger.pending.push(...late);
  await ledger.settle([use]);
  const performed = await use;
  assert.equal(performed.kind, 'refused');
  assert.equal(performed.error.code, 'AccessDenied');
});
