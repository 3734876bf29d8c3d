import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { AuditEvent } from '../../audit/index.ts';
import type { RoleRecord } from '../../identity/index.ts';
import { takeSecretKey } from '../../crypto/index.ts';
import { Keyring } from '../../keys/index.ts';
import type { Caller } from '../caller.ts';
import { SessionTokens } from '../session-tokens.ts';
import { SharedLedger } from '../shared-ledger.test-fixture.ts';
import type { Performed } from '../operation.ts';
import { Params } from '../params.ts';
import { revokeSession, revokeSessions } from './index.ts';
import { allowing, HOME, roleArn, sts, trusting } from './sts.test-fixture.ts';

/** Things that move between the start of one act and the next, at most. */
const STEPS_BETWEEN = 30;
const ROLE = roleArn('worker');
const ASSUMING = { roleArn: ROLE, roleSessionName: 'work' };
const tokens = new SessionTokens(new Keyring(takeSecretKey(new Uint8Array(32).fill(7))));

function callerOf(performed: Performed): Caller | undefined {
  if (performed.kind === 'refused') return undefined;
  const { credentials } = performed.result;
  if (typeof credentials !== 'object' || credentials === null) return undefined;
  const params = new Params({ ...credentials });
  const credentialId = params.text('accessKeyId');
  const session = tokens.session(credentialId, params.text('sessionToken'));
  if (session === undefined) throw new TypeError('the token is none of this service');
  return { principalArn: session.principalArn, credentialId, session };
}

type Act = 'use' | 'chain' | 'revoke-one' | 'revoke-all';

interface Findings {
  /** Acts in sessions that had ended before. */
  readonly violations: readonly string[];
  /** Access key ids of sessions that have ended. */
  readonly ended: ReadonlySet<string>;
}

/** Reads the record in its order: what is used must not stand behind what ended it. */
function findingsIn(events: readonly AuditEvent[]): Findings {
  const ended = new Set<string>();
  const issued: { readonly id: string; readonly parent: string }[] = [];
  const violations: string[] = [];
  for (const { action, actor, change, outcome } of events) {
    const caller = actor.credentialId ?? '';
    if (outcome !== 'success') continue;
    if (ended.has(caller)) violations.push(`${action} by ${caller}`);
    const after = change?.after?.['accessKeyId'];
    const named = typeof after === 'string' ? after : '';
    if (action === 'session.assume-role') issued.push({ id: named, parent: caller });
    if (action === 'session.revoke') ended.add(named);
    if (action === 'principal.revoke-sessions') for (const { id } of issued) ended.add(id);
    // Who led to others stands before them, so one way through finds the whole chain.
    for (const { id, parent } of issued) if (ended.has(parent)) ended.add(id);
  }
  return { violations, ended };
}

function violationsIn(events: readonly AuditEvent[]): readonly string[] {
  return findingsIn(events).violations;
}

/** A store in which there is a role that principals of its account may assume, and its own sessions too. */
function storeWithRole(): ReturnType<typeof openMemoryStore> {
  const store = openMemoryStore();
  const role: RoleRecord = {
    type: 'role',
    arn: ROLE,
    account: HOME,
    name: 'worker',
    uniqueId: 'AROAWORKERWORKERWORK',
    createdAtMs: 0,
    disabled: false,
    policies: [{ name: 'own', document: allowing('*') }],
    trustPolicy: trusting(`arn:aws:iam::${HOME}:root`),
    description: '',
    maxSessionSeconds: 3600,
  };
  const writes = [{ subject: `principal:${ROLE}`, record: JSON.stringify(role) }];
  store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('{"action":"setup","actor":{}}') }]);
  return store;
}

test('the check finds a use behind a revocation', () => {
  const event = (action: string, credentialId: string, accessKeyId?: string): AuditEvent => ({
    schema: 'keywitness.event/1',
    id: '',
    time: '',
    actor: { type: 'role', credentialId },
    client: { address: '' },
    action,
    protocol: { front: 'aws', service: 'sts', operation: '' },
    requestId: '',
    outcome: 'success',
    revision: 0,
    change: { after: { accessKeyId } },
  });
  const first = event('session.assume-role', 'AKIA', 'ASIA1');
  const second = event('session.assume-role', 'ASIA1', 'ASIA2');
  const use = event('identity.read-own', 'ASIA2');
  const all = event('principal.revoke-sessions', 'AKIA');
  assert.equal(violationsIn([first, second, event('session.revoke', 'AKIA', 'ASIA1'), use]).length, 1);
  assert.equal(violationsIn([first, second, all, use]).length, 1);
  assert.equal(
    violationsIn([first, second, use, all, event('session.assume-role', 'AKIA', 'ASIA3')]).length,
    0,
  );
});

test('however they overlap, no session is used behind its revocation in the record', async () => {
  const act = fc.constantFrom<Act>('use', 'use', 'chain', 'chain', 'revoke-one', 'revoke-all');
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(act, { minLength: 4, maxLength: 24 }), async (seed, acts) => {
      const ledger = new SharedLedger(storeWithRole(), 3, seed, turn);
      const admin = await ledger.administrator();
      const sessions: Caller[] = [];
      const perform = async (kind: Act, position: number): Promise<Performed> => {
        const node = ledger.node(position);
        const caller = sessions[ledger.below(sessions.length + 1)] ?? admin;
        const target = sessions[ledger.below(sessions.length + 1)] ?? admin;
        const one = { accessKeyId: target.credentialId };
        if (kind === 'revoke-one') return ledger.perform(node, admin, revokeSession, one);
        if (kind === 'use') return ledger.perform(node, caller, sts('GetCallerIdentity'));
        if (kind === 'revoke-all') {
          return ledger.perform(node, caller, revokeSessions, { principalArn: ROLE });
        }
        const performed = await ledger.perform(node, caller, sts('AssumeRole'), ASSUMING);
        const session = callerOf(performed);
        if (session === undefined) return performed;
        sessions.push(session);
        return ledger.perform(node, session, sts('GetCallerIdentity'));
      };
      const attempts: Promise<Performed>[] = [];
      for (const [position, kind] of acts.entries()) {
        const attempt = perform(kind, position);
        attempt.catch(() => undefined);
        attempts.push(attempt);
        for (let steps = ledger.below(STEPS_BETWEEN); steps > 0; steps -= 1) await ledger.step();
      }
      await ledger.settle(attempts);
      await ledger.drain();
      const before = findingsIn(ledger.events());
      for (const session of sessions) {
        const [later] = await ledger.settle([
          ledger.perform(ledger.node(0), session, sts('GetCallerIdentity')),
        ]);
        assert.ok(later?.status === 'fulfilled');
        const expected = before.ended.has(session.credentialId) ? 'refused' : 'released';
        assert.equal(later.value.kind, expected, session.credentialId);
      }
      assert.deepEqual(violationsIn(ledger.events()), []);
    }),
    { numRuns: 60 },
  );
});
