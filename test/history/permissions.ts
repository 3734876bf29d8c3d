import { element, must, type RecordedAnswer, SignedClient, type Credentials } from './signed-client.ts';

/** A way to have a permission, and to lose it. */
export interface Permission {
  readonly name: string;
  /** Uses it once. */
  readonly use: () => Promise<RecordedAnswer>;
  readonly revoke: () => Promise<RecordedAnswer>;
  readonly restore: () => Promise<RecordedAnswer>;
}

/** What permissions are made in. */
export interface Scene {
  readonly endpoint: string;
  readonly account: string;
  readonly admin: SignedClient;
}

const ENCRYPT = policy('Allow', 'kms:Encrypt');
const NOTHING = policy('Deny', 'kms:*');

function policy(Effect: 'Allow' | 'Deny', Action: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });
}

/** Every way that there is to take a permission away, each with a user, role or key of its own. */
export async function permissions(scene: Scene): Promise<readonly Permission[]> {
  return Promise.all([
    inlinePolicy(scene),
    attachedPolicy(scene),
    policyVersion(scene),
    group(scene),
    boundary(scene),
    accessKey(scene),
    principal(scene),
    quarantine(scene),
    keySwitch(scene),
    keyPolicy(scene),
    grant(scene),
    alias(scene),
    session(scene),
    sessionsOfRole(scene),
    parentCredential(scene),
    rolePolicy(scene),
    guardrail(scene),
  ]);
}

async function newUser({ admin, endpoint }: Scene, name: string, inline?: string): Promise<SignedClient> {
  return new SignedClient(endpoint, await newUserCredentials(admin, name, inline));
}

async function newUserCredentials(
  admin: SignedClient,
  UserName: string,
  inline?: string,
): Promise<Credentials> {
  await must(admin.query('iam', 'CreateUser', { UserName }));
  if (inline !== undefined) {
    await must(admin.query('iam', 'PutUserPolicy', { UserName, PolicyName: 'use', PolicyDocument: inline }));
  }
  const { text } = await must(admin.query('iam', 'CreateAccessKey', { UserName }));
  return {
    accessKeyId: element(text, 'AccessKeyId'),
    secretAccessKey: element(text, 'SecretAccessKey'),
  };
}

async function newKey(admin: SignedClient, members: object = {}): Promise<string> {
  const { text } = await must(admin.kms('CreateKey', members));
  const [, id] = /"KeyId":"([^"]+)"/.exec(text) ?? [];
  if (id === undefined) throw new Error(`no key in ${text}`);
  return id;
}

function encrypting(client: () => SignedClient, KeyId: string): Permission['use'] {
  return () => client().kms('Encrypt', { KeyId, Plaintext: 'cGxhaW4=' });
}

async function newPolicy(admin: SignedClient, PolicyName: string, PolicyDocument: string): Promise<string> {
  const { text } = await must(admin.query('iam', 'CreatePolicy', { PolicyName, PolicyDocument }));
  return element(text, 'Arn');
}

async function inlinePolicy(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const [user, key] = await Promise.all([newUser(scene, 'inline', ENCRYPT), newKey(admin)]);
  const of = { UserName: 'inline', PolicyName: 'use' };
  return {
    name: 'an inline policy',
    use: encrypting(() => user, key),
    revoke: () => admin.query('iam', 'DeleteUserPolicy', of),
    restore: () => admin.query('iam', 'PutUserPolicy', { ...of, PolicyDocument: ENCRYPT }),
  };
}

async function attachedPolicy(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const [user, key] = await Promise.all([newUser(scene, 'attached'), newKey(admin)]);
  const PolicyArn = 'arn:aws:iam::aws:policy/keywitness/CryptoUser';
  const of = { UserName: 'attached', PolicyArn };
  await must(admin.query('iam', 'AttachUserPolicy', of));
  return {
    name: 'an attached policy',
    use: encrypting(() => user, key),
    revoke: () => admin.query('iam', 'DetachUserPolicy', of),
    restore: () => admin.query('iam', 'AttachUserPolicy', of),
  };
}

