import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryBytesMax } from '@keywitness/log';
import fc from 'fast-check';
import type { AuditEvent } from '../audit/index.ts';
import { countedEvent, encodeEvent, encodeWhole, eventOf } from './event-builder.ts';
import { parseRecord } from './subjects.ts';

function eventWith(members: Partial<AuditEvent>): AuditEvent {
  return {
    ...eventOf({
      id: 'id',
      nowMs: 1_800_000_000_000,
      durationMs: 1.5,
      request: {
        requestId: 'request',
        client: { address: '192.0.2.1', userAgent: 'agent' },
        protocol: { front: 'aws', service: 'kms', operation: 'Encrypt' },
        startedMs: 0,
      },
      action: 'key.encrypt',
      actor: { type: 'user', arn: 'arn:aws:iam::111122223333:user/ann' },
      revision: 3,
      outcome: 'error',
      error: { code: 'Validation', message: 'no' },
    }),
    ...members,
  };
}

function decoded(event: AuditEvent): AuditEvent {
  return parseRecord<AuditEvent>(Buffer.from(encodeEvent(event)).toString('utf8'));
}

test('an event within the limit is recorded as it is', () => {
  const event = eventWith({ context: { customer: '4711' } });
  assert.deepEqual(encodeEvent(event), encodeWhole(event));
  assert.equal(decoded(event).clipped, undefined);
  assert.deepEqual(decoded(event).context, { customer: '4711' });
});

test('the limit is exact', () => {
  const base = encodeEvent(eventWith({ context: { a: '' } })).length;
  const full = eventWith({ context: { a: 'x'.repeat(entryBytesMax - base) } });
  assert.equal(encodeWhole(full)?.length, entryBytesMax);
  const over = eventWith({ context: { a: 'x'.repeat(entryBytesMax - base + 1) } });
  assert.equal(encodeWhole(over), undefined);
});

test('an event beyond the limit loses what requests can make large, and says so', () => {
  const event = eventWith({
    context: { customer: 'x'.repeat(1_000_000) },
    key: { id: 'key', requested: 'alias/key' },
  });
  const record = decoded(event);
  assert.equal(record.clipped, true);
  assert.equal(record.context, undefined);
  assert.deepEqual(record.key, { id: 'key', requested: 'alias/key' });
  assert.deepEqual(record.actor, event.actor);
});

test('no text anywhere in an event makes its record longer than the limit', () => {
  const text = fc.constantFrom(
    'short',
    // Each of these is too long by itself, as it is written in JSON.
    '\u0001'.repeat(12_000),
    '\u{1f511}'.repeat(17_000),
    '\ud800'.repeat(12_000),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 12, maxLength: 12 }), (texts) => {
      const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', i = '', j = '', k = '', l = ''] =
        texts;
      const event = eventWith({
        actor: { type: 'anonymous', credentialId: a, unverified: true },
        client: {
          address: b,
          certificate: { issuer: k, notAfter: l, sans: Array(16).fill(a), serial: b, sha256: c, subject: d },
          certificateError: e,
          proxies: Array(8).fill(f),
          userAgent: c,
        },
        justification: g,
        protocol: { front: 'aws', service: d, operation: e },
        requestId: f,
        traceId: g,
        key: { requested: h, id: i },
        context: { [j]: k },
        error: { code: 'Validation', message: l },
        decisions: [{ effect: 'allow', permission: a, resource: b, statement: c }],
        parameters: { names: [d, e] },
      });
      const record = encodeEvent(countedEvent(event, 7, event.time));
      assert.ok(record.length <= entryBytesMax);
      const { count, outcome, action } = parseRecord<AuditEvent>(Buffer.from(record).toString('utf8'));
      assert.deepEqual([count, outcome, action], [7, 'error', 'key.encrypt']);
    }),
    { numRuns: 50 },
  );
});

test('a counted event has the times of its first and last attempt; one attempt is not counted', () => {
  const event = eventWith({});
  assert.equal(countedEvent(event, 1, 'later'), event);
  const counted = countedEvent(event, 2, '2027-01-15T08:00:09.000Z');
  assert.equal(counted.firstTime, event.time);
  assert.equal(counted.time, '2027-01-15T08:00:09.000Z');
});
