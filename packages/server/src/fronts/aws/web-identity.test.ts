import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperationErrorCode, Params } from '../../core/operations/index.ts';
import { place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';
import { answerer, echo, notSigned, signedBy } from './query.test-fixture.ts';
import { type KmsAnswer, stsRequest, takeApart } from './route.test-fixture.ts';
import type { VerifyWebIdentity, WebIdentityVerdict } from './web-identity.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.QzROUlk.QzROUlk';
const ROLE = `arn:aws:iam::${place.account}:role/app`;
const FORM = `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=${ROLE}&RoleSessionName=pod-1`;
const providerArn = `arn:aws:iam::${place.account}:oidc-provider/issuer.example`;
const webIdentity = {
  providerArn,
  issuer: 'https://issuer.example',
  subject: 'system:serviceaccount:shop:app',
  audience: 'sts.amazonaws.com',
  claims: {},
  issuedAtMs: 0,
  expiresAtMs: 1,
  mfa: false,
};

interface Setup {
  readonly bench: TestBench;
  readonly tokens: string[];
  readonly ask: (body: string, verdict?: SignatureVerdict) => Promise<KmsAnswer>;
}

function setUp(verdict: WebIdentityVerdict = { kind: 'verified', webIdentity }): Setup {
  const bench = new TestBench(openMemoryStore());
  const { operation } = echo('AssumeRoleWithWebIdentity');
  const tokens: string[] = [];
  const verifyWebIdentity: VerifyWebIdentity = (params: Params) => {
    tokens.push(params.text('webIdentityToken'));
    return Promise.resolve(verdict);
  };
  return {
    bench,
    tokens,
    ask: async (body, signature = notSigned) =>
      takeApart(
        await answerer(bench.service, [{ ...operation, takesWebIdentity: true }], signature, {
          verifyWebIdentity,
        })(stsRequest(bench, body, undefined)),
      ),
  };
}

const code = ({ text }: KmsAnswer): string => /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? '';

/** Nothing of the token is in the answer or the record (G8). */
function assertTokenless(bench: TestBench, { text }: KmsAnswer): void {
  for (const part of TOKEN.split('.')) {
    assert.ok(!text.includes(part));
    for (const entry of bench.entries()) assert.ok(!entry.includes(part));
  }
}

const REFUSALS: readonly (readonly [OperationErrorCode, name: string, status: number])[] = [
  ['InvalidIdentityToken', 'InvalidIdentityToken', 400],
  ['ExpiredToken', 'ExpiredTokenException', 400],
  ['IdentityProviderRejectedClaim', 'IDPRejectedClaim', 403],
  ['IdentityProviderUnreachable', 'IDPCommunicationError', 400],
];

for (const [refusal, name, status] of REFUSALS) {
  test(`a token that is refused for ${refusal} is answered as ${name} and recorded as unauthenticated`, async () => {
    const { ask, bench, tokens } = setUp({ kind: 'refused', code: refusal, message: 'the token is no good' });
    const answer = await ask(`${FORM}&WebIdentityToken=${TOKEN}`);
    assert.deepEqual([answer.status, code(answer)], [status, name]);
    assert.deepEqual(tokens, [TOKEN]);
    assert.equal(bench.events().length, 1);
    const event = bench.lastEvent();
    assert.deepEqual(
      [event.action, event.outcome, event.actor],
      ['request.unauthenticated', 'denied', { type: 'anonymous' }],
    );
    assert.deepEqual(event.error, { code: name, message: 'the token is no good' });
    assertTokenless(bench, answer);
  });
}

test('the operation is asked by whom the token speaks of, and never sees the token', async () => {
  const bench = new TestBench(openMemoryStore());
  const { operation } = echo('AssumeRoleWithWebIdentity');
  const seen: (readonly [boolean, string])[] = [];
  const run: typeof operation.run = (attempt, params) => {
    seen.push([params.has('webIdentityToken'), params.text('roleArn')]);
    return { subjectFromWebIdentityToken: attempt.caller.webIdentity?.subject };
  };
  const answer = answerer(bench.service, [{ ...operation, takesWebIdentity: true, run }], notSigned, {
    verifyWebIdentity: () => Promise.resolve({ kind: 'verified', webIdentity }),
  });
  const answered = takeApart(await answer(stsRequest(bench, `${FORM}&WebIdentityToken=${TOKEN}`, undefined)));
  assert.deepEqual(seen, [[false, ROLE]]);
  assert.match(answered.text, new RegExp(`FromWebIdentityToken>${webIdentity.subject}<`));
  const { actor } = bench.lastEvent();
  assert.deepEqual([actor.type, actor.arn, actor.name], ['web-identity', providerArn, webIdentity.subject]);
  assertTokenless(bench, answered);
});

test('parameters that violate the model are refused before the token is looked at', async () => {
  const { ask, bench, tokens } = setUp();
  const long = await ask(`${FORM}&WebIdentityToken=${TOKEN}${'x'.repeat(20_000)}`);
  assert.deepEqual([long.status, code(long)], [400, 'ValidationError']);
  assert.match(long.text, /Value at &#39;webIdentityToken&#39; failed/);
  assert.equal(code(await ask(`${FORM}&WebIdentityToken.a=${TOKEN}`)), 'MalformedInput');
  assert.equal(code(await ask(FORM)), 'ValidationError');
  assert.deepEqual(
    bench.events().map(({ action }) => action),
    Array(3).fill('request.malformed'),
  );
  assert.deepEqual(tokens, []);
  assertTokenless(bench, long);
});

test('a signature that is sent nevertheless must hold', async () => {
  const { ask, bench, tokens } = setUp();
  const ann = bench.addUser('ann');
  const body = `${FORM}&WebIdentityToken=${TOKEN}`;
  const refused = { kind: 'refused', code: 'InvalidSignature', message: 'no' } as const;
  assert.equal(code(await ask(body, refused)), 'SignatureDoesNotMatch');
  assert.deepEqual(tokens, []);
  assert.equal((await ask(body, signedBy(ann, 'sts'))).status, 200);
  assert.equal(bench.lastEvent().actor.arn, providerArn);
});

test('where no identity tokens are accepted, the operation is not supported', async () => {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const { operation } = echo('AssumeRoleWithWebIdentity');
  const body = `${FORM}&WebIdentityToken=${TOKEN}`;
  const ask = async (verdict: SignatureVerdict): Promise<string> =>
    code(
      takeApart(
        await answerer(
          bench.service,
          [{ ...operation, takesWebIdentity: true }],
          verdict,
        )(stsRequest(bench, body, undefined)),
      ),
    );
  assert.equal(await ask(signedBy(ann, 'sts')), 'NotImplemented');
  assert.equal(await ask(notSigned), 'MissingAuthenticationToken');
});
