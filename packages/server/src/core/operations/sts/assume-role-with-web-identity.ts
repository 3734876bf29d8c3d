import { type WebIdentity, webIdentityConditions } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { assumedRole, noteRoleRequest, readRoleRequest } from './assume-role.ts';
import { parentsOf } from './issue-session.ts';
import { authorizeByTrust, findRole, notAuthorized, type WantedRole } from './wanted-role.ts';

const ASSUME_ROLE_WITH_WEB_IDENTITY = 'sts:AssumeRoleWithWebIdentity';
/** The claim by which issuers set the source identity, as AWS has it. */
const SOURCE_IDENTITY_CLAIM = 'https://aws.amazon.com/source_identity';
const SOURCE_IDENTITY = /^[\w+=,.@-]{2,64}$/;

/**
 * STS `AssumeRoleWithWebIdentity`: short-lived credentials of a role for whom an identity provider vouches for. The
 * front has verified the token; whether the provider is still registered, and in the role's own account, is decided
 * here.
 */
export const assumeRoleWithWebIdentity: Operation = {
  name: ASSUME_ROLE_WITH_WEB_IDENTITY,
  action: 'session.assume-role-with-web-identity',
  takesWebIdentity: true,
  run(attempt, params) {
    noteRoleRequest(attempt, params);
    const role = findRole(attempt, params.text('roleArn'));
    const identity = attempt.caller.webIdentity;
    if (identity === undefined || !isRegistered(attempt, identity, role)) {
      throw notAuthorized(attempt, ASSUME_ROLE_WITH_WEB_IDENTITY, role.arn);
    }
    const parents = parentsOf(attempt);
    const asked = readRoleRequest(params);
    const sourceIdentity = readSourceIdentity(identity);
    authorize(attempt, params, { identity, role, sourceIdentity });
    const { found } = role;
    if (found === undefined) throw notAuthorized(attempt, ASSUME_ROLE_WITH_WEB_IDENTITY, role.arn);
    const { audience, issuer, providerArn: provider, subject } = identity;
    const result = assumedRole(attempt, found.record, parents, {
      ...asked,
      federation: { audience, issuer, provider, subject },
      mfa: identity.mfa ? true : undefined,
      mfaAtMs: mfaAtMs(identity),
      sourceIdentity,
      tags: [],
      transitiveTagKeys: [],
    });
    return { ...result, audience, provider: issuer, subjectFromWebIdentityToken: subject };
  },
};

/** A provider of another account has no say here, nor has one that was changed since the token was verified. */
function isRegistered(
  attempt: Attempt,
  { audience, issuer, providerArn }: WebIdentity,
  role: WantedRole,
): boolean {
  const provider = attempt.view.identityProvider(providerArn);
  if (provider === undefined || provider.account !== role.account) return false;
  return provider.url === issuer && provider.clientIds.includes(audience);
}

/** @throws OperationError `InvalidIdentityToken` */
function readSourceIdentity({ claims }: WebIdentity): string | undefined {
  const values = claims[SOURCE_IDENTITY_CLAIM];
  if (values === undefined) return undefined;
  const [value = ''] = values;
  if (values.length === 1 && SOURCE_IDENTITY.test(value)) return value;
  const message = 'the source identity in the token is not one text of 2 to 64 letters, digits and `_+=,.@-`';
  throw new OperationError('InvalidIdentityToken', message);
}

interface Wanted {
  readonly identity: WebIdentity;
  readonly role: WantedRole;
  readonly sourceIdentity: string | undefined;
}

function authorize(attempt: Attempt, params: Params, { identity, role, sourceIdentity }: Wanted): void {
  const provedAtMs = mfaAtMs(identity);
  const ageSeconds = provedAtMs === undefined ? 0 : Math.floor((attempt.nowMs - provedAtMs) / 1000);
  const claims = [...webIdentityConditions(identity)].map(
    ([name, values]) => [name.toLowerCase(), values] as const,
  );
  const conditions = {
    ...Object.fromEntries(claims),
    'aws:federatedprovider': [identity.providerArn],
    ...(provedAtMs === undefined ? {} : { 'aws:multifactorauthage': [String(Math.max(0, ageSeconds))] }),
    'aws:multifactorauthpresent': [String(identity.mfa)],
    'sts:rolesessionname': [params.text('roleSessionName')],
    ...(sourceIdentity === undefined ? {} : { 'sts:sourceidentity': [sourceIdentity] }),
  };
  authorizeByTrust(attempt, ASSUME_ROLE_WITH_WEB_IDENTITY, role, conditions);
  if (sourceIdentity !== undefined) authorizeByTrust(attempt, 'sts:SetSourceIdentity', role, conditions);
}

/**
 * Only the issuer can say when the person proved it. When the token was issued says nothing of that: tokens are renewed
 * without asking the person.
 */
function mfaAtMs({ authTimeMs, mfa }: WebIdentity): number | undefined {
  return mfa ? authTimeMs : undefined;
}
