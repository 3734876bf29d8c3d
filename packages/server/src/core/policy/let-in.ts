import type { AccessRequest } from './access-request.ts';
import { type CompiledPolicy, compilePolicy } from './compile.ts';
import { type ApplicablePolicies, judge } from './judge.ts';

/** Whatever identity policies could give: how far a resource lets them is the question here. */
const EVERYTHING: CompiledPolicy = compilePolicy(
  {
    kind: 'identity',
    version: '2012-10-17',
    statements: [{ effect: 'Allow', actions: ['*'], resources: ['*'], conditions: [] }],
  },
  { name: 'everything' },
);

/** Whether the policy of a resource, or a grant, would let the caller do this, whatever the caller's own policies say. */
export function isLetIn(
  request: AccessRequest,
  { grants, resource }: Pick<ApplicablePolicies, 'grants' | 'resource'>,
): boolean {
  return judge(request, { identity: [EVERYTHING], grants, resource }).allowed;
}
