import {
  type ApplicablePolicies,
  type CompiledPolicy,
  compilePolicy,
  type Statement,
} from '../../policy/index.ts';
import { namesIn } from './bounds.ts';

/** Names by policy and action: policies are few, and requests many. */
const known = new WeakMap<CompiledPolicy, Map<string, readonly string[]>>();

const NO_VALUES = (): undefined => undefined;

/** The condition keys that these policies may look at when they judge an action, sorted, in lower case. */
export function keysLookedAt(policies: ApplicablePolicies, action: string): readonly string[] {
  const { boundary, grants, identity, organization, resource, session } = policies;
  const all = [
    ...identity,
    ...(resource === undefined ? [] : [resource]),
    ...(boundary === undefined ? [] : [boundary]),
    ...(session ?? []),
    ...(organization ?? []).flat(),
  ];
  const names = new Set(all.flatMap((policy) => keysOf(policy, action)));
  for (const { constraints } of grants ?? []) {
    for (const { key } of constraints) names.add(key.toLowerCase());
  }
  return [...names].sort();
}

function keysOf(policy: CompiledPolicy, action: string): readonly string[] {
  let ofPolicy = known.get(policy);
  if (ofPolicy === undefined) known.set(policy, (ofPolicy = new Map<string, readonly string[]>()));
  const found = ofPolicy.get(action);
  if (found !== undefined) return found;
  const names = policy.document.statements
    .filter((statement) => concerns(statement, action))
    .flatMap(namesIn);
  ofPolicy.set(action, names);
  return names;
}

/** Whether a statement speaks of an action, which is in lower case. */
function concerns({ actions, notActions }: Statement, action: string): boolean {
  const bare: Statement = {
    effect: 'Allow',
    ...(actions === undefined ? {} : { actions }),
    ...(notActions === undefined ? {} : { notActions }),
    conditions: [],
  };
  const [compiled] = compilePolicy(
    { kind: 'identity', version: '2012-10-17', statements: [bare] },
    { name: '' },
  ).allows;
  const request = {
    action,
    resource: '*',
    resourceAccount: '',
    principal: { arn: '', account: '' },
    conditions: NO_VALUES,
  };
  return compiled?.reach(request, action) !== 'none';
}
