import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { takeSecretKey } from '../../crypto/index.ts';
import { Keyring } from '../../keys/index.ts';
import { administrator, itemsOf, refusal, released } from '../admin/outcomes.test-fixture.ts';
import type { Caller } from '../caller.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import type { ChannelRecord } from '../response-records.ts';
import { systemCaller } from '../system-caller.ts';
import {
  deleteChannel,
  disableChannel,
  enableChannel,
  forgetFormerChannel,
  getChannel,
  listChannels,
  listDeadLetters,
  openChannelSecrets,
  putChannel,
  recordDelivery,
  replayDeadLetters,
  testChannel,
} from './index.ts';

const CANARY = 'canary-0f9b';
const url = `https://hooks.slack.example/services/${CANARY}`;
const slack = { channelName: 'oncall', type: 'slack', secrets: { url } };
const email = {
  channelName: 'mail',
  type: 'email',
  settings: {
    host: 'mail.example',
    from: 'kms@example.com',
    to: 'a@example.com, b@example.com',
    user: 'kms',
  },
  secrets: { password: CANARY },
};
const webhook = { channelName: 'hook', type: 'webhook', secrets: { url } };
const delivery = { channelName: 'oncall', kind: 'open', attempts: 1, latencyMs: 5, messages: 1 };

async function newBench(): Promise<{ readonly bench: TestBench; readonly admin: Caller }> {
  const bench = new TestBench(openMemoryStore());
  return { bench, admin: await administrator(bench) };
}

function recordOf(bench: TestBench, name = 'oncall'): ChannelRecord {
  const record = bench.replica.channels.get(name);
  assert.ok(record !== undefined);
  return record;
}

function secretsOf(record: ChannelRecord): Readonly<Record<string, string>> {
  const keyring = new Keyring(takeSecretKey(new Uint8Array(32).fill(7)));
  return openChannelSecrets(keyring, record.name, record);
}

test('a channel is shown and recorded with its settings and the names of its secrets, never with a secret', async () => {
  const { bench, admin } = await newBench();
  const made = await released(bench, admin, putChannel, slack);
  assert.deepEqual(made['settings'], { host: 'hooks.slack.example' });
  assert.deepEqual(made['secretNames'], ['url']);
  assert.equal(made['levelMin'], 'low');
  await released(bench, admin, putChannel, email);
  await released(bench, admin, putChannel, webhook);
  const shown = [await released(bench, admin, getChannel, { channelName: 'mail' })];
  shown.push(await released(bench, admin, listChannels));
  for (const operation of [disableChannel, enableChannel, testChannel, replayDeadLetters, listDeadLetters]) {
    shown.push(await released(bench, admin, operation, { channelName: 'hook' }));
  }
  shown.push(await released(bench, admin, deleteChannel, { channelName: 'oncall' }));
  await refusal(bench, admin, putChannel, { ...slack, secrets: { url: `ftp://${CANARY}` } });
  await refusal(bench, admin, putChannel, { ...webhook, secrets: { url, signingKey: CANARY } });
  assert.ok(!JSON.stringify([made, shown]).includes(CANARY));
  assert.ok(!bench.entries().some((entry) => entry.includes(CANARY)));
  assert.ok(![...bench.replica.channels.values()].some((one) => JSON.stringify(one).includes(CANARY)));
});

test('a secret that is not given stays what it was, unless the type becomes another one', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, putChannel, slack);
  await released(bench, admin, putChannel, { channelName: 'oncall', type: 'slack', levelMin: 'high' });
  assert.equal(secretsOf(recordOf(bench))['url'], url);
  assert.equal(recordOf(bench).levelMin, 'high');
  assert.equal(
    await refusal(bench, admin, putChannel, { ...slack, type: 'teams', secrets: {} }),
    'InvalidInput',
  );
  await released(bench, admin, putChannel, { ...slack, type: 'teams' });
  assert.equal(recordOf(bench).type, 'teams');
  assert.equal(recordOf(bench).levelMin, 'high');
});

test('a password that was kept is sent to no other server, nor with less protection, than it was given for', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, putChannel, email);
  const put = { channelName: 'mail', type: 'email' };
  const elsewhere = [{ host: 'evil.example' }, { port: '2525' }, { security: 'tls' }, { user: 'other' }];
  for (const change of elsewhere) {
    const settings = { ...email.settings, ...change };
    assert.equal(await refusal(bench, admin, putChannel, { ...put, settings }), 'InvalidInput');
  }
  assert.equal(recordOf(bench, 'mail').settings['host'], 'mail.example');
  const moved = { ...email.settings, host: 'mail2.example' };
  await released(bench, admin, putChannel, { ...put, settings: moved, secrets: { password: 'another' } });
  await released(bench, admin, putChannel, { ...put, settings: { ...moved, to: 'c@example.com' } });
  assert.equal(secretsOf(recordOf(bench, 'mail'))['password'], 'another');
});

