import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type Caller,
  deleteChannel,
  disableChannel,
  Params,
  putChannel,
  systemCaller,
} from '../../core/operations/index.ts';
import { administrator, released } from '../../core/operations/admin/outcomes.test-fixture.ts';
import { TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { deliveryTexts, NotifyBench } from './bench.test-fixture.ts';
import type { NotificationsOptions } from './ports.ts';
import { HttpReceiver, isObject, until, VirtualClock } from './receivers.test-fixture.ts';

const CANARY = 'canary-0f9b';
const eve = 'arn:aws:iam::111122223333:user/eve';

/** The whole scene of a test. */
interface Scene extends AsyncDisposable {
  readonly bench: NotifyBench;
  readonly clock: VirtualClock;
  readonly admin: Caller;
  readonly folder: string;
  readonly path: string;
  /** Puts a channel; its name is its type unless given. */
  put(type: string, change?: object): Promise<void>;
  run(operation: typeof putChannel, params: object): Promise<void>;
  /** The `notification.deliver` events, but for the channel's name and the times. */
  deliveries(): readonly string[];
  text(): string;
  channel(name: string): object | undefined;
  /** Lets time go by until something is so. */
  pass(isSo: () => boolean, what: string): Promise<void>;
}

async function scene(change: Partial<NotificationsOptions> = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'keywitness-notifications-'));
  const path = join(folder, 'notifications.db');
  const clock = new VirtualClock();
  const store = openMemoryStore();
  const service = new TestBench(store);
  service.nowMs = clock.nowMs;
  const admin = await administrator(service);
  const { replica } = service;
  const perform: ConstructorParameters<typeof NotifyBench>[1]['perform'] = async (operation, params) => {
    service.nowMs = clock.nowMs;
    const request = service.request(operation.name);
    const performed = await service.service.perform(operation, request, systemCaller, new Params(params));
    if (performed.kind === 'released') return { kind: 'released', result: performed.result };
    return { kind: 'refused', code: performed.error.code, message: performed.error.message };
  };
  const parts = {
    perform,
    channels: () => [...replica.channels.values()],
    incidents: replica.incidents,
    committed: (changes: Parameters<typeof replica.apply>[0]) => replica.apply(changes),
  };
  const bench = new NotifyBench(store, parts, clock, path, change);
  const run = async (operation: typeof putChannel, params: object): Promise<void> => {
    service.nowMs = clock.nowMs;
    await released(service, admin, operation, params);
    bench.follow();
  };
  return {
    bench,
    clock,
    admin,
    folder,
    path,
    run,
    put: (type, more) => run(putChannel, { channelName: type, type, ...more }),
    deliveries: () => deliveryTexts(service.events()),
    text: () => service.entries().join('\n'),
    channel: (name) => replica.channels.get(name),
    pass: (isSo, what) => clock.passUntil(isSo, () => bench.isBusy, what),
    async [Symbol.asyncDispose]() {
      await bench.notifications.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function typesOf(receiver: HttpReceiver): readonly unknown[] {
  return receiver.requests.map(({ json }) => json['type']);
}

test('an incident is told from its opening to its end, in order, and each message is on the record', async () => {
  await using hook = await new HttpReceiver().start();
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.raise('open');
  it.bench.raise('acknowledge', { status: 'acknowledged' }, eve);
  it.bench.raise('resolve', { status: 'resolved' }, eve);
  await until(() => it.deliveries().length === 3, 'three deliveries');
  assert.deepEqual(typesOf(hook), ['incident.open', 'incident.acknowledge', 'incident.resolve']);
  assert.equal(new Set(hook.requests.map(({ headers }) => headers['webhook-id'])).size, 3);
  const data = hook.requests[2]?.json['data'];
  assert.ok(isObject(data));
  assert.equal(data['by'], eve);
  assert.deepEqual(it.deliveries(), [
    'success webhook open attempts 1 messages 1',
    'success webhook acknowledge attempts 1 messages 1',
    'success webhook resolve attempts 1 messages 1',
  ]);
  assert.deepEqual(it.bench.failures, []);
});

test('PagerDuty is told in its own words, by one key, and of growth as well', async () => {
  await using pager = await new HttpReceiver().start();
  pager.reply = () => ({ status: 202 });
  await using it = await scene({ pagerDutyUrl: pager.url });
  await it.put('pagerduty', { secrets: { routingKey: 'r'.repeat(32) } });
  const acts = ['open', 'grow', 'acknowledge', 'resolve', 'reopen', 'comment', 'assign'];
  for (const act of acts) it.bench.raise(act);
  await until(() => it.deliveries().length === 5, 'five deliveries');
  const actions = pager.requests.map(({ json }) => json['event_action']);
  assert.deepEqual(actions, ['trigger', 'trigger', 'acknowledge', 'resolve', 'trigger']);
  assert.equal(new Set(pager.requests.map(({ json }) => json['dedup_key'])).size, 1);
});

test('a receiver that hangs holds up nobody else', async () => {
  await using hanging = await new HttpReceiver().start();
  await using good = await new HttpReceiver().start();
  hanging.reply = () => 'hang';
  await using it = await scene();
  await it.put('slack', { secrets: { url: hanging.url } });
  await it.put('webhook', { secrets: { url: good.url } });
  it.bench.raise('open');
  await until(() => hanging.requests.length === 1, 'the one that hangs was asked');
  for (let count = 0; count < 5; count += 1) it.bench.raise('reopen');
  await until(() => it.deliveries().length === 6, 'all deliveries of the good one');
  assert.equal(hanging.requests.length, 1);
  const status = it.bench.notifications.status().channels.find(({ channelName }) => channelName === 'slack');
  assert.equal(status?.waiting, 6);
  hanging.reply = () => ({ status: 200 });
  it.clock.pass(10_000);
  await it.pass(() => it.deliveries().length > 6, 'the other was told at last');
  hanging.release();
});

test('a receiver that is down is asked again after ever longer, and gets the message under the same id', async () => {
  await using hook = await new HttpReceiver().start();
  hook.reply = (number) => ({ status: number < 3 ? 500 : 200 });
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.raise('open');
  for (const [number, waitMs] of [1000, 2000, 4000].entries()) {
    await until(() => hook.requests.length === number + 1, 'another attempt');
    await until(() => it.bench.notifications.status().channels[0]?.failures === number + 1, 'its failure');
    it.clock.pass(waitMs - 1);
    assert.equal(hook.requests.length, number + 1, 'not before its time');
    it.clock.pass(1);
  }
  await until(() => it.deliveries().length === 1, 'the delivery');
  assert.deepEqual(it.deliveries(), ['success webhook open attempts 4 messages 1']);
  assert.equal(new Set(hook.requests.map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.equal(new Set(hook.requests.map(({ headers }) => headers['webhook-signature'])).size, 4);
  assert.match(it.text(), /"latencyMs":7000/);
});

test('a clock that was in the future for a while silences no channel until then', async () => {
  await using hook = await new HttpReceiver().start();
  await using slack = await new HttpReceiver().start();
  hook.reply = (number) => ({ status: number === 0 ? 500 : 200 });
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  await it.put('slack', { secrets: { url: slack.url } });
  it.clock.nowMs += 365 * 86_400_000;
  it.bench.raise('open', { id: 'inc-1' });
  await until(() => hook.requests.length === 1 && slack.requests.length === 1, 'both attempts');
  await until(() => !it.bench.isBusy, 'their ends');
  it.clock.nowMs -= 365 * 86_400_000;
  it.bench.raise('open', { id: 'inc-2' });
  await until(() => hook.requests.length === 3 && slack.requests.length === 2, 'all messages');
});

test('a receiver is left alone for as long as it asks for', async () => {
  await using hook = await new HttpReceiver().start();
  hook.reply = (number) =>
    number === 0 ? { status: 429, headers: { 'retry-after': '90' } } : { status: 200 };
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.raise('open');
  await until(() => it.bench.notifications.status().channels[0]?.failures === 1, 'the failure');
  it.clock.pass(89_999);
  assert.equal(hook.requests.length, 1);
  it.clock.pass(1);
  await until(() => it.deliveries().length === 1, 'the delivery');
});

test('messages that had to wait are told in one, and one that is refused is found among them', async () => {
  await using slack = await new HttpReceiver().start();
  slack.reply = () => ({ status: 503 });
  await using it = await scene();
  await it.put('slack', { secrets: { url: slack.url } });
  for (let count = 0; count < 7; count += 1) it.bench.raise('open', { id: `inc-${count}` });
  await until(() => slack.requests.length === 1, 'the first attempt');
  slack.reply = (number) => ({ status: slack.requests[number]?.body.includes('inc-3') === true ? 400 : 200 });
  await it.pass(() => it.deliveries().length === 7, 'seven deliveries');
  assert.ok(slack.requests.some(({ body }) => body.includes('7 messages about incidents')));
  const outcomes = it.deliveries();
  assert.equal(outcomes.filter((text) => text.startsWith('success')).length, 6);
  assert.equal(outcomes.filter((text) => text.includes('the receiver answered 400')).length, 1);
  const [letter] = await it.bench.notifications.deadLetters('slack');
  assert.equal(letter?.incidentId, 'inc-3');
  slack.reply = () => ({ status: 200 });
  for (let count = 10; count < 18; count += 1) it.bench.raise('open', { id: `inc-${count}` });
  await it.pass(() => it.deliveries().length > 7, 'the digest');
  await it.pass(() => it.bench.notifications.status().channels[0]?.waiting === 0, 'all of them');
  assert.ok(it.deliveries().some((text) => /^success slack digest .* messages [78]$/.test(text)));
});

test('Slack gets a message a second', async () => {
  await using slack = await new HttpReceiver().start();
  await using it = await scene();
  await it.put('slack', { secrets: { url: slack.url } });
  it.bench.raise('open');
  it.bench.raise('resolve');
  await until(() => it.deliveries().length === 1, 'the first delivery');
  it.clock.pass(999);
  assert.equal(slack.requests.length, 1);
  it.clock.pass(1);
  await until(() => it.deliveries().length === 2, 'the second one');
});

test('a channel hears of its level and above, of changes of what is watched, and of nothing suppressed', async () => {
  await using hook = await new HttpReceiver().start();
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url }, levelMin: 'high' });
  it.bench.raise('open', { id: 'inc-1', level: 'medium' });
  it.bench.raise('open', { id: 'inc-2', level: 'high' });
  it.bench.raise('open', { id: 'inc-3', level: 'critical', status: 'suppressed' });
  it.bench.raise('open', { id: 'inc-4', level: 'low', ruleName: 'audit-configuration-changed' });
  await until(() => it.deliveries().length === 2, 'two deliveries');
  assert.match(hook.requests[0]?.body ?? '', /"inc-2"/);
  assert.match(hook.requests[1]?.body ?? '', /"inc-4"/);
});

test('a channel does not hear of what was before it, nor while it is disabled', async () => {
  await using hook = await new HttpReceiver().start();
  await using it = await scene();
  it.bench.raise('open', { id: 'inc-1' });
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.raise('open', { id: 'inc-2' });
  await until(() => it.deliveries().length === 1, 'a delivery');
  await it.run(disableChannel, { channelName: 'webhook' });
  it.bench.raise('open', { id: 'inc-3' });
  await until(() => hook.requests.length === 2, 'the word to the former self');
  assert.deepEqual(typesOf(hook), ['incident.open', 'channel.former']);
});

test('a channel that is deleted is told so with the settings it had, and then its secrets are gone', async () => {
  await using hook = await new HttpReceiver().start();
  hook.reply = (number) => ({ status: number === 0 ? 500 : 200 });
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  await it.run(deleteChannel, { channelName: 'webhook' });
  assert.ok(it.channel('webhook') !== undefined);
  await it.pass(() => it.deliveries().length === 1, 'the word');
  assert.deepEqual(it.deliveries(), ['success webhook former attempts 2 messages 1']);
  assert.match(hook.requests[1]?.body ?? '', /"type":"channel.former".*"act":"deleted".*user\/admin/);
  assert.equal(it.channel('webhook'), undefined);
  it.bench.follow();
  assert.deepEqual(it.bench.notifications.status().channels, []);
});

test('a channel that is led elsewhere is told so in the old place, and only there', async () => {
  await using before = await new HttpReceiver().start();
  await using after = await new HttpReceiver().start();
  await using it = await scene();
  await it.put('webhook', { secrets: { url: before.url } });
  await it.put('webhook', { secrets: { url: after.url } });
  it.bench.raise('open');
  await until(() => it.deliveries().length === 2, 'two deliveries');
  assert.deepEqual(typesOf(before), ['channel.former']);
  assert.deepEqual(typesOf(after), ['incident.open']);
});

test('a former self that cannot be told for a day is given up, on the record', async () => {
  await using it = await scene();
  await it.put('webhook', { secrets: { url: 'http://127.0.0.1:1/' } });
  await it.run(deleteChannel, { channelName: 'webhook' });
  await it.pass(() => it.channel('webhook') === undefined, 'it is gone');
  assert.equal(it.deliveries().length, 1);
  assert.match(it.deliveries()[0] ?? '', /^error webhook former .*ECONNREFUSED/);
  assert.match(it.text(), /"action":"channel.forget"/);
});

test('a message that fails for a day is a dead letter, and is sent when somebody asks for it', async () => {
  await using hook = await new HttpReceiver().start();
  hook.reply = () => ({ status: 500 });
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  const index = it.bench.raise('open');
  await it.pass(() => it.deliveries().length === 1, 'it is given up');
  assert.match(it.deliveries()[0] ?? '', /^error webhook open attempts \d+ messages 1: .*answered 500$/);
  const [letter] = await it.bench.notifications.deadLetters('webhook');
  assert.equal(letter?.id, String(index));
  assert.equal(letter.reason, 'the receiver answered 500');
  hook.reply = () => ({ status: 200 });
  assert.equal(await it.bench.notifications.replay('webhook', ['7777']), 0);
  assert.equal(await it.bench.notifications.replay('webhook', []), 1);
  await until(() => it.deliveries().length === 2, 'the delivery');
  assert.equal(new Set(hook.requests.map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.deepEqual(await it.bench.notifications.deadLetters('webhook'), []);
});

test('a receiver that says it is gone does not switch the alarm off', async () => {
  await using hook = await new HttpReceiver().start();
  hook.reply = (number) => ({ status: number === 0 ? 410 : 200 });
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.raise('open');
  await until(() => it.bench.notifications.status().channels[0]?.failures === 1, 'the failure');
  it.clock.pass(3_599_999);
  assert.equal(hook.requests.length, 1);
  it.clock.pass(1);
  await until(() => it.deliveries().length === 1, 'the delivery');
});

test('a crash after sending repeats the message under its id, and one before loses nothing', async () => {
  await using hook = await new HttpReceiver().start();
  hook.reply = () => 'hang';
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.raise('open', { id: 'inc-1' });
  it.bench.raise('open', { id: 'inc-2' });
  await until(() => hook.requests.length === 1, 'a message under way');
  // What a crash leaves: the file as it is now. The one from before is not heard of again.
  const copy = join(it.folder, 'after-the-crash.db');
  for (const end of ['', '-wal']) if (existsSync(it.path + end)) copyFileSync(it.path + end, copy + end);
  const crashed = it.bench.notifications;
  it.bench.isActFailing = true;
  hook.reply = () => ({ status: 200 });
  hook.release();
  await until(() => it.bench.failures.length > 0, 'it could not even record that');
  await crashed.stop();
  it.bench.isActFailing = false;
  it.bench.notifications = it.bench.open(copy);
  await until(() => it.deliveries().length === 2, 'two deliveries');
  const ids = hook.requests.map(({ headers }) => String(headers['webhook-id']));
  assert.equal(ids[0], ids.at(-2));
  assert.equal(new Set(ids).size, 2);
});

test('without its file it reads the log again, and sends what the log does not say was sent', async () => {
  await using hook = await new HttpReceiver().start();
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.raise('open', { id: 'inc-1' });
  await until(() => it.deliveries().length === 1, 'a delivery');
  it.bench.isActFailing = true;
  hook.reply = () => ({ status: 500 });
  it.bench.raise('open', { id: 'inc-2' });
  await until(() => hook.requests.length === 2, 'a failure');
  await it.bench.notifications.stop();
  it.bench.isActFailing = false;
  hook.reply = () => ({ status: 200 });
  it.bench.notifications = it.bench.open(join(it.folder, 'new.db'));
  it.bench.follow();
  await until(() => it.deliveries().length === 2, 'the other delivery');
  assert.equal(hook.requests.length, 3);
  assert.match(hook.requests[2]?.body ?? '', /"inc-2"/);
});

test('a damaged file is made anew from the log, and operators are told', async () => {
  await using hook = await new HttpReceiver().start();
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.raise('open');
  await until(() => it.deliveries().length === 1, 'a delivery');
  await it.bench.notifications.stop();
  const damaged = join(it.folder, 'damaged.db');
  writeFileSync(damaged, 'this is no database at all'.repeat(100));
  it.bench.notifications = it.bench.open(damaged);
  assert.match(it.bench.failures.join(), /read from the log again/);
  it.bench.raise('resolve');
  await until(() => it.deliveries().length === 2, 'another delivery');
  assert.deepEqual(typesOf(hook), ['incident.open', 'incident.resolve']);
});

test('a receiver that hangs does not hold up a stop', async () => {
  await using hook = await new HttpReceiver().start();
  hook.reply = () => 'hang';
  const it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.raise('open');
  await until(() => hook.requests.length === 1, 'a message under way');
  const stopping = it[Symbol.asyncDispose]();
  it.clock.pass(2000);
  await stopping;
  hook.release();
});

test('while the record takes nothing people are told all the same, once, and it is recorded later', async () => {
  await using hook = await new HttpReceiver().start();
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  it.bench.isActFailing = true;
  it.bench.raise('open', { id: 'inc-1' });
  it.bench.raise('open', { id: 'inc-2' });
  await until(() => hook.requests.length === 2, 'two messages');
  assert.deepEqual(it.deliveries(), []);
  it.bench.isActFailing = false;
  await it.pass(() => it.deliveries().length === 1, 'the delivery');
  assert.match(it.deliveries()[0] ?? '', /messages 2/);
  assert.equal(hook.requests.length, 2);
});

test('a test message says how it went, past the queue, and is on the record', async () => {
  await using hook = await new HttpReceiver().start();
  await using it = await scene();
  await it.put('webhook', { secrets: { url: hook.url } });
  assert.deepEqual(await it.bench.notifications.test('webhook'), { kind: 'sent', latencyMs: 0 });
  assert.deepEqual(typesOf(hook), ['channel.test']);
  hook.reply = () => ({ status: 404 });
  const outcome = await it.bench.notifications.test('webhook');
  assert.deepEqual(outcome, { kind: 'failed', reason: 'the receiver answered 404' });
  assert.equal((await it.bench.notifications.test('nobody')).kind, 'failed');
  assert.equal(it.deliveries().length, 2);
});

test('no secret and no URL is in the log, in dead letters or in what operators are told (G8)', async () => {
  await using hook = await new HttpReceiver().start();
  hook.reply = () => ({ status: 400, body: CANARY });
  await using it = await scene();
  await it.put('webhook', { secrets: { url: `${hook.url}/${CANARY}` } });
  await it.put('slack', { secrets: { url: `http://127.0.0.1:1/${CANARY}` } });
  const login = { from: 'a@example.com', to: 'a@example.com', user: 'kms' };
  await it.put('email', {
    settings: { ...login, host: '127.0.0.1', port: '1' },
    secrets: { password: CANARY },
  });
  it.bench.raise('open');
  await it.pass(() => it.deliveries().length === 3, 'all are given up');
  const letters = await Promise.all(
    ['webhook', 'slack', 'email'].map((name) => it.bench.notifications.deadLetters(name)),
  );
  assert.equal(letters.flat().length, 3);
  const told = [
    it.text(),
    JSON.stringify(letters),
    ...it.bench.failures,
    JSON.stringify(it.bench.notifications.status()),
  ];
  for (const text of told) assert.ok(!text.includes(CANARY));
});
