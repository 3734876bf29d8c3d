import type { Actor, ActorSession } from '../event.ts';

/** `userIdentity` of a CloudTrail record, as far as an event tells it. */
export interface UserIdentity {
  readonly type?: string | undefined;
  readonly principalId?: string | undefined;
  readonly arn?: string | undefined;
  readonly accountId?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly userName?: string | undefined;
  readonly identityProvider?: string | undefined;
  readonly invokedBy?: string | undefined;
  readonly sessionContext?: SessionContext | undefined;
}

interface SessionContext {
  readonly sessionIssuer?: Readonly<Record<string, string | undefined>> | undefined;
  readonly webIdFederationData?:
    | { readonly federatedProvider: string; readonly attributes: object }
    | undefined;
  readonly attributes: { readonly creationDate?: string | undefined; readonly mfaAuthenticated: string };
  readonly sourceIdentity?: string | undefined;
}

/** What CloudTrail names the service itself when it acts without being asked. */
export const INTERNAL = 'AWS Internal';

/** Who acted. An access key that was only claimed is nobody's identity, so it is told elsewhere. */
export function userIdentityOf(actor: Actor): UserIdentity {
  const { account: accountId, arn, credentialId, name: userName, session, type } = actor;
  const accessKeyId = actor.unverified === true ? undefined : credentialId;
  const known = { arn, accountId, accessKeyId };
  switch (type) {
    case 'system':
      return { accountId, invokedBy: INTERNAL };
    case 'anonymous':
      return { type: 'Unknown', ...known };
    case 'root':
      return { type: 'Root', ...known, sessionContext: sessionContextOf(session) };
    case 'role':
      return {
        type: 'AssumedRole',
        ...known,
        sessionContext: sessionContextOf(session ?? {}, sessionIssuerOf(actor)),
      };
    case 'web-identity':
      return {
        type: 'WebIdentityUser',
        principalId: [session?.issuer, session?.audience, session?.subject].join(':'),
        userName: session?.subject ?? userName,
        identityProvider: session?.provider ?? session?.issuer,
      };
    default:
      return { type: 'IAMUser', ...known, userName, sessionContext: sessionContextOf(session) };
  }
}

/** Whom `LookupEvents` finds by `Username`: a user's name, or the name of a role's session. */
export function userNameOf(actor: Actor): string | undefined {
  if (actor.type === 'role') return actor.arn?.split('/').at(-1) ?? actor.name;
  if (actor.type === 'web-identity') return actor.session?.subject ?? actor.name;
  return actor.type === 'root' ? 'root' : actor.name;
}

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>` tells the role, but for its path. */
function sessionIssuerOf({ account = '', arn = '', name }: Actor): SessionContext['sessionIssuer'] {
  const [, role = name] = arn.split('/');
  return {
    type: 'Role',
    arn: `arn:aws:iam::${account}:role/${role ?? ''}`,
    accountId: account,
    userName: role,
  };
}

function sessionContextOf(
  session: ActorSession | undefined,
  sessionIssuer?: SessionContext['sessionIssuer'],
): SessionContext | undefined {
  if (session === undefined) return undefined;
  const { audience, issuedAt, issuer, mfa, provider, sourceIdentity, subject } = session;
  const federated = provider ?? issuer;
  return {
    sessionIssuer,
    webIdFederationData:
      federated === undefined
        ? undefined
        : { federatedProvider: federated, attributes: { iss: issuer, aud: audience, sub: subject } },
    attributes: {
      creationDate: issuedAt?.replace(/\.\d+Z$/, 'Z'),
      mfaAuthenticated: String(mfa === true),
    },
    sourceIdentity,
  };
}