async function policyVersion(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const [user, key] = await Promise.all([newUser(scene, 'versions'), newKey(admin)]);
  const PolicyArn = await newPolicy(admin, 'versions', ENCRYPT);
  await must(admin.query('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument: NOTHING }));
  await must(admin.query('iam', 'AttachUserPolicy', { UserName: 'versions', PolicyArn }));
  const switchTo = (VersionId: string): Promise<RecordedAnswer> =>
    admin.query('iam', 'SetDefaultPolicyVersion', { PolicyArn, VersionId });
  return {
    name: 'the default version of a managed policy',
    use: encrypting(() => user, key),
    revoke: () => switchTo('v2'),
    restore: () => switchTo('v1'),
  };
}

async function group(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const [user, key] = await Promise.all([newUser(scene, 'member'), newKey(admin)]);
  const GroupName = 'encrypters';
  await must(admin.query('iam', 'CreateGroup', { GroupName }));
  await must(admin.query('iam', 'PutGroupPolicy', { GroupName, PolicyName: 'use', PolicyDocument: ENCRYPT }));
  const of = { GroupName, UserName: 'member' };
  await must(admin.query('iam', 'AddUserToGroup', of));
  return {
    name: 'membership of a group',
    use: encrypting(() => user, key),
    revoke: () => admin.query('iam', 'RemoveUserFromGroup', of),
    restore: () => admin.query('iam', 'AddUserToGroup', of),
  };
}

async function boundary(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const [user, key] = await Promise.all([newUser(scene, 'bounded', ENCRYPT), newKey(admin)]);
  const PermissionsBoundary = await newPolicy(admin, 'boundary', policy('Allow', 'kms:Decrypt'));
  const UserName = 'bounded';
  return {
    name: 'a permissions boundary',
    use: encrypting(() => user, key),
    revoke: () => admin.query('iam', 'PutUserPermissionsBoundary', { UserName, PermissionsBoundary }),
    restore: () => admin.query('iam', 'DeleteUserPermissionsBoundary', { UserName }),
  };
}

async function accessKey({ admin, endpoint }: Scene): Promise<Permission> {
  const [credentials, key] = await Promise.all([
    newUserCredentials(admin, 'keyholder', ENCRYPT),
    newKey(admin),
  ]);
  const user = new SignedClient(endpoint, credentials);
  const switchTo = (Status: string): Promise<RecordedAnswer> =>
    admin.query('iam', 'UpdateAccessKey', {
      UserName: 'keyholder',
      AccessKeyId: credentials.accessKeyId,
      Status,
    });
  return {
    name: 'an access key',
    use: encrypting(() => user, key),
    revoke: () => switchTo('Inactive'),
    restore: () => switchTo('Active'),
  };
}

async function principal(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const [user, key] = await Promise.all([newUser(scene, 'person', ENCRYPT), newKey(admin)]);
  return {
    name: 'a principal',
    use: encrypting(() => user, key),
    revoke: () => admin.admin('POST', '/v1/principals/person/disable'),
    restore: () => admin.admin('POST', '/v1/principals/person/enable'),
  };
}

async function quarantine(scene: Scene): Promise<Permission> {
  const { account, admin } = scene;
  const [user, key] = await Promise.all([newUser(scene, 'suspect', ENCRYPT), newKey(admin)]);
  const principalArn = `arn:aws:iam::${account}:user/suspect`;
  return {
    name: 'a principal, by a quarantine',
    use: encrypting(() => user, key),
    revoke: () => admin.admin('POST', '/v1/quarantines', { principalArn }),
    restore: () => admin.admin('POST', '/v1/quarantines/release', { principalArn }),
  };
}

async function keySwitch(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const [user, KeyId] = await Promise.all([newUser(scene, 'anybody', ENCRYPT), newKey(admin)]);
  return {
    name: 'a key',
    use: encrypting(() => user, KeyId),
    revoke: () => admin.kms('DisableKey', { KeyId }),
    restore: () => admin.kms('EnableKey', { KeyId }),
  };
}

async function keyPolicy(scene: Scene): Promise<Permission> {
  const { admin, account } = scene;
  const [user, KeyId] = await Promise.all([newUser(scene, 'named'), newKey(admin)]);
  const statement = (AWS: string, Action: string): object => ({
    Effect: 'Allow',
    Principal: { AWS },
    Action,
    Resource: '*',
  });
  const root = statement(`arn:aws:iam::${account}:root`, 'kms:*');
  const named = statement(`arn:aws:iam::${account}:user/named`, 'kms:Encrypt');
  const put = (...Statement: readonly object[]): Promise<RecordedAnswer> =>
    admin.kms('PutKeyPolicy', { KeyId, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  await must(put(root, named));
  return {
    name: 'a key policy',
    use: encrypting(() => user, KeyId),
    revoke: () => put(root),
    restore: () => put(root, named),
  };
}

async function grant(scene: Scene): Promise<Permission> {
  const { admin, account } = scene;
  const [user, KeyId] = await Promise.all([newUser(scene, 'grantee'), newKey(admin)]);
  let GrantId = '';
  const restore = async (): Promise<RecordedAnswer> => {
    const answer = await admin.kms('CreateGrant', {
      KeyId,
      GranteePrincipal: `arn:aws:iam::${account}:user/grantee`,
      Operations: ['Encrypt'],
    });
    GrantId = /"GrantId":"([^"]+)"/.exec(answer.text)?.[1] ?? '';
    return answer;
  };
  await must(restore());
  return {
    name: 'a grant',
    use: encrypting(() => user, KeyId),
    revoke: () => admin.kms('RevokeGrant', { KeyId, GrantId }),
    restore,
  };
}

async function alias(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const named = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'kms:Encrypt',
        Resource: '*',
        Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/open' } },
      },
    ],
  });
  const [user, KeyId] = await Promise.all([newUser(scene, 'by-alias', named), newKey(admin)]);
  const create = (): Promise<RecordedAnswer> =>
    admin.kms('CreateAlias', { AliasName: 'alias/open', TargetKeyId: KeyId });
  await must(create());
  return {
    name: 'an alias that a condition asks for',
    use: encrypting(() => user, KeyId),
    revoke: () => admin.kms('DeleteAlias', { AliasName: 'alias/open' }),
    restore: create,
  };
}

