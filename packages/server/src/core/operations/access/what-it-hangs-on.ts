import type { OpenCondition } from '@keywitness/api';
import type {
  AccessRequest,
  ApplicablePolicies,
  CompiledPolicy,
  DecidingKind,
  DecidingStatement,
  Decision,
} from '../../policy/index.ts';
import { openConditionsOf } from './bounds.ts';
import type { IsOpen } from './open-keys.ts';

/** An answer that depends on what the question leaves open, with all that it came from. */
interface Uncertain {
  readonly request: AccessRequest;
  readonly policies: ApplicablePolicies;
  readonly certain: ApplicablePolicies;
  readonly possible: ApplicablePolicies;
  /** The decision for `possible`. */
  readonly decision: Decision;
  readonly isOpen: IsOpen;
}

interface KindPolicy {
  readonly kind: DecidingKind;
  readonly policy: CompiledPolicy;
}

/** Conditions that one answer tells. */
const CONDITIONS_MAX = 20;
/** What these kinds do not allow is denied whatever others allow. */
const LIMITS: ReadonlySet<DecidingKind> = new Set([
  'permissions boundary',
  'session policy',
  'service control policy',
]);

/**
 * The open conditions that an answer of `if` hangs on: those of the statements that would allow, of what would limit
 * them, and of the statements that may deny all the same.
 */
export function whatItHangsOn(uncertain: Uncertain): readonly OpenCondition[] {
  const { certain, decision, policies, possible, request } = uncertain;
  const action = request.action.toLowerCase();
  const [originals, narrow, wide] = [kindsOf(policies), kindsOf(certain), kindsOf(possible)];
  const found: OpenCondition[] = [...grantConditions(uncertain)];
  for (const [position, original] of originals.entries()) {
    const narrowPolicy = narrow[position]?.policy;
    const widePolicy = wide[position]?.policy;
    const tell = (when: OpenCondition['when'], index: number): void =>
      void found.push(...conditionsAt(original, index, when, uncertain.isOpen));
    for (const statement of narrowPolicy?.denies ?? []) {
      if (statement.reach(request, action) === 'none') continue;
      tell('unless', statement.identity(original.kind).statementIndex);
    }
    const isLimit = LIMITS.has(original.kind);
    const isCertain = narrowPolicy?.allows.some((statement) => statement.reach(request, action) !== 'none');
    if (isLimit && isCertain === true) continue;
    for (const statement of widePolicy?.allows ?? []) {
      const identity = statement.identity(original.kind);
      const decides = isSame(identity, decision.by) || isSame(identity, decision.via);
      if (!decides && !(isLimit && statement.reach(request, action) !== 'none')) continue;
      tell('if', identity.statementIndex);
      if (isLimit) break;
    }
  }
  return found.slice(0, CONDITIONS_MAX);
}

function conditionsAt(
  { kind, policy }: KindPolicy,
  index: number,
  when: OpenCondition['when'],
  isOpen: IsOpen,
): readonly OpenCondition[] {
  const statement = policy.document.statements[index];
  if (statement === undefined) return [];
  const name = statement.sid ?? `#${index}`;
  return openConditionsOf(statement, policy.document, isOpen).map(({ key, operator, values }) => ({
    when,
    policy: kind === 'resource-based' ? kind : policy.name,
    statement: name,
    operator: operator.written,
    key,
    values,
  }));
}

function grantConditions({ decision, isOpen, policies, request }: Uncertain): readonly OpenCondition[] {
  const action = request.action.toLowerCase();
  const names = [decision.by, decision.via]
    .filter((statement) => statement?.policyKind === 'grant')
    .map((statement) => statement?.policyName);
  return (policies.grants ?? [])
    .filter(({ grant }) => names.includes(grant.grantId))
    .flatMap(({ constraints, grant }) =>
      constraints
        .filter((constraint) => constraint.concerns(action) && isOpen(constraint.key.toLowerCase()))
        .map(({ key, operator, values }) => ({
          when: 'if' as const,
          policy: grant.grantId,
          statement: grant.name ?? '#0',
          operator,
          key,
          values,
        })),
    );
}

/** All policies but grants, always in the same order. */
function kindsOf({
  boundary,
  identity,
  organization,
  quarantine,
  resource,
  session,
}: ApplicablePolicies): readonly KindPolicy[] {
  const of = (kind: DecidingKind, policies: readonly CompiledPolicy[]): readonly KindPolicy[] =>
    policies.map((policy) => ({ kind, policy }));
  return [
    ...of('quarantine', quarantine === undefined ? [] : [quarantine]),
    ...of('identity-based', identity),
    ...of('resource-based', resource === undefined ? [] : [resource]),
    ...of('permissions boundary', boundary === undefined ? [] : [boundary]),
    ...of('session policy', session ?? []),
    ...of('service control policy', (organization ?? []).flat()),
  ];
}

function isSame(left: DecidingStatement, right: DecidingStatement | undefined): boolean {
  return (
    right !== undefined &&
    left.policyKind === right.policyKind &&
    left.policyName === right.policyName &&
    left.statementIndex === right.statementIndex
  );
}
