import type { PrincipalPolicy } from '@keywitness/api';
import type { IamCaller } from '../../api/index.ts';
import { xmlAt, xmlText } from '../../formats/index.ts';

/** A role, as IAM tells of it. */
export interface RoleDetail {
  readonly arn: string;
  readonly createdAt: string;
  readonly description: string | undefined;
  readonly maxSessionSeconds: number;
  /** Who may become it: policy JSON. */
  readonly trust: string;
  readonly policies: readonly PrincipalPolicy[];
}

/** Reads a role with its own policies. */
export async function readRole(iam: IamCaller, name: string): Promise<RoleDetail> {
  const [answer, listed] = await Promise.all([
    iam('GetRole', { RoleName: name }),
    iam('ListRolePolicies', { RoleName: name }),
  ]);
  const role = xmlAt(answer, 'Role');
  const names = (xmlAt(listed, 'PolicyNames')?.children ?? []).map(({ text }) => text);
  const policies = names.map(async (policyName) => {
    const policy = await iam('GetRolePolicy', { RoleName: name, PolicyName: policyName });
    return { name: policyName, document: documentIn(xmlText(policy, 'PolicyDocument')) };
  });
  return {
    arn: xmlText(role, 'Arn') ?? '',
    createdAt: xmlText(role, 'CreateDate') ?? '',
    description: xmlText(role, 'Description'),
    maxSessionSeconds: Number(xmlText(role, 'MaxSessionDuration') ?? 0),
    trust: documentIn(xmlText(role, 'AssumeRolePolicyDocument')),
    policies: await Promise.all(policies),
  };
}

/** IAM answers documents as a URL would have them. */
function documentIn(text: string | undefined): string {
  return decodeURIComponent(text ?? '');
}
