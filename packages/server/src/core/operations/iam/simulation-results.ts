import type { Decision, PolicyTrace, StatementTrace } from '../../policy/index.ts';
import type { Result } from '../params.ts';
import type { PolicySource } from './policy-sources.ts';
import type { SimulatedDecision, Simulation } from './simulated-question.ts';
import { type StatementPosition, statementPositions } from './statement-positions.ts';

/** IAM's words, the more restrictive the later. */
const DECISIONS = ['allowed', 'implicitDeny', 'explicitDeny'] as const;
type DecisionWord = (typeof DECISIONS)[number];

/** What came of one action on one resource. */
interface SpecificResult {
  readonly resource: string;
  readonly decision: DecisionWord;
  readonly matched: readonly Result[];
  readonly missing: readonly string[];
  readonly allowedByBoundary: boolean | undefined;
  readonly allowedByOrganizations: boolean | undefined;
  /** What each kind of policy says, across accounts; empty within one, absent for no resource in particular. */
  readonly details: Readonly<Record<string, DecisionWord>> | undefined;
}

/** Reads out of a judged question what IAM's policy simulator answers. */
export function specificResult(
  simulation: Simulation,
  resource: string,
  judged: SimulatedDecision,
): SpecificResult {
  const { policies, decision } = judged.trace;
  const ofKind = (kind: PolicyTrace['policyKind']): readonly PolicyTrace[] =>
    policies.filter(({ policyKind }) => policyKind === kind);
  const boundary = ofKind('permissions boundary');
  const identity = ofKind('identity-based');
  const ofResource = ofKind('resource-based');
  const allowedByOrganizations = organizationsAllow(ofKind('service control policy'));
  const voices = { 'IAM Policy': saidBy(identity), 'Resource Policy': saidBy(ofResource) };
  const sameAccount = resource === '*' ? undefined : {};
  return {
    resource,
    decision: wordOf(decision),
    matched: matchedStatements(simulation, judged, identity, ofResource),
    missing: missingKeys(simulation, judged, { boundary, identity, ofResource }),
    allowedByBoundary: boundary.length === 0 ? undefined : saidBy(boundary) === 'allowed',
    allowedByOrganizations,
    details: allowedByOrganizations === false ? undefined : judged.isCrossAccount ? voices : sameAccount,
  };
}

function wordOf({ effect }: Decision): DecisionWord {
  if (effect === 'allow') return 'allowed';
  return effect === 'explicit-deny' ? 'explicitDeny' : 'implicitDeny';
}

/** What policies say when nobody else is asked. */
function saidBy(policies: readonly PolicyTrace[]): DecisionWord {
  const matching = policies.flatMap(({ statements }) => statements.filter(isMatch));
  if (matching.some(({ effect }) => effect === 'Deny')) return 'explicitDeny';
  return matching.length > 0 ? 'allowed' : 'implicitDeny';
}

function isMatch({ outcome }: StatementTrace): boolean {
  return outcome === 'matches';
}

/** `undefined` when there is no guardrail at all. */
function organizationsAllow(guardrails: readonly PolicyTrace[]): boolean | undefined {
  if (guardrails.length === 0) return undefined;
  const levels = new Set(guardrails.map(({ level }) => level));
  return [...levels].every(
    (level) => saidBy(guardrails.filter((policy) => policy.level === level)) === 'allowed',
  );
}

/**
 * The statements of identity and resource policies that made the decision: those that allow, or those that deny. Where
 * nothing was said, there are none.
 */
function matchedStatements(
  simulation: Simulation,
  { resource, trace }: SimulatedDecision,
  identity: readonly PolicyTrace[],
  ofResource: readonly PolicyTrace[],
): readonly Result[] {
  const { by, effect } = trace.decision;
  if (by?.policyKind === 'grant') return [{ sourcePolicyId: by.policyName, sourcePolicyType: 'resource' }];
  const wanted = effect === 'allow' ? 'Allow' : 'Deny';
  const pairs: readonly (readonly [PolicySource | undefined, PolicyTrace])[] = [
    ...identity.map((policy, index) => [simulation.identity[index], policy] as const),
    ...ofResource.map((policy) => [resource, policy] as const),
  ];
  return pairs.flatMap(([source, { statements }]) => {
    const matching = statements.filter((statement) => isMatch(statement) && statement.effect === wanted);
    if (source === undefined || matching.length === 0) return [];
    const positions = statementPositions(source.text);
    return matching.map(({ statementIndex }) => describeStatement(source, positions[statementIndex]));
  });
}

