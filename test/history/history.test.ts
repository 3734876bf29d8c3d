import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { startServer, temporaryFolder } from '../running-server.ts';
import { type Gap, type Use, violations } from './checker.ts';
import { type Permission, permissions } from './permissions.ts';
import { must, SignedClient } from './signed-client.ts';

/** How often each permission is taken and given back. */
const ROUNDS = 12;
/** Clients that use each permission all the time. */
const CLIENTS = 3;
/** Answers that are seen in each state before it changes. */
const USES_SEEN = 6;

/** A history of one permission, and a clock that all of its clients share. */
class History {
  readonly uses: Use[] = [];
  readonly gaps: Gap[] = [];
  #steps = 0;
  stopped = false;

  step(): number {
    this.#steps += 1;
    return this.#steps;
  }

  async useOnce(permission: Permission): Promise<void> {
    const sentAt = this.step();
    const { ok, index } = await permission.use();
    this.uses.push({ sentAt, answeredAt: this.step(), allowed: ok, index });
  }

  async keepUsing(permission: Permission): Promise<void> {
    while (!this.stopped) await this.useOnce(permission);
  }

  /** Waits until some uses that began from now on were answered. */
  async seen(): Promise<void> {
    const from = this.step();
    while (this.uses.filter(({ sentAt }) => sentAt > from).length < USES_SEEN) await turn();
  }
}

async function historyOf(permission: Permission): Promise<History> {
  const history = new History();
  const clients = Array.from({ length: CLIENTS }, () => history.keepUsing(permission));
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      await history.seen();
      const revoked = await must(permission.revoke());
      const revokedAt = history.step();
      await history.seen();
      const restoredAt = history.step();
      const restored = await must(permission.restore());
      history.gaps.push({
        revokedAt,
        revokedIndex: revoked.index,
        restoredAt,
        restoredIndex: restored.index,
      });
    }
  } finally {
    history.stopped = true;
    await Promise.all(clients);
  }
  return history;
}

test('no history of many clients and revocations of every kind has a use that was revoked (G5)', async (context) => {
  await using folder = temporaryFolder();
  await using server = await startServer(folder.path, ['--front-threads', '2']);
  assert.ok(server.administrator);
  const admin = new SignedClient(server.endpoint, server.administrator);
  const scene = { endpoint: server.endpoint, account: server.account, admin };
  const all = await permissions(scene);
  const histories = await Promise.all(all.map(historyOf));
  for (const [position, { name }] of all.entries()) {
    await context.test(name, () => {
      const { uses, gaps } = histories[position] ?? new History();
      assert.deepEqual(violations(uses, gaps), []);
      // The history means something only if both states were used.
      assert.ok(uses.filter(({ allowed }) => allowed).length >= ROUNDS);
      assert.ok(uses.filter(({ allowed }) => !allowed).length >= ROUNDS);
    });
  }
});
