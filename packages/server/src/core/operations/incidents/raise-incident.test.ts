import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '@keywitness/rules';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import type { IncidentRecord, SuppressionRecord } from '../response-records.ts';
import { systemCaller } from '../system-caller.ts';
import { StsBench } from '../sts/sts.test-fixture.ts';
import { findingOf, raising } from './findings.test-fixture.ts';
import { incidentIdOf, isNews } from './findings.ts';
import { raiseIncident, resolveIncident } from './index.ts';

const DAY_MS = 86_400_000;
const WATCHING = 'audit-configuration-changed';

interface Scene {
  readonly bench: StsBench;
  readonly clock: TestBench;
  readonly raise: (more?: Partial<Finding>) => Promise<unknown>;
  readonly incident: (episode?: string) => IncidentRecord | undefined;
  readonly suppress: (more?: Partial<SuppressionRecord>) => void;
}

function newScene(store: ReturnType<typeof openMemoryStore> = openMemoryStore()): Scene {
  const clock = new TestBench(store);
  const bench = new StsBench(store, clock);
  return {
    bench,
    clock,
    raise: async (more) => {
      const finding = findingOf(clock.nowMs, more);
      return (await bench.released(systemCaller, raiseIncident, raising(finding)))['raised'];
    },
    incident: (episode = findingOf(0).episode) => clock.replica.incidents.get(incidentIdOf(episode)),
    suppress(more) {
      const record: SuppressionRecord = {
        id: 'sup-1',
        ruleName: 'denied-often',
        entity: {},
        reason: 'drill',
        createdAtMs: 0,
        createdBy: 'somebody',
        expiresAtMs: clock.nowMs + DAY_MS,
        ...more,
      };
      bench.put(`suppression:${record.id}`, record);
    },
  };
}

test('the id of an incident is made from its episode', () => {
  assert.equal(incidentIdOf(''), 'inc-4oymiquy7qobjgx36tejs35zeq');
  assert.notEqual(incidentIdOf('a'), incidentIdOf('b'));
});

test('a finding opens an incident, and its event says what it is about', async () => {
  const { clock, incident, raise } = newScene();
  assert.equal(await raise(), 'incident.open');
  const event = clock.lastEvent();
  assert.deepEqual(
    [event.action, event.actor.type, event.protocol.operation],
    ['incident.open', 'system', 'RaiseIncident'],
  );
  assert.deepEqual(event.change, {
    after: {
      count: 10,
      entity: { 'actor.arn': 'arn:aws:iam::111122223333:user/mallory' },
      episode: 'denied-often/mallory/1',
      eventIds: ['019a0000-0000-7000-8000-000000000001'],
      level: 'high',
      ruleSha256: 'a'.repeat(64),
      ruleTitle: 'Somebody is denied often',
      status: 'open',
      summary: '10 denied attempts within 5 minutes, more than 9',
    },
  });
  assert.deepEqual([incident()?.status, incident()?.openedAtMs], ['open', clock.nowMs]);
});

test('raised twice it is the same incident; news lets it grow, and nothing lets it shrink', async () => {
  const { clock, incident, raise } = newScene();
  await raise();
  const first = incident();
  assert.ok(!isNews(findingOf(clock.nowMs), clock.replica, clock.nowMs));
  assert.equal(await raise(), 'nothing');
  assert.equal(clock.lastEvent().change, undefined);
  assert.deepEqual(incident(), first);
  assert.ok(isNews(findingOf(clock.nowMs, { count: 12 }), clock.replica, clock.nowMs));
  assert.equal(await raise({ kind: 'grown', count: 12 }), 'incident.grow');
  assert.deepEqual(clock.lastEvent().change, {
    before: { count: 10, level: 'high', status: 'open' },
    after: { count: 12, level: 'high', status: 'open' },
  });
  assert.equal(await raise({ count: 11 }), 'nothing');
  assert.equal(incident()?.count, 12);
});

test('a finding that is older than what is kept is raised no more', async () => {
  const { clock, incident, raise } = newScene();
  assert.equal(await raise({ timeMs: clock.nowMs - 90 * DAY_MS }), 'nothing');
  assert.equal(incident(), undefined);
  assert.equal(await raise({ timeMs: clock.nowMs - 90 * DAY_MS + 1 }), 'incident.open');
});

test('news of a resolved incident opens it again; the same finding does not', async () => {
  const { bench, clock, incident, raise } = newScene();
  const admin = await bench.administrator();
  await raise();
  const incidentId = incident()?.id;
  await bench.released(admin, resolveIncident, { incidentId, disposition: 'benign' });
  assert.equal(await raise(), 'nothing');
  assert.equal(incident()?.status, 'resolved');
  clock.nowMs += 1000;
  assert.equal(await raise({ kind: 'grown', count: 11 }), 'incident.reopen');
  const { change } = clock.lastEvent();
  assert.deepEqual(change?.before, { count: 10, level: 'high', status: 'resolved' });
  assert.deepEqual([change?.after?.['status'], change?.after?.['eventIds'] !== undefined], ['open', true]);
  assert.deepEqual(
    [incident()?.disposition, incident()?.resolvedAtMs, incident()?.comments.length],
    [undefined, undefined, 1],
  );
});