test('what a channel was shown with can be put again', async () => {
  const { bench, admin } = await newBench();
  for (const channel of [slack, email, webhook]) {
    const { settings } = await released(bench, admin, putChannel, channel);
    const { channelName, type } = channel;
    await released(bench, admin, putChannel, { channelName, type, settings });
    assert.equal(recordOf(bench, channelName).former, undefined);
  }
});

const wrong: Readonly<Record<string, object>> = {
  'a name with capitals': { ...slack, channelName: 'OnCall' },
  'a name that is empty': { ...slack, channelName: '' },
  'another type': { ...slack, type: 'pigeon' },
  'a type of every object': { ...slack, type: 'constructor' },
  'no URL': { ...slack, secrets: {} },
  'a URL of a file': { ...slack, secrets: { url: 'file:///etc/passwd' } },
  'a URL with a password': { ...slack, secrets: { url: 'https://u:p@example.com/' } },
  'a setting of every object': { ...slack, settings: { constructor: 'x' } },
  'a secret that there is not': { ...slack, secrets: { url, token: 'x' } },
  'a level that there is not': { ...slack, levelMin: 'loud' },
  'a routing key that is short': { ...slack, type: 'pagerduty', secrets: { routingKey: 'abc' } },
  'a password without TLS': { ...email, settings: { ...email.settings, security: 'dangerously-none' } },
  'a password without a user': { ...email, settings: { ...email.settings, user: '' } },
  'an address with a line break': {
    ...email,
    settings: { ...email.settings, to: 'a@example.com\r\nBcc: x@y' },
  },
  'an address with a name': { ...email, settings: { ...email.settings, from: 'KMS <kms@example.com>' } },
  'a port beyond the last': { ...email, settings: { ...email.settings, port: '65536' } },
  'a host that is a URL': { ...email, settings: { ...email.settings, host: 'http://mail' } },
  'a signing key that is short': { ...webhook, secrets: { url, signingKey: 'whsec_AAAA' } },
};

for (const [what, params] of Object.entries(wrong)) {
  test(`a channel with ${what} is refused`, async () => {
    const { bench, admin } = await newBench();
    assert.equal(await refusal(bench, admin, putChannel, params), 'InvalidInput');
    assert.equal(bench.replica.channels.size, 0);
  });
}

test('there is a limit to how many channels there are', async () => {
  const { bench, admin } = await newBench();
  for (let made = 0; made < 50; made += 1) {
    await released(bench, admin, putChannel, { ...slack, channelName: `c${made}` });
  }
  assert.equal(await refusal(bench, admin, putChannel, slack), 'LimitExceeded');
});

test('a webhook has an Ed25519 key of its own unless it is given one, and a rotated one signs beside the new for a day', async () => {
  const { bench, admin } = await newBench();
  const made = await released(bench, admin, putChannel, webhook);
  assert.match(JSON.stringify(made['settings']), /"publicKey":"whpk_/);
  assert.deepEqual(made['secretNames'], ['signingKey', 'url']);
  const { signingKey: first } = secretsOf(recordOf(bench, 'hook'));
  await released(bench, admin, putChannel, { channelName: 'hook', type: 'webhook', rotateSigningKey: true });
  const rotated = secretsOf(recordOf(bench, 'hook'));
  assert.notEqual(rotated['signingKey'], first);
  assert.equal(rotated['formerSigningKey'], first);
  assert.equal(rotated['formerUntilMs'], String(bench.nowMs + 86_400_000));
  await released(bench, admin, putChannel, { channelName: 'hook', type: 'webhook', levelMin: 'high' });
  assert.equal(secretsOf(recordOf(bench, 'hook'))['formerSigningKey'], first);
  bench.nowMs += 86_400_001;
  await released(bench, admin, putChannel, { channelName: 'hook', type: 'webhook', levelMin: 'low' });
  assert.equal(secretsOf(recordOf(bench, 'hook'))['formerSigningKey'], undefined);
});

test('a channel that is changed, disabled or deleted keeps what it was until that was told there', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, putChannel, slack);
  const before = recordOf(bench);
  await released(bench, admin, putChannel, { ...slack, secrets: { url: 'https://other.example/' } });
  const { former } = recordOf(bench);
  assert.equal(former?.sealedSecrets, before.sealedSecrets);
  assert.equal(former?.act, 'changed');
  assert.equal(former?.by, admin.principalArn);
  await released(bench, admin, deleteChannel, { channelName: 'oncall' });
  assert.equal(recordOf(bench).former?.sealedSecrets, before.sealedSecrets, 'the first one stays');
  assert.equal(recordOf(bench).sealedSecrets, '');
  assert.deepEqual(itemsOf(await released(bench, admin, listChannels), 'channels'), []);
  assert.equal(await refusal(bench, admin, getChannel, { channelName: 'oncall' }), 'NotFound');
  assert.equal(await refusal(bench, admin, deleteChannel, { channelName: 'oncall' }), 'NotFound');
  const told = { ...delivery, kind: 'former', formerAtMs: former?.atMs };
  await refusal(bench, systemCaller, recordDelivery, { ...told, reason: 'it answered 500' });
  assert.ok(bench.replica.channels.has('oncall'), 'what failed was not told');
  await released(bench, systemCaller, recordDelivery, { ...told, formerAtMs: 1 });
  assert.ok(bench.replica.channels.has('oncall'), 'another one was told');
  await released(bench, systemCaller, recordDelivery, told);
  assert.ok(!bench.replica.channels.has('oncall'));
});