/** Whoever the management account lets may assume it. */
async function newRole({ admin, account }: Scene, RoleName: string, inline?: string): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' },
    ],
  });
  const { text } = await must(admin.query('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument }));
  if (inline !== undefined) {
    const of = { RoleName, PolicyName: 'use', PolicyDocument: inline };
    await must(admin.query('iam', 'PutRolePolicy', of));
  }
  return element(text, 'Arn');
}

async function assume(
  by: SignedClient,
  RoleArn: string,
): Promise<RecordedAnswer & { readonly credentials: Credentials }> {
  const answer = await must(by.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'history' }));
  const credentials = {
    accessKeyId: element(answer.text, 'AccessKeyId'),
    secretAccessKey: element(answer.text, 'SecretAccessKey'),
    sessionToken: element(answer.text, 'SessionToken'),
  };
  return { ...answer, credentials };
}

/** A session that is replaced by another one when its permission is restored. */
async function renewed(
  scene: Scene,
  by: SignedClient,
  roleArn: string,
): Promise<{
  readonly client: () => SignedClient;
  readonly id: () => string;
  readonly renew: () => Promise<RecordedAnswer>;
}> {
  let current = await assume(by, roleArn);
  let client = new SignedClient(scene.endpoint, current.credentials);
  return {
    client: () => client,
    id: () => current.credentials.accessKeyId,
    renew: async () => {
      current = await assume(by, roleArn);
      client = new SignedClient(scene.endpoint, current.credentials);
      return current;
    },
  };
}

async function session(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const key = await newKey(admin);
  const { client, id, renew } = await renewed(scene, admin, await newRole(scene, 'one-session', ENCRYPT));
  return {
    name: 'a session',
    use: encrypting(client, key),
    revoke: () => admin.admin('POST', `/v1/sessions/${id()}/revoke`),
    restore: renew,
  };
}

async function sessionsOfRole(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const key = await newKey(admin);
  const principalArn = await newRole(scene, 'all-sessions', ENCRYPT);
  const { client, renew } = await renewed(scene, admin, principalArn);
  return {
    name: 'all sessions of a role',
    use: encrypting(client, key),
    revoke: () => admin.admin('POST', '/v1/sessions/revoke', { principalArn }),
    restore: renew,
  };
}

async function parentCredential(scene: Scene): Promise<Permission> {
  const { admin, endpoint } = scene;
  const roleArn = await newRole(scene, 'lent', ENCRYPT);
  const [credentials, key] = await Promise.all([
    newUserCredentials(admin, 'borrower', policy('Allow', 'sts:AssumeRole')),
    newKey(admin),
  ]);
  const { credentials: lent } = await assume(new SignedClient(endpoint, credentials), roleArn);
  const client = new SignedClient(endpoint, lent);
  const switchTo = (Status: string): Promise<RecordedAnswer> =>
    admin.query('iam', 'UpdateAccessKey', {
      UserName: 'borrower',
      AccessKeyId: credentials.accessKeyId,
      Status,
    });
  return {
    name: 'the access key that a session was got with',
    use: encrypting(() => client, key),
    revoke: () => switchTo('Inactive'),
    restore: () => switchTo('Active'),
  };
}

async function rolePolicy(scene: Scene): Promise<Permission> {
  const { admin } = scene;
  const key = await newKey(admin);
  const { credentials } = await assume(admin, await newRole(scene, 'policed', ENCRYPT));
  const client = new SignedClient(scene.endpoint, credentials);
  const of = { RoleName: 'policed', PolicyName: 'use' };
  return {
    name: 'the policy of a role',
    use: encrypting(() => client, key),
    revoke: () => admin.query('iam', 'DeleteRolePolicy', of),
    restore: () => admin.query('iam', 'PutRolePolicy', { ...of, PolicyDocument: ENCRYPT }),
  };
}

async function guardrail(scene: Scene): Promise<Permission> {
  const { admin, endpoint } = scene;
  const { text } = await must(admin.admin('POST', '/v1/accounts', { name: 'production' }));
  const [, id] = /"accountId":"([0-9]{12})"/.exec(text) ?? [];
  const { credentials } = await assume(admin, `arn:aws:iam::${id ?? ''}:role/AccountAdministrator`);
  const client = new SignedClient(endpoint, credentials);
  const key = await newKey(client);
  const at = `/v1/accounts/${id ?? ''}/guardrails/no-cryptography`;
  return {
    name: 'a guardrail',
    use: encrypting(() => client, key),
    revoke: () => admin.admin('PUT', at, { document: NO_ENCRYPTION }),
    restore: () => admin.admin('DELETE', at),
  };
}

const NO_ENCRYPTION = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' },
  ],
});
