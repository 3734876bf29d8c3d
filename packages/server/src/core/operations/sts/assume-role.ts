import { assumedRoleArn, type RoleRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import { writePolicyDocument } from '../principal-records.ts';
import { issueSession, parentsOf, type SessionParts } from './issue-session.ts';
import { readDuration, roleSessionSeconds } from './session-duration.ts';
import { packedPolicySize, readSessionPolicies, requireManagedPolicies } from './session-policies.ts';
import { readSessionTags, type SessionTags, tagConditions } from './session-tags.ts';
import { authorizeByTrust, findRole, notAuthorized, type WantedRole } from './wanted-role.ts';

const ROLE_SECONDS_MAX = 43_200;
const ASSUME_ROLE = 'sts:AssumeRole';
const SET_SOURCE_IDENTITY = 'sts:SetSourceIdentity';
const TAG_SESSION = 'sts:TagSession';

/** STS `AssumeRole`: short-lived credentials of a role, for whom its trust policy trusts. */
export const assumeRole: Operation = {
  name: ASSUME_ROLE,
  action: 'session.assume-role',
  run(attempt, params) {
    noteRoleRequest(attempt, params);
    refuseMfaDevice(params);
    const role = findRole(attempt, params.text('roleArn'));
    if (attempt.principal.arn.endsWith(':root')) {
      throw new OperationError('AccessDenied', 'Roles may not be assumed by root accounts.');
    }
    const calling = attempt.caller.session;
    const parents = parentsOf(attempt);
    const asked = readRoleRequest(params);
    const tags = readSessionTags(params, calling);
    const sourceIdentity = readSourceIdentity(attempt, params, role);
    authorize(attempt, params, { role, sourceIdentity, tags });
    const { found } = role;
    if (found === undefined) throw notAuthorized(attempt, ASSUME_ROLE, role.arn);
    return assumedRole(attempt, found.record, parents, {
      ...asked,
      ...tags,
      federation: calling?.federation,
      mfa: calling?.mfa,
      mfaAtMs: calling?.mfaAtMs,
      sourceIdentity,
    });
  },
};

/** What is asked for of a session of a role, by whomever. */
type RoleRequest = Pick<SessionParts, 'name' | 'policies' | 'policyArns'> & {
  readonly requestedSeconds: number | undefined;
};

/** Notes what a session of a role is asked for with. */
export function noteRoleRequest(attempt: Attempt, params: Params): void {
  const tagKeys = params.structures('tags').map((tag) => tag.text('key'));
  const policyArns = params.structures('policyArns').map((policy) => policy.text('arn'));
  const transitiveTagKeys = params.texts('transitiveTagKeys');
  attempt.note.parameters = {
    durationSeconds: params.optionalNumber('durationSeconds'),
    externalId: params.optionalText('externalId'),
    policyArns: noneIfEmpty(policyArns),
    role: params.text('roleArn'),
    roleSessionName: params.text('roleSessionName'),
    sourceIdentity: params.optionalText('sourceIdentity'),
    tagKeys: noneIfEmpty(tagKeys),
    transitiveTagKeys: noneIfEmpty(transitiveTagKeys),
  };
}

/** Reads what is asked for of a session of a role. @throws OperationError */
export function readRoleRequest(params: Params): RoleRequest {
  return {
    name: params.text('roleSessionName'),
    ...readSessionPolicies(params),
    requestedSeconds: readDuration(params, ROLE_SECONDS_MAX),
  };
}

/** The session of a role that was allowed, as AWS answers it. @throws OperationError */
export function assumedRole(
  attempt: Attempt,
  record: RoleRecord,
  parents: ReturnType<typeof parentsOf>,
  asked: RoleRequest & Omit<SessionParts, 'durationSeconds' | 'record'>,
): Result {
  const { requestedSeconds, ...members } = asked;
  const { name = '', policies, policyArns, sourceIdentity } = members;
  const durationSeconds = roleSessionSeconds(attempt, record, requestedSeconds);
  requireManagedPolicies(attempt, policyArns, record.account);
  const packed = packedPolicySize(members);
  const [policySha256] = policies.map((document) => writePolicyDocument(attempt, document));
  attempt.note.parameters = { ...attempt.note.parameters, durationSeconds, policySha256, sourceIdentity };
  const credentials = issueSession(attempt, { ...members, durationSeconds, record }, parents);
  return {
    assumedRoleUser: {
      arn: assumedRoleArn(record.account, record.name, name),
      assumedRoleId: `${record.uniqueId}:${name}`,
    },
    credentials,
    packedPolicySize: packed,
    sourceIdentity,
  };
}

interface Wanted {
  readonly role: WantedRole;
  readonly sourceIdentity: string | undefined;
  readonly tags: SessionTags;
}

/** As in AWS, who hands down a source identity or tags needs the permission for them at every link of the chain. */
function authorize(attempt: Attempt, params: Params, { role, sourceIdentity, tags }: Wanted): void {
  const externalId = params.optionalText('externalId');
  const conditions = {
    ...tagConditions(tags),
    'sts:rolesessionname': [params.text('roleSessionName')],
    ...(externalId === undefined ? {} : { 'sts:externalid': [externalId] }),
    ...(sourceIdentity === undefined ? {} : { 'sts:sourceidentity': [sourceIdentity] }),
  };
  authorizeByTrust(attempt, ASSUME_ROLE, role, conditions);
  if (sourceIdentity !== undefined) authorizeByTrust(attempt, SET_SOURCE_IDENTITY, role, conditions);
  if (tags.tags.length > 0) authorizeByTrust(attempt, TAG_SESSION, role, conditions);
}

/** Once a session has a source identity, all sessions that are got with it have the same one. */
function readSourceIdentity(attempt: Attempt, params: Params, { arn }: WantedRole): string | undefined {
  const requested = params.optionalText('sourceIdentity');
  const inherited = attempt.caller.session?.sourceIdentity;
  const changes = inherited !== undefined && requested !== undefined && requested !== inherited;
  if (!changes) return inherited ?? requested;
  const { message } = notAuthorized(attempt, SET_SOURCE_IDENTITY, arn);
  throw new OperationError(
    'AccessDenied',
    `${message} because the source identity of a session does not change`,
  );
}

/** @throws OperationError `Unsupported` */
export function refuseMfaDevice(params: Params): void {
  if (!params.has('serialNumber') && !params.has('tokenCode')) return;
  const message =
    'MFA devices are not supported: prove more than one factor to an identity provider, and use AssumeRoleWithWebIdentity.';
  throw new OperationError('Unsupported', message);
}

function noneIfEmpty(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : texts;
}
