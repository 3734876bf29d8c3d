import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import {
  insecureDeterministicEntropy,
  newWebhookSigningKey,
  openWebhookSigningKey,
} from '../../core/crypto/index.ts';
import { cardComplaints } from './adaptive-cards.test-fixture.ts';
import { mailOf } from './email-format.ts';
import type { Message, Notice, NoticeKind } from './notice.ts';
import { pagerDutyBody } from './pagerduty-format.ts';
import { plainText } from './plain-text.ts';
import { isObject, objectOf } from './receivers.test-fixture.ts';
import { hostileIncident, hugeIncident, noticeLike } from './samples.test-fixture.ts';
import { slackBody } from './slack-format.ts';
import { teamsBody } from './teams-format.ts';
import { webhookBody, webhookHeaders } from './webhook-format.ts';

const link = 'https://console.example/incidents/inc-1';
const former = {
  act: 'deleted',
  atMs: 1,
  by: 'arn:aws:iam::1:user/eve',
  sealedSecrets: '',
  settings: {},
  type: 'slack',
} as const;
const kinds: readonly NoticeKind[] = ['open', 'grow', 'reopen', 'acknowledge', 'resolve'];

/** Every shape that a message has. */
const messages: readonly (readonly [what: string, message: Message])[] = [
  ...kinds.map((kind) => [kind, single(noticeLike({ by: former.by, link }, kind))] as const),
  ['a test', single(noticeLike({ incident: undefined }, 'test'))],
  ['a former self', single(noticeLike({ incident: undefined, former, by: former.by }, 'former'))],
  ['hostile texts', single(noticeLike({ incident: hostileIncident(), by: '<b>' }, 'resolve'))],
  ['huge texts', single(noticeLike({ incident: hugeIncident(), link }))],
  [
    'a digest',
    {
      kind: 'digest',
      notices: Array.from({ length: 100 }, () => noticeLike({ incident: hostileIncident() })),
    },
  ],
  [
    'a huge digest',
    { kind: 'digest', notices: Array.from({ length: 100 }, () => noticeLike({ incident: hugeIncident() })) },
  ],
];

function single(notice: Notice): Message {
  return { kind: 'single', notice };
}

