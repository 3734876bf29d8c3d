import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KmsAnswer } from './kms-client.ts';
import { checkAnswers, type RecordedEvent } from './record-checks.ts';

const event: RecordedEvent = {
  id: 'id',
  action: 'key.encrypt',
  outcome: 'success',
  operation: 'Encrypt',
  keyId: 'key',
  count: 1,
  bySystem: false,
  parameters: {},
};
const answer: KmsAnswer = {
  operation: 'Encrypt',
  status: 200,
  members: {},
  recorded: { eventId: 'id', index: 0 },
};

test('an answer with its event passes', () => {
  checkAnswers([answer], [event]);
});

const planted: readonly (readonly [name: string, answer: KmsAnswer, events: readonly RecordedEvent[]])[] = [
  ['an event that is lost', answer, []],
  ['another event in its place', answer, [{ ...event, id: 'another' }]],
  ['a success recorded as refused', answer, [{ ...event, outcome: 'denied' }]],
  ['a refusal recorded as success', { ...answer, status: 400 }, [event]],
  ['another operation in its place', answer, [{ ...event, operation: 'Decrypt' }]],
  ['an answer without a record', { ...answer, recorded: undefined }, [event]],
];

for (const [name, wrong, events] of planted) {
  test(`the checks find ${name}`, () => {
    assert.throws(() => checkAnswers([wrong], events), assert.AssertionError);
  });
}
