import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  auditEventSchema,
  eventListQuerySchema,
  eventTailQuerySchema,
  forceQuerySchema,
  newPrincipalSchema,
  pageQuerySchema,
  policyPathSchema,
  principalPathSchema,
  queryTexts,
  readWith,
  type Schema,
} from './index.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const instant = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date('2999-01-01') })
  .map((date) => date.toISOString());
const filters = {
  key: text,
  principal: text,
  account: text,
  session: text,
  issuer: text,
  subject: text,
  action: text,
  operation: text,
  outcome: fc.constantFrom('success', 'denied', 'error', 'throttled'),
  errorCode: text,
  asset: fc.record({ name: text.filter((name) => !name.includes('=')), value: fc.string({ maxLength: 20 }) }),
  source: text,
  userAgent: text,
  text: text.map((words) => `${words} a`),
  credential: text,
  from: instant,
  to: instant,
} as const;
const index = fc.maxSafeNat();

function assertReads<Value>(schema: Schema<Value>, texts: unknown, expected: unknown): void {
  assert.equal(
    JSON.stringify(readWith('the query', schema, texts)),
    JSON.stringify({ kind: 'read', value: expected }),
  );
}

function messageOf(schema: Schema<unknown>, value: unknown): string {
  const reading = readWith('the request', schema, value);
  assert.ok(reading.kind === 'malformed');
  return reading.message;
}

test('every query is read as it was meant', () => {
  const order = fc.constantFrom('newest', 'oldest');
  const limit = fc.integer({ min: 1, max: 1000 });
  const list = fc.record({ ...filters, order, limit, cursor: index.map(String) }, { requiredKeys: [] });
  const tail = fc.record({ ...filters, after: index }, { requiredKeys: [] });
  fc.assert(
    fc.property(list, tail, fc.boolean(), (listed, tailed, force) => {
      assertReads(eventListQuerySchema, queryTexts(listed), listed);
      assertReads(eventTailQuerySchema, queryTexts(tailed), tailed);
      assertReads(forceQuerySchema, queryTexts({ force }), { force });
    }),
  );
});

test('whatever a request holds, reading it answers, and never repeats a value', () => {
  const canary = 'canary-in-a-value';
  const value = fc
    .jsonValue()
    .map((inner) => ({ name: inner, type: canary, policy: [canary], limit: canary }));
  const schemas: readonly Schema<unknown>[] = [
    newPrincipalSchema,
    eventListQuerySchema,
    pageQuerySchema,
    principalPathSchema,
    auditEventSchema,
  ];
  fc.assert(
    fc.property(fc.oneof(fc.anything(), value), fc.constantFrom(...schemas), (input, schema) => {
      const reading = readWith('the request', schema, input);
      assert.ok(reading.kind === 'read' || !reading.message.includes(canary));
    }),
  );
});

test('a message says what was expected, and of what', () => {
  assert.equal(
    messageOf(newPrincipalSchema, { name: 'a b', type: 'user' }),
    'could not read `name` in the request: a principal name has 1 to 64 letters, digits and `_+=,.@-`',
  );
  assert.equal(
    messageOf(pageQuerySchema, { colour: 'red' }),
    'could not read `colour` in the request: there is no such member',
  );
  assert.match(messageOf(newPrincipalSchema, { name: 'ann' }), /`type` in the request: expected/);
  assert.equal(
    messageOf(newPrincipalSchema, { name: 'ann', type: 'user', policy: 'x'.repeat(10_241) }),
    'could not read `policy` in the request: a policy document has at most 10240 characters',
  );
});

test('names that would change a path are none', () => {
  for (const name of ['', '.', '..', 'a/b', 'a b', 'ä', 'x'.repeat(65)]) {
    messageOf(principalPathSchema, { principalName: name });
    messageOf(newPrincipalSchema, { name, type: 'user' });
    if (name.length < 65) messageOf(policyPathSchema, { principalName: 'ann', policyName: name });
  }
});

test('instants that the calendar does not know, and numbers that a number cannot hold, are refused', () => {
  for (const from of ['2030-13-01T00:00:00Z', '2030-01-31', '2030-01-31T12:00:00', '1893456000000']) {
    messageOf(eventListQuerySchema, { from });
  }
  for (const after of ['-1', '1.5', '01', '9007199254740992', '1e3', ' 1']) {
    messageOf(eventTailQuerySchema, { after });
  }
});

test('an event keeps the members that this version does not know, and every pair of its context', () => {
  const context: unknown = JSON.parse('{"constructor":"a","__proto__":"b","toString":"c"}');
  const event = {
    schema: 'keywitness.event/1',
    id: '1',
    time: '2030-01-01T00:00:00.000Z',
    action: 'key.decrypt',
    outcome: 'success',
    actor: { type: 'user', mood: 'good' },
    client: { address: '192.0.2.7' },
    protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
    requestId: '1',
    revision: 1,
    context,
    novelty: { a: 1 },
  };
  const reading = readWith('the event', auditEventSchema, event);
  assert.equal(JSON.stringify(reading), JSON.stringify({ kind: 'read', value: event }));
  messageOf(auditEventSchema, { ...event, context: { a: 1 } });
});
