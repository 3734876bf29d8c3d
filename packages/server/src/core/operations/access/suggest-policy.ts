import type { Key } from '../../keys/index.ts';
import type { PolicyDocument } from '../../policy/index.ts';
import { principalIdOf } from '../../identity/index.ts';
import type { StateView } from './state-view.ts';

/** What whoever administers a key keeps, used or not: without it nobody could change the policy again. */
const KEPT: ReadonlySet<string> = new Set(['kms:PutKeyPolicy', 'kms:GetKeyPolicy', 'kms:DescribeKey']);

/**
 * A key policy that allows what was used, by name, and denies what the given one denies. Whoever the given policy lets
 * change it keeps that. `undefined` when nothing was used: there is nothing to go by.
 */
export function suggestKeyPolicy(
  document: PolicyDocument,
  used: ReadonlyMap<string, ReadonlySet<string>>,
  key: Key,
  view: StateView,
): string | undefined {
  if (used.size === 0) return undefined;
  const byActions = new Map<string, { readonly actions: readonly string[]; readonly principals: string[] }>();
  for (const [who, actions] of used) {
    const arn = view.principal(principalIdOf(who) ?? who)?.record.arn;
    if (arn === undefined) continue;
    const sorted = [...actions].sort();
    const known = byActions.get(sorted.join());
    if (known === undefined) byActions.set(sorted.join(), { actions: sorted, principals: [arn] });
    else known.principals.push(arn);
  }
  const original: unknown = JSON.parse(key.record.policy);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ...deniesOf(original),
      ...administrators(document),
      ...[...byActions.values()].map(({ actions, principals }, index) => ({
        Sid: `Used${index + 1}`,
        Effect: 'Allow',
        Principal: { AWS: principals.toSorted() },
        Action: actions,
        Resource: '*',
      })),
    ],
  });
}

/** Who is named where the policy may be changed. */
function administrators({ statements }: PolicyDocument): readonly object[] {
  const named = statements.flatMap(({ actions, conditions, effect, principal }) =>
    effect === 'Allow' && conditions.length === 0 && actions?.some(mayChangePolicy) === true
      ? (principal?.aws ?? [])
      : [],
  );
  if (named.length === 0) return [];
  return [
    {
      Sid: 'Administration',
      Effect: 'Allow',
      Principal: { AWS: [...new Set(named)].sort() },
      Action: [...KEPT],
      Resource: '*',
    },
  ];
}

function mayChangePolicy(action: string): boolean {
  const pattern = action.toLowerCase();
  if (!pattern.includes('*')) return pattern === 'kms:putkeypolicy';
  return 'kms:putkeypolicy'.startsWith(pattern.slice(0, pattern.indexOf('*')));
}

function deniesOf(policy: unknown): readonly unknown[] {
  if (!isObject(policy)) return [];
  const { Statement: found } = policy;
  const statements: readonly unknown[] = Array.isArray(found) ? found : [found];
  return statements.filter((statement) => isObject(statement) && statement['Effect'] === 'Deny');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
