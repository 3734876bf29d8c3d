import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import type { WebIdentity } from '../../identity/index.ts';
import type { Caller } from '../caller.ts';
import type { OperationError } from '../errors.ts';
import { putGuardrail } from '../organization/index.ts';
import {
  allowing,
  HOME,
  OTHER,
  policyOf,
  roleArn,
  type SessionCaller,
  sts,
  StsBench,
  trusting,
} from './sts.test-fixture.ts';

function newStsBench(): StsBench {
  const store = openMemoryStore();
  return new StsBench(store, new TestBench(store));
}

const PROVIDER = `arn:aws:iam::${HOME}:oidc-provider/id.example/Main`;
const operation = sts('AssumeRoleWithWebIdentity');

function identity(more: Partial<WebIdentity> = {}, claims: WebIdentity['claims'] = {}): Caller {
  const webIdentity: WebIdentity = {
    providerArn: PROVIDER,
    issuer: 'https://id.example/Main',
    subject: 'repo:acme/shop:main',
    audience: 'ci',
    claims: { sub: ['repo:acme/shop:main'], aud: ['ci'], ...claims },
    issuedAtMs: 1_799_999_990_000,
    expiresAtMs: 1_800_000_300_000,
    mfa: false,
    ...more,
  };
  return { principalArn: webIdentity.providerArn, credentialId: 'web-identity', webIdentity };
}

function federating(condition?: object, provider = PROVIDER): string {
  return policyOf({
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: ['sts:AssumeRoleWithWebIdentity', 'sts:SetSourceIdentity'],
    ...(condition === undefined ? {} : { Condition: condition }),
  });
}

function asked(role = 'Deploy'): { readonly roleArn: string; readonly roleSessionName: string } {
  return { roleArn: roleArn(role), roleSessionName: 'run-7' };
}

async function assume(bench: StsBench, caller: Caller, more: object = {}): Promise<SessionCaller> {
  return bench.session(await bench.released(caller, operation, { ...asked(), ...more }));
}

async function refused(bench: StsBench, caller: Caller, more: object = {}): Promise<OperationError> {
  return bench.refused(caller, operation, { ...asked(), ...more });
}

test('whom a provider of the account vouches for gets credentials of a role that trusts it', async () => {
  const bench = newStsBench();
  bench.provider();
  bench.role('Deploy', federating());
  const session = await assume(bench, identity());
  const { audience, provider, subjectFromWebIdentityToken } = session.result;
  assert.equal(audience, 'ci');
  assert.equal(provider, 'https://id.example/Main');
  assert.equal(subjectFromWebIdentityToken, 'repo:acme/shop:main');
  const { actor, change } = bench.bench.lastEvent();
  assert.equal(actor.type, 'web-identity');
  assert.equal(change?.after?.['accessKeyId'], session.credentialId);
  assert.equal(await bench.whoami(session), `arn:aws:sts::${HOME}:assumed-role/Deploy/run-7`);
  const acting = bench.bench.lastEvent().actor.session;
  assert.equal(acting?.subject, 'repo:acme/shop:main');
  assert.deepEqual(acting.chain, [PROVIDER]);
});

