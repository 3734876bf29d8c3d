import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@keywitness/api';
import { kmsCaller } from './kms-caller.ts';

const endpoint = 'https://kms.example.com';

function callerOf(answer: () => Response, sent: Headers[] = []): ReturnType<typeof kmsCaller> {
  return kmsCaller({
    endpoint,
    csrfToken: () => 'token',
    fetch: async (_input, init) => {
      sent.push(new Headers(init?.headers));
      return answer();
    },
  });
}

test('an operation is called by its name, with the token of the session, in a Region', async () => {
  const sent: Headers[] = [];
  const kms = callerOf(() => new Response('{"KeyMetadata":{"KeyId":"1","CreationDate":1900000000.5}}'), sent);
  const { KeyMetadata } = await kms('DescribeKey', { KeyId: 'alias/a' }, { region: 'eu-west-1' });
  assert.deepEqual([KeyMetadata?.KeyId, KeyMetadata?.CreationDate], ['1', 1_900_000_000.5]);
  const [headers] = sent;
  assert.equal(headers?.get('x-amz-target'), 'TrentService.DescribeKey');
  assert.equal(headers.get('x-keywitness-csrf'), 'token');
  assert.equal(headers.get('x-keywitness-region'), 'eu-west-1');
});

test('an operation that says nothing is answered with nothing', async () => {
  assert.deepEqual(await callerOf(() => new Response(''))('EnableKey', { KeyId: '1' }), {});
});

test('a refusal has the code and message of AWS KMS, and its ids', async () => {
  const headers = { 'x-amzn-requestid': 'r', 'x-keywitness-event-id': 'e' };
  const body = '{"__type":"com.amazonaws.kms#DisabledException","message":"the key is disabled"}';
  const cases = [
    [body, 'DisabledException', 'the key is disabled'],
    ['<html>', 'UnexpectedAnswer', 'the service answered with status `400`'],
  ] as const;
  for (const [text, code, message] of cases) {
    const kms = callerOf(() => new Response(text, { status: 400, headers }));
    await assert.rejects(kms('EnableKey', { KeyId: '1' }), (error) => {
      assert.ok(error instanceof ApiError);
      assert.deepEqual(
        [error.code, error.message, error.requestId, error.eventId],
        [code, message, 'r', 'e'],
      );
      return true;
    });
  }
});
