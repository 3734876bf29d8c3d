/**
 * What a user or role is stored and referred to by: its ARN without the path and in lower case, because names are
 * unique in their account whatever their path and case.
 */
export function principalId(account: string, kind: 'user' | 'role', name: string): string {
  return `arn:aws:iam::${account}:${kind}/${name.toLowerCase()}`;
}

/** The {@link principalId} that a shown ARN of a user or role, with path, leads to; `undefined` for other ARNs. */
export function principalIdOf(arn: string): string | undefined {
  const [, account, kind, name] = PRINCIPAL_ARN.exec(arn) ?? [];
  if (account === undefined || (kind !== 'user' && kind !== 'role') || name === undefined) return undefined;
  return principalId(account, kind, name);
}

const PRINCIPAL_ARN = /^arn:aws:iam::([0-9]{12}):(user|role)\/(?:[\u0021-\u007F]*\/)?([\w+=,.@-]{1,64})$/;

/** The ARN that identities are shown with. `path` begins and ends with a slash. */
export function identityArn(account: string, kind: string, path: string, name: string): string {
  return `arn:aws:iam::${account}:${kind}${path}${name}`;
}

/** What a group is stored by. */
export function groupId(account: string, name: string): string {
  return `${account}/${name.toLowerCase()}`;
}

/** The account's root, which stands for the account itself in policies. */
export function rootArn(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

/** The ARN of a session of a role. */
export function assumedRoleArn(account: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`;
}

/** The ARN of an identity provider: its issuer's URL without the scheme, and without a slash at the end. */
export function identityProviderArn(account: string, url: string): string {
  return `arn:aws:iam::${account}:oidc-provider/${url.replace(/^https?:\/\//, '').replace(/\/$/, '')}`;
}
