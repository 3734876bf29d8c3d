import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@keywitness/api';
import { adviceFor } from './advice.ts';

function refusal(code: string, status: number): ApiError {
  return new ApiError(code, 'no', { status, requestId: 'r', eventId: 'e' });
}

test('every error says what to do, with the ids by which it is found on the record', () => {
  for (const error of [
    refusal('AccessDenied', 403),
    refusal('Odd', 400),
    refusal('Odd', 500),
    new Error('x'),
    'x',
  ]) {
    const advice = adviceFor(error);
    assert.ok(advice.title.length > 5 && advice.whatToDo.length > 10, advice.code);
  }
  const { requestId, eventId, code } = adviceFor(refusal('AccessDenied', 403));
  assert.deepEqual([requestId, eventId, code], ['r', 'e', 'AccessDenied']);
});

test('the exceptions of AWS KMS mean the same as the codes of the admin API', () => {
  const pairs = [
    ['AccessDeniedException', 'AccessDenied'],
    ['KMSInvalidStateException', 'InvalidState'],
    ['ThrottlingException', 'Throttled'],
  ] as const;
  for (const [theirs, ours] of pairs) {
    assert.equal(adviceFor(refusal(theirs, 400)).title, adviceFor(refusal(ours, 400)).title);
  }
});

test('who is not signed in is told to sign in, and a wrong access key is called that', () => {
  assert.match(adviceFor(refusal('ExpiredToken', 401)).whatToDo, /Sign in again/);
  assert.match(adviceFor(refusal('InvalidSignature', 401)).title, /access key/);
});

test('only what may go better next time can be tried again', () => {
  assert.equal(adviceFor(refusal('AccessDenied', 403)).canRetry, false);
  assert.equal(adviceFor(refusal('Throttled', 429)).canRetry, true);
  assert.equal(adviceFor(refusal('Odd', 502)).canRetry, true);
});