/** Every text in a value, wherever it stands. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  assert.ok(Array.isArray(value));
  return value.map((item: unknown) => {
    assert.ok(isObject(item));
    return item;
  });
}

for (const [what, message] of messages) {
  test(`Slack takes ${what}: within its limits, and nothing of others is markup`, () => {
    const body = objectOf(slackBody(message));
    assert.deepEqual(Object.keys(body), ['text', 'blocks']);
    assert.ok(String(body['text']).length <= 3000);
    const blocks = listOf(body['blocks']);
    assert.ok(blocks.length > 1 && blocks.length <= 50);
    assert.ok(JSON.stringify(blocks).length < 13_000);
    for (const { type, text } of blocks) {
      assert.ok(isObject(text));
      const words = String(text['text']);
      assert.ok(words.length > 0);
      if (type === 'header') {
        assert.equal(text['type'], 'plain_text');
        assert.ok(words.length <= 150);
        continue;
      }
      assert.equal(type, 'section');
      assert.equal(text['type'], 'mrkdwn');
      assert.equal(text['verbatim'], true);
      assert.ok(words.length <= 3000);
      const markup = words.replaceAll(`<${link}|Open in the console>`, '');
      assert.doesNotMatch(markup, /[<>]|&(?!amp;|lt;|gt;)/);
    }
  });

  test(`Teams takes ${what}: an Adaptive Card that its own library reads without a complaint`, () => {
    const text = teamsBody(message);
    assert.ok(Buffer.byteLength(text) <= 20_000);
    const body = objectOf(text);
    assert.equal(body['type'], 'message');
    const [attachment] = listOf(body['attachments']);
    assert.equal(attachment?.['contentType'], 'application/vnd.microsoft.card.adaptive');
    const { content } = attachment;
    assert.deepEqual(cardComplaints(content), []);
    assert.ok(isObject(content));
    for (const block of listOf(content['body'])) {
      assert.equal(block['type'], 'RichTextBlock', 'what knows Markdown is not used');
      for (const run of listOf(block['inlines'])) assert.doesNotMatch(String(run['text']), /\{\{|^$/);
    }
  });

  test(`e-mail takes ${what}: HTML without any markup of others, and headers in one line`, () => {
    const mail = mailOf(message, {
      settings: { from: 'kms@example.com', to: 'a@example.com, b@example.com' },
    });
    assert.deepEqual(mail.to, ['a@example.com', 'b@example.com']);
    assert.doesNotMatch(mail.subject, /[\r\n]/);
    assert.ok(mail.subject.length <= 200);
    assert.match(mail.messageId, /^<[\w.-]+@example\.com>$/);
    const tags = new Set([...mail.html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, name]) => name));
    const known = ['html', 'body', 'h2', 'p', 'table', 'tr', 'th', 'td', 'code', 'pre', 'a'];
    assert.deepEqual(
      [...tags].filter((name) => !known.includes(name ?? '')),
      [],
    );
    assert.ok(Buffer.byteLength(mail.html) < 500_000);
  });

  test(`no text of ${what} holds a control character or turns the direction of writing`, () => {
    const mail = mailOf(message, { settings: { from: 'kms@example.com', to: 'a@example.com' } });
    const bodies = [
      objectOf(slackBody(message)),
      objectOf(teamsBody(message)),
      { ...mail, text: mail.text.replaceAll('\n', ' '), html: '' },
    ];
    if (message.kind === 'single') {
      bodies.push(objectOf(webhookBody(message.notice)), objectOf(pagerDutyBody(message.notice, 'k')));
    }
    for (const words of bodies.flatMap(textsIn)) {
      assert.doesNotMatch(words.replaceAll('\n', ''), /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      assert.ok(words.isWellFormed());
    }
  });

  if (message.kind === 'single') {
    test(`PagerDuty takes ${what}: as the Events API v2 has it`, () => {
      const routingKey = 'a'.repeat(32);
      const text = pagerDutyBody(message.notice, routingKey);
      assert.ok(Buffer.byteLength(text) < 512 * 1024);
      const body = objectOf(text);
      assertPagerDuty(body);
      assert.equal(body['routing_key'], routingKey);
      const { incident, kind } = message.notice;
      if (incident !== undefined) assert.equal(body['dedup_key'], incident.id);
      const actions: Readonly<Record<string, string>> = { acknowledge: 'acknowledge', resolve: 'resolve' };
      assert.equal(body['event_action'], actions[kind] ?? 'trigger');
    });

    test(`a webhook carries ${what} in less than 20 KB`, () => {
      const text = webhookBody(message.notice);
      assert.ok(Buffer.byteLength(text) <= 20_000);
      const body = objectOf(text);
      assert.deepEqual(Object.keys(body), ['type', 'timestamp', 'data']);
      assert.match(String(body['type']), /^(incident|channel)\.[a-z]+$/);
      assert.equal(new Date(String(body['timestamp'])).toISOString(), body['timestamp']);
    });
  }
}

/** The members of an event and their limits, as PagerDuty documents them. */
function assertPagerDuty(body: Readonly<Record<string, unknown>>): void {
  const known = ['routing_key', 'dedup_key', 'event_action', 'client', 'client_url', 'links', 'payload'];
  assert.deepEqual(
    Object.keys(body).filter((name) => !known.includes(name)),
    [],
  );
  assert.ok(['trigger', 'acknowledge', 'resolve'].includes(String(body['event_action'])));
  assert.ok(typeof body['dedup_key'] === 'string' && body['dedup_key'].length <= 255);
  const { payload, links } = body;
  if (body['event_action'] !== 'trigger') return assert.equal(payload, undefined);
  assert.ok(isObject(payload));
  const members = [
    'summary',
    'source',
    'severity',
    'timestamp',
    'component',
    'group',
    'class',
    'custom_details',
  ];
  assert.deepEqual(
    Object.keys(payload).filter((name) => !members.includes(name)),
    [],
  );
  for (const name of ['summary', 'source', 'severity'] as const) assert.ok(String(payload[name]).length > 0);
  assert.ok(String(payload['summary']).length <= 1024);
  assert.ok(['critical', 'error', 'warning', 'info'].includes(String(payload['severity'])));
  assert.equal(new Date(String(payload['timestamp'])).toISOString(), payload['timestamp']);
  assert.ok(isObject(payload['custom_details']));
  for (const one of links === undefined ? [] : listOf(links)) assert.ok(URL.canParse(String(one['href'])));
}