test('conditions on claims hold, whatever the case of the provider in the policy', async () => {
  const bench = newStsBench();
  bench.provider();
  const condition = {
    StringEquals: { 'id.example/main:aud': 'ci' },
    StringLike: { 'id.example/Main:sub': 'repo:acme/*' },
    'ForAnyValue:StringEquals': { 'id.example/main:groups': 'deployers' },
  };
  bench.role('Deploy', federating(condition));
  await assume(bench, identity({}, { groups: ['all', 'deployers'] }));
  for (const claims of [
    { groups: ['all'] },
    { groups: ['deployers'], sub: ['repo:evil/shop'] },
    { groups: ['deployers'], aud: ['console'] },
    {},
  ]) {
    const { code, message } = await refused(bench, identity({}, claims));
    assert.equal(code, 'AccessDenied');
    assert.equal(message, 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  }
});

test('a role that does not name the provider is not assumed, nor one that is not there', async () => {
  const bench = newStsBench();
  bench.provider();
  bench.role('Deploy', trusting('*'));
  bench.role('Users', federating(undefined, `arn:aws:iam::${HOME}:oidc-provider/other.example`));
  for (const role of ['Deploy', 'Users', 'None']) {
    const { code, message } = await refused(bench, identity(), asked(role));
    assert.equal(code, 'AccessDenied');
    assert.equal(message, 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  }
});

test('a provider that only another account has registered vouches for nobody here', async () => {
  const bench = newStsBench();
  const foreign = bench.provider({ account: OTHER });
  bench.role('Deploy', federating(undefined, foreign.arn));
  assert.equal((await refused(bench, identity({ providerArn: foreign.arn }))).code, 'AccessDenied');
});

test('a provider that was changed after the token was verified counts as it is now', async () => {
  for (const change of [{ clientIds: ['console'] }, { url: 'https://elsewhere.example' }]) {
    const bench = newStsBench();
    bench.provider(change);
    bench.role('Deploy', federating());
    assert.equal((await refused(bench, identity())).code, 'AccessDenied');
  }
});

test('a provider that is removed takes the sessions with it that it led to', async () => {
  const bench = newStsBench();
  bench.provider();
  bench.role('Deploy', federating());
  bench.role('Next', trusting(`arn:aws:iam::${HOME}:root`));
  const session = await assume(bench, identity());
  const next = await bench.assume(session, 'Next');
  await bench.whoami(next);
  assert.equal(bench.bench.lastEvent().actor.session?.subject, 'repo:acme/shop:main');
  bench.put(`identity-provider:${PROVIDER}`, null);
  assert.equal(await bench.rejected(session), 'CredentialInvalid');
  assert.equal(await bench.rejected(next), 'CredentialInvalid');
});

test('more than one factor counts from when the person proved it, for the whole chain', async () => {
  const bench = newStsBench();
  bench.provider();
  bench.role('Deploy', federating({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }));
  assert.equal((await refused(bench, identity())).code, 'AccessDenied');
  const authTimeMs = 1_799_999_000_000;
  const session = await assume(bench, identity({ mfa: true, authTimeMs }));
  assert.equal(session.session?.mfaAtMs, authTimeMs);
  const fresh = await assume(bench, identity({ mfa: true, authTimeMs: 1_799_999_990_000 }));
  bench.role(
    'Careful',
    trusting(`arn:aws:iam::${HOME}:root`, { NumericLessThan: { 'aws:MultiFactorAuthAge': '600' } }),
  );
  assert.equal((await bench.refusedRole(session, 'Careful')).code, 'AccessDenied');
  const next = await bench.assume(fresh, 'Careful');
  assert.equal(next.session?.mfaAtMs, 1_799_999_990_000);
});

test('more than one factor is of no age when the issuer does not say when it was proved', async () => {
  const bench = newStsBench();
  bench.provider();
  const home = `arn:aws:iam::${HOME}:root`;
  bench.role('Deploy', federating());
  bench.role('Present', trusting(home, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }));
  bench.role('Recent', trusting(home, { NumericLessThan: { 'aws:MultiFactorAuthAge': '600' } }));
  const session = await assume(bench, identity({ mfa: true }));
  const next = await bench.assume(session, 'Present');
  const acting = bench.bench.lastEvent().actor.session;
  assert.deepEqual([acting?.mfa, acting?.mfaAt], [true, undefined]);
  for (const caller of [session, next]) {
    assert.equal((await bench.refusedRole(caller, 'Recent')).code, 'AccessDenied');
  }
  bench.role('Deploy', federating({ NumericLessThan: { 'aws:MultiFactorAuthAge': '600' } }));
  assert.equal((await refused(bench, identity({ mfa: true }))).code, 'AccessDenied');
});

test('a provider that was registered again does not bring back the sessions of the one before', async () => {
  const bench = newStsBench();
  bench.provider();
  bench.role('Deploy', federating());
  const session = await assume(bench, identity());
  bench.put(`identity-provider:${PROVIDER}`, null);
  bench.provider({ createdAtMs: 1 });
  assert.equal(await bench.rejected(session), 'CredentialInvalid');
  await bench.whoami(await assume(bench, identity()));
});

test('what a provider calls somebody passes for no name of a user', async () => {
  const bench = newStsBench();
  bench.provider();
  for (const condition of [{ 'aws:username': 'ann' }, { 'aws:PrincipalType': 'User' }]) {
    bench.role('Deploy', federating({ StringEquals: condition }));
    assert.equal((await refused(bench, identity({ subject: 'ann' }))).code, 'AccessDenied');
  }
});

test('an issuer can set the source identity, when the trust policy lets it', async () => {
  const bench = newStsBench();
  bench.provider();
  const claims = { 'https://aws.amazon.com/source_identity': ['ann'] };
  bench.role('Deploy', federating());
  const session = await assume(bench, identity({}, claims));
  assert.equal(session.session?.sourceIdentity, 'ann');
  const only = {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
  };
  bench.role('Deploy', policyOf(only));
  assert.equal((await refused(bench, identity({}, claims))).code, 'AccessDenied');
  for (const wrong of [['a b'], ['ann', 'bob'], ['x'.repeat(65)]]) {
    const { code } = await refused(bench, identity({}, { 'https://aws.amazon.com/source_identity': wrong }));
    assert.equal(code, 'InvalidIdentityToken');
  }
});

test('the session lasts as long as the role allows, and is limited by session policies', async () => {
  const bench = newStsBench();
  bench.provider();
  bench.role('Deploy', federating(), { maxSessionSeconds: 7200 });
  const session = await assume(bench, identity(), { durationSeconds: 7200, policy: allowing('kms:Decrypt') });
  assert.equal(session.expirationMs, bench.bench.nowMs + 7_200_000);
  assert.equal((await refused(bench, identity(), { durationSeconds: 7201 })).code, 'Validation');
  const { code } = await bench.refused(session, sts('GetAccessKeyInfo'), {
    accessKeyId: session.credentialId,
  });
  assert.equal(code, 'AccessDenied');
  assert.equal(bench.bench.lastEvent().decisions?.[0]?.policyKind, 'session policy');
});

test('a token is good for assuming a role with it and for nothing else', async () => {
  const bench = newStsBench();
  bench.provider();
  bench.role('Deploy', federating());
  for (const name of ['AssumeRole', 'GetSessionToken', 'GetCallerIdentity']) {
    assert.equal((await bench.refused(identity(), sts(name), asked())).code, 'CredentialInvalid');
  }
  const ann = bench.user('ann', allowing('*'));
  assert.equal((await refused(bench, ann)).code, 'AccessDenied');
});

test('guardrails do not keep people from signing in to the management account', async () => {
  const bench = newStsBench();
  const admin = await bench.administrator();
  bench.provider();
  bench.role('Deploy', federating());
  await bench.released(admin, putGuardrail, { guardrailName: 'keys', document: allowing('kms:*') });
  await bench.whoami(await assume(bench, identity()));
});