test('a channel that comes back under its name still owes its former self a word', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, putChannel, slack);
  await released(bench, admin, deleteChannel, { channelName: 'oncall' });
  const { former } = recordOf(bench);
  await released(bench, admin, putChannel, { ...slack, type: 'teams' });
  assert.deepEqual(recordOf(bench).former, former);
  assert.equal(recordOf(bench).deleted, undefined);
  await released(bench, systemCaller, forgetFormerChannel, {
    channelName: 'oncall',
    formerAtMs: former?.atMs,
  });
  assert.equal(recordOf(bench).former, undefined);
  assert.equal(recordOf(bench).type, 'teams');
});

test('a channel that was disabled has been told so, and is deleted without a word', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, putChannel, slack);
  await released(bench, admin, disableChannel, { channelName: 'oncall' });
  const formerAtMs = recordOf(bench).former?.atMs;
  await released(bench, systemCaller, recordDelivery, { ...delivery, kind: 'former', formerAtMs });
  await released(bench, admin, deleteChannel, { channelName: 'oncall' });
  assert.ok(!bench.replica.channels.has('oncall'));
});

test('an enabled channel begins with what comes then', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, putChannel, slack);
  const { sinceIndex } = recordOf(bench);
  await released(bench, admin, disableChannel, { channelName: 'oncall' });
  await released(bench, admin, enableChannel, { channelName: 'oncall' });
  assert.ok(recordOf(bench).sinceIndex > sinceIndex);
  assert.equal(recordOf(bench).disabled, false);
});

test('a delivery is on the record, and one that was given up is an error with its reason', async () => {
  const { bench } = await newBench();
  const told = { ...delivery, incidentId: 'inc-1', firstIndex: 7, lastIndex: 7 };
  await released(bench, systemCaller, recordDelivery, told);
  const { channelName: channel, ...rest } = told;
  assert.deepEqual(bench.lastEvent().parameters, { channel, ...rest });
  assert.equal(bench.lastEvent().action, 'notification.deliver');
  await refusal(bench, systemCaller, recordDelivery, { ...told, reason: 'the receiver answered 500' });
  assert.equal(bench.lastEvent().outcome, 'error');
  assert.match(bench.lastEvent().error?.message ?? '', /answered 500/);
});

test('only the account that owns the record has a say in channels', async () => {
  const { bench, admin } = await newBench();
  bench.addAccount('222233334444');
  const other = bench.addUser('other', undefined, '222233334444');
  for (const operation of [
    putChannel,
    getChannel,
    listChannels,
    deleteChannel,
    disableChannel,
    enableChannel,
  ]) {
    assert.equal(await refusal(bench, other, operation, slack), 'AccessDenied', operation.name);
  }
  bench.changeOrganization({ auditAccount: '222233334444' });
  await released(bench, other, putChannel, slack);
  assert.equal(await refusal(bench, admin, putChannel, slack), 'AccessDenied');
});

test('what is to be sent again is noted by its ids', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, putChannel, slack);
  await released(bench, admin, replayDeadLetters, { channelName: 'oncall', ids: ['7'] });
  assert.deepEqual(bench.lastEvent().parameters, { channel: 'oncall', ids: ['7'] });
});
