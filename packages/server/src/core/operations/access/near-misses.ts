import type { NearMiss } from '@keywitness/api';
import {
  type AccessRequest,
  type ApplicablePolicies,
  type CompiledPolicy,
  compilePolicy,
  type DecidingKind,
  type Statement,
  type StatementTrace,
  traceDecision,
} from '../../policy/index.ts';
import type { Principal } from '../principal.ts';
import type { StateView } from './state-view.ts';
import { originOf } from './tell-decision.ts';

/** Near misses that one explanation tells. */
const NEAR_MISSES_MAX = 20;

const EVERYBODY = { everybody: true, aws: [], services: [], federated: [], canonicalUsers: [] };

/**
 * The statements that would have allowed a request that was denied, but for one of their elements: those of the kind
 * of policy that was missing first, and those that failed on a condition before others.
 */
export function nearMisses(
  request: AccessRequest,
  policies: ApplicablePolicies,
  principal: Principal,
  view: StateView,
): readonly NearMiss[] {
  const { decision, policies: traces } = traceDecision(request, policies);
  if (decision.allowed || decision.effect === 'explicit-deny') return [];
  const found = traces.flatMap((trace) => {
    const compiled = policyOf(policies, trace.policyKind, trace.policyName, trace.level);
    return trace.statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap((statement): readonly NearMiss[] => {
        const miss = missOf(request, statement, compiled);
        if (miss === undefined) return [];
        const { policyKind, policyName, policySha256 } = trace;
        return [
          {
            policyKind,
            policy: policyName,
            policySha256,
            statement: statement.sid ?? `#${statement.statementIndex}`,
            origin: originOf({ policyKind, policyName, policySha256 }, principal, view),
            ...miss,
          },
        ];
      });
  });
  const rank = (miss: NearMiss): number =>
    (miss.policyKind === decision.missing ? 0 : 2) + (miss.element === 'Condition' ? 0 : 1);
  return found.toSorted((left, right) => rank(left) - rank(right)).slice(0, NEAR_MISSES_MAX);
}

function missOf(
  request: AccessRequest,
  trace: StatementTrace,
  compiled: CompiledPolicy | undefined,
): Pick<NearMiss, 'element' | 'failed'> | undefined {
  const statement = compiled?.document.statements[trace.statementIndex];
  switch (trace.outcome) {
    case 'matches':
      return undefined;
    case 'condition-failed':
      return { element: 'Condition', failed: trace.failed };
    case 'other-action':
      return without(request, statement, compiled, 'Action');
    case 'other-principal':
      return without(request, statement, compiled, 'Principal');
    case 'other-resource':
      return without(request, statement, compiled, 'Resource');
  }
}

/** Whether the statement would match if this element said everything. */
function without(
  request: AccessRequest,
  statement: Statement | undefined,
  compiled: CompiledPolicy | undefined,
  element: 'Action' | 'Principal' | 'Resource',
): Pick<NearMiss, 'element'> | undefined {
  if (statement === undefined || compiled === undefined) return undefined;
  const wide = compilePolicy(
    { ...compiled.document, statements: [widened(statement, element)] },
    { name: compiled.name },
  );
  const reaches = wide.allows[0]?.reach(request, request.action.toLowerCase());
  return reaches === undefined || reaches === 'none' ? undefined : { element };
}

function widened(statement: Statement, element: 'Action' | 'Principal' | 'Resource'): Statement {
  const { notActions, notPrincipal, notResources, resources, ...rest } = statement;
  const actions = notActions === undefined ? {} : { notActions };
  const principals = notPrincipal === undefined ? {} : { notPrincipal };
  const about = {
    ...(resources === undefined ? {} : { resources }),
    ...(notResources === undefined ? {} : { notResources }),
  };
  switch (element) {
    case 'Action':
      return { ...rest, ...principals, ...about, actions: ['*'] };
    case 'Principal':
      return { ...rest, ...actions, ...about, principal: EVERYBODY };
    case 'Resource':
      return { ...rest, ...actions, ...principals };
  }
}

function policyOf(
  { boundary, identity, organization, resource, session }: ApplicablePolicies,
  kind: DecidingKind,
  name: string,
  level: number | undefined,
): CompiledPolicy | undefined {
  const named = (policies: readonly (CompiledPolicy | undefined)[] | undefined): CompiledPolicy | undefined =>
    policies?.find((policy) => policy?.name === name);
  switch (kind) {
    case 'identity-based':
      return named(identity);
    case 'resource-based':
      return resource;
    case 'permissions boundary':
      return boundary;
    case 'session policy':
      return named(session);
    case 'service control policy':
      return named(organization?.[level ?? 0]);
    case 'grant':
    case 'quarantine':
      return undefined;
  }
}