test('a message says what happened, to whom, how often, when, and what to do', () => {
  const notice = noticeLike({ link });
  const mail = mailOf(single(notice), { settings: { from: 'kms@example.com', to: 'a@example.com' } });
  for (const words of [
    '[HIGH] Many denied requests',
    '12 denied requests within 5 minutes, more than 10.',
    'Rule: many-denied',
    'actor.arn: arn:aws:iam::111122223333:user/eve',
    'Count: 12',
    'First: 2030-01-01T11:59:00.000Z',
    'Events: 019b0000-0000-7000-8000-000000000001',
    'Incident: inc-abcdefghijklmnopqrstuvwxyz',
    'keywitness incidents acknowledge inc-abcdefghijklmnopqrstuvwxyz',
    link,
  ]) {
    assert.ok(mail.text.includes(words), words);
  }
});

test('the messages of one incident belong together, each with an id of its own that a repeat has too', () => {
  const settings = { from: 'kms@example.com', to: 'a@example.com' };
  const opened = mailOf(single(noticeLike({ id: '1' })), { settings });
  const again = mailOf(single(noticeLike({ id: '1' })), { settings });
  const resolved = mailOf(single(noticeLike({ id: '2' }, 'resolve')), { settings });
  assert.equal(opened.messageId, again.messageId);
  assert.notEqual(opened.messageId, resolved.messageId);
  assert.equal(opened.references, resolved.references);
});

test('the library of Standard Webhooks verifies what a shared key signs, and so it does while keys are rotated', () => {
  const first = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const second = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
  const nowMs = Date.now();
  const notice = noticeLike();
  const body = webhookBody(notice);
  const rotating = { signingKey: second, formerSigningKey: first, formerUntilMs: String(nowMs + 1) };
  const headers = webhookHeaders(notice, body, rotating, nowMs);
  assert.equal(headers['webhook-id'], 'msg_019b00000000700080000000000000ff');
  for (const secret of [first, second]) {
    assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body));
    assert.throws(() => new Webhook(secret).verify(`${body} `, headers));
  }
  const rotated = webhookHeaders(notice, body, rotating, nowMs + 1);
  assert.throws(() => new Webhook(first).verify(body, rotated));
  new Webhook(second).verify(body, rotated);
});

test('whoever has the public key of a channel verifies its webhooks', () => {
  const signingKey = newWebhookSigningKey(insecureDeterministicEntropy('formats'));
  const notice = noticeLike();
  const body = webhookBody(notice);
  const headers = webhookHeaders(notice, body, { signingKey }, 1_893_499_200_500);
  assert.equal(headers['webhook-timestamp'], '1893499200');
  const raw = openWebhookSigningKey(signingKey)?.publicKey?.slice('whpk_'.length) ?? '';
  const x = Buffer.from(raw, 'base64').toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const content = Buffer.from(`${headers['webhook-id'] ?? ''}.1893499200.${body}`);
  const [version, signature] = (headers['webhook-signature'] ?? '').split(',');
  assert.equal(version, 'v1a');
  assert.ok(verify(null, content, publicKey, Buffer.from(signature ?? '', 'base64')));
});

test('a text is cut by its letters, and says so', () => {
  assert.equal(plainText('abc', 3), 'abc');
  assert.equal(plainText('abcd', 3), 'ab…');
  assert.ok(plainText('𝒳𝒳𝒳', 4).isWellFormed());
  assert.equal(plainText('a\u202e\u0000b', 9), 'a b');
});

test('the library of Adaptive Cards complains of what is no card', () => {
  const body = [{ type: 'TextBlok', text: 'x' }];
  assert.notDeepEqual(cardComplaints({ type: 'AdaptiveCard', version: '1.5', body }), []);
});
