// What a fuzz run looks for is found when it is there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import type { Answered } from './check-answer.ts';
import { checkExchange } from './check-exchange.ts';
import type { Generated } from './generate.ts';
import { kmsRequest } from './request.ts';
import { CANARY, type Members, type Scene } from './scene.ts';

const sender = {
  arn: 'arn:aws:iam::111122223333:user/ann',
  accessKeyId: 'AKIA',
  secretAccessKey: 'SECRETofann',
};
const RESULT = Buffer.alloc(32, 5).toString('base64');
const OTHER = Buffer.alloc(40, 6).toString('base64');
const HEADERS = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amzn-requestid': 'request-1',
  'x-keywitness-event-id': 'event-1',
};

const scene: Scene = {
  principals: [],
  keys: [],
  subjects: [],
  imported: [],
  multiRegion: [],
  pending: [],
  made: [{ operation: 'Decrypt', members: { CiphertextBlob: RESULT } }],
  imports: [],
  grants: [],
  grantTokens: [],
  aliases: [],
  markers: [],
};

/** A request, its answer and its event, all as they should be but for what a test plants. */
interface Planted {
  readonly operation?: string;
  readonly asked?: Members;
  readonly generated?: Partial<Generated>;
  readonly answer?: Partial<Answered>;
  readonly error?: { readonly name: string; readonly message: string };
  readonly event?: Members;
  /** As it stands on the record; `null` when nothing does. */
  readonly entry?: string | null;
}

function complaintOf({
  answer,
  asked = {},
  entry,
  error,
  event,
  generated,
  operation = 'GenerateRandom',
}: Planted): string {
  const request = kmsRequest('kms.test', 0, operation, Buffer.from(JSON.stringify(asked)));
  const failed = error === undefined ? undefined : { __type: error.name, message: error.message };
  const recorded = canonicalize({
    actor: { arn: sender.arn },
    ...(error === undefined ? {} : { error: { code: 'x', message: error.message } }),
    id: 'event-1',
    outcome: error === undefined ? 'success' : 'error',
    protocol: { front: 'aws', operation, service: 'kms' },
    requestId: 'request-1',
    ...event,
  });
  const text = entry === undefined ? recorded : (entry ?? undefined);
  const { complaint } = checkExchange(
    scene,
    { request, operation, sender, signature: 'good', isMisplaced: false, mutations: 1, ...generated },
    {
      status: error === undefined ? 200 : 400,
      headers: HEADERS,
      body: JSON.stringify(failed ?? { Plaintext: RESULT }),
      ...answer,
    },
    text === undefined ? undefined : Buffer.from(text),
  );
  return complaint ?? 'nothing';
}

const error = (name: string, message = ''): Planted => ({ error: { name, message } });
const decrypted = {
  operation: 'Decrypt',
  answer: { body: JSON.stringify({ Plaintext: CANARY.toString('base64') }) },
};

const PLANTED: readonly (readonly [complaint: RegExp, planted: Planted])[] = [
  [/^nothing$/, {}],
  [/^nothing$/, error('ValidationException', '1 validation error')],
  [/^nothing$/, { ...decrypted, asked: { CiphertextBlob: RESULT } }],
  [/the status is 500/, { ...error('KMSInternalException'), answer: { status: 500 } }],
  [/no request id/, { answer: { headers: { 'content-type': 'application/x-amz-json-1.1' } } }],
  [/no JSON object/, { answer: { body: 'oops' } }],
  [/no `__type`/, { answer: { status: 400, body: '{"message":"x"}' } }],
  [/other members/, { answer: { status: 400, body: '{"__type":"ValidationException","stack":"x"}' } }],
  [/is no member of the answer/, { answer: { body: '{"Secret":"x"}' } }],
  [/another type/, { answer: { body: '{"Plaintext":7}' } }],
  [/does not answer AlreadyExistsException/, error('AlreadyExistsException')],
  [/tells of the inside/, error('ValidationException', 'x at run (file:///srv/core/run.ts:7:1)')],
  [/holds a secret/, error('ValidationException', `Value ${CANARY.toString('base64')}`)],
  [/good signature was refused/, error('InvalidSignatureException')],
  [/broken signature was accepted/, { generated: { signature: 'broken' } }],
  [/^nothing$/, { asked: { GrantTokens: ['AAAA'], Marker: 'AAAA' } }],
  [/took what was never made/, { operation: 'GenerateDataKey', asked: { GrantTokens: ['AAAA'] } }],
  [/took what was never made/, { ...decrypted, asked: { CiphertextBlob: OTHER } }],
  [
    /another plaintext/,
    { operation: 'Decrypt', asked: { CiphertextBlob: RESULT }, answer: { body: `{"Plaintext":"${OTHER}"}` } },
  ],
  [/is not on the record/, { entry: null }],
  [/not in canonical form/, { entry: '{"b":1,"a":1}' }],
  [/is another one/, { event: { id: 'event-2' } }],
  [/another outcome/, { event: { outcome: 'denied' } }],
  [/record holds the plaintext/, { event: { parameters: { x: CANARY.toString('hex') } } }],
  [/a credential is told/, { event: { justification: 'SECRETofann' } }],
  [/holds what was answered/, { event: { parameters: { x: RESULT } } }],
  [/a success was counted/, { event: { count: 2 } }],
  [/another request id/, { event: { requestId: 'request-2' } }],
  [/another operation/, { event: { protocol: { front: 'aws', operation: 'Decrypt', service: 'kms' } } }],
  [/somebody else/, { event: { actor: { arn: 'arn:aws:iam::111122223333:user/bob' } } }],
  [
    /another message/,
    { ...error('ValidationException', 'one'), event: { error: { code: 'x', message: 'two' } } },
  ],
];

for (const [complaint, planted] of PLANTED) {
  test(`a fuzz run says ${complaint.source}`, () => {
    assert.match(complaintOf(planted), complaint);
  });
}