function describeStatement({ id, type }: PolicySource, position: StatementPosition | undefined): Result {
  return {
    endPosition: position?.end,
    sourcePolicyId: id,
    sourcePolicyType: type,
    startPosition: position?.start,
  };
}

/** Condition keys of statements that were about the question but for their conditions, and that nobody answered. */
function missingKeys(
  simulation: Simulation,
  { lookup, resource }: SimulatedDecision,
  traces: Readonly<Record<'boundary' | 'identity' | 'ofResource', readonly PolicyTrace[]>>,
): readonly string[] {
  const pairs: readonly (readonly [PolicySource | undefined, PolicyTrace])[] = [
    ...traces.identity.map((policy, index) => [simulation.identity[index], policy] as const),
    ...traces.ofResource.map((policy) => [resource, policy] as const),
    ...traces.boundary.map((policy) => [simulation.boundary, policy] as const),
  ];
  const missing = new Map<string, string>();
  for (const [source, { statements }] of pairs) {
    for (const { outcome, statementIndex } of statements) {
      if (outcome !== 'matches' && outcome !== 'condition-failed') continue;
      for (const { key } of source?.policy.document.statements[statementIndex]?.conditions ?? []) {
        const name = key.toLowerCase();
        if ((lookup(name) ?? []).length === 0 && !missing.has(name)) missing.set(name, key);
      }
    }
  }
  return [...missing.values()].sort();
}

/**
 * What IAM answers for one action: the most restrictive of what came of its resources, and each of them when the
 * request names any.
 */
export function evaluationResult(
  action: string,
  specific: readonly SpecificResult[],
  namesResources: boolean,
): Result {
  const decision = mostRestrictive(specific.map((one) => one.decision));
  const decisive = specific.filter((one) => one.decision === decision);
  const [first] = specific;
  return {
    evalActionName: action,
    evalDecision: decision,
    evalDecisionDetails: aggregatedDetails(specific),
    evalResourceName: specific.length === 1 && first !== undefined ? first.resource : '*',
    matchedStatements: distinct(decisive.flatMap(({ matched }) => matched)),
    missingContextValues: distinct(specific.flatMap(({ missing }) => missing)),
    organizationsDecisionDetail: detail(
      'allowedByOrganizations',
      specific.map((one) => one.allowedByOrganizations),
    ),
    permissionsBoundaryDecisionDetail: detail(
      'allowedByPermissionsBoundary',
      specific.map((one) => one.allowedByBoundary),
    ),
    resourceSpecificResults: namesResources ? specific.map(describeSpecific) : undefined,
  };
}

function describeSpecific(one: SpecificResult): Result {
  return {
    evalDecisionDetails: one.details,
    evalResourceDecision: one.decision,
    evalResourceName: one.resource,
    matchedStatements: one.matched,
    missingContextValues: one.missing,
    permissionsBoundaryDecisionDetail: detail('allowedByPermissionsBoundary', [one.allowedByBoundary]),
  };
}

function detail(name: string, allowed: readonly (boolean | undefined)[]): Result | undefined {
  const known = allowed.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : { [name]: known.every(Boolean) };
}

function aggregatedDetails(specific: readonly SpecificResult[]): Result | undefined {
  const all = specific.map(({ details }) => details).filter((details) => details !== undefined);
  if (all.length === 0) return undefined;
  const kinds = new Set(all.flatMap((details) => Object.keys(details)));
  return Object.fromEntries(
    [...kinds].map((kind) => [kind, mostRestrictive(all.flatMap((details) => details[kind] ?? []))]),
  );
}

function mostRestrictive(words: readonly DecisionWord[]): DecisionWord {
  return DECISIONS[Math.max(0, ...words.map((word) => DECISIONS.indexOf(word)))] ?? 'explicitDeny';
}

function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