test('a suppressed finding is an incident of which nobody is told, until the suppression is over', async () => {
  const { clock, incident, raise, suppress } = newScene();
  suppress({ entity: { 'actor.arn': 'arn:aws:iam::111122223333:user/mallory' } });
  assert.equal(await raise(), 'incident.open');
  assert.equal(clock.lastEvent().change?.after?.['suppressedBy'], 'sup-1');
  assert.equal(incident()?.status, 'suppressed');
  assert.equal(await raise({ count: 11 }), 'incident.grow');
  assert.equal(incident()?.status, 'suppressed');
  clock.nowMs += DAY_MS;
  assert.equal(await raise({ count: 12 }), 'incident.open');
  assert.deepEqual([incident()?.status, incident()?.suppressedBy], ['open', undefined]);
});

test('a suppression is of one rule, and of the entities that it names', async () => {
  const { incident, raise, suppress } = newScene();
  suppress({ ruleName: 'another' });
  suppress({ id: 'sup-2', entity: { 'actor.arn': 'arn:aws:iam::111122223333:user/ann' } });
  await raise();
  assert.equal(incident()?.status, 'open');
});

test('news of a resolved incident that is suppressed by now tells nobody', async () => {
  const { bench, incident, raise, suppress } = newScene();
  const admin = await bench.administrator();
  await raise();
  await bench.released(admin, resolveIncident, { incidentId: incident()?.id, disposition: 'benign' });
  suppress();
  assert.equal(await raise({ count: 11 }), 'incident.grow');
  assert.equal(incident()?.status, 'suppressed');
});

test('what the rule finds that watches the others is never suppressed', async () => {
  const { incident, raise, suppress } = newScene();
  suppress({ ruleName: WATCHING });
  await raise({ ruleName: WATCHING });
  assert.equal(incident()?.status, 'open');
});

test('texts of clients in a finding are cut, and its events are the newest twenty', async () => {
  const { clock, incident, raise } = newScene();
  const events = Array.from({ length: 30 }, (_, index) => ({ id: `e${index}`, index, timeMs: clock.nowMs }));
  await raise({ entity: { 'client.userAgent': 'x'.repeat(5000) }, events });
  assert.equal(incident()?.entity['client.userAgent']?.length, 1024);
  assert.deepEqual([incident()?.events.length, incident()?.events[19]?.id], [20, 'e29']);
});

/** A store with so many open incidents. */
function storeWith(count: number, ruleName?: string): ReturnType<typeof openMemoryStore> {
  const store = openMemoryStore();
  const writes = Array.from({ length: count }, (_, number) => {
    const record = { id: `inc-${number}`, ruleName, status: number % 2 === 0 ? 'open' : 'acknowledged' };
    return { subject: `incident:${record.id}`, record: JSON.stringify(record) };
  });
  store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('set up by a test') }]);
  return store;
}

test('when too many are open, that is an incident itself, which says what it stands for', async () => {
  const { clock, incident, raise } = newScene(storeWith(5000));
  assert.equal(await raise(), 'incident.open');
  assert.equal(incident(), undefined);
  const limit = incident('incident-limit');
  assert.deepEqual([limit?.level, limit?.status, limit?.count], ['critical', 'open', 1]);
  assert.deepEqual(clock.lastEvent().change?.after?.['refused'], {
    entity: { 'actor.arn': 'arn:aws:iam::111122223333:user/mallory' },
    episode: 'denied-often/mallory/1',
    level: 'high',
    rule: 'denied-often',
    summary: '10 denied attempts within 5 minutes, more than 9',
  });
  assert.equal(await raise({ episode: 'another' }), 'incident.grow');
  assert.equal(incident('incident-limit')?.count, 2);
  await raise({ ruleName: WATCHING, episode: 'watched' });
  assert.equal(incident('watched')?.status, 'open');
});

test('what floods one rule leaves room for what others find', async () => {
  const { incident, raise } = newScene(storeWith(500, 'unauthenticated-burst'));
  await raise({ ruleName: 'unauthenticated-burst', episode: 'one more' });
  assert.equal(incident('one more'), undefined);
  assert.equal(incident('incident-limit')?.status, 'open');
  await raise({ episode: 'what it was to hide' });
  assert.equal(incident('what it was to hide')?.status, 'open');
});

test('as soon as there is room, the next finding of the episode opens its incident', async () => {
  const { incident, raise } = newScene(storeWith(4999));
  await raise({ episode: 'last' });
  assert.equal(incident('last')?.status, 'open');
  await raise({ episode: 'too many' });
  assert.equal(incident('too many'), undefined);
});

test('no text of a client makes a finding too large to be recorded', async () => {
  const { bench, clock } = newScene();
  const text = '\u0001'.repeat(8192);
  const entity = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [`context.c${index}`, text] as const),
  );
  const episode = JSON.stringify(['mass-decrypt', Object.entries(entity), 'event-1']);
  const finding = findingOf(clock.nowMs, { entity, episode, summary: text, ruleTitle: text });
  const { raised } = await bench.released(systemCaller, raiseIncident, raising(finding));
  assert.equal(raised, 'incident.open');
  assert.equal(clock.lastEvent().parameters?.['incident'], incidentIdOf(episode));
});
