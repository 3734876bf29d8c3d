import {
  type ApplicablePolicies,
  type CompiledGrant,
  type CompiledPolicy,
  compileGrant,
  compilePolicy,
  type PolicyDocument,
  type Statement,
} from '../../policy/index.ts';
import type { IsOpen } from './open-keys.ts';

/**
 * A policy as narrow and as wide as its open conditions let it be. `certain`: statements that allow hold only without
 * open conditions, statements that deny hold whatever their open conditions. `possible`: the other way round.
 */
interface Bounds {
  readonly certain: CompiledPolicy;
  readonly possible: CompiledPolicy;
}

type Side = keyof Bounds;

const VARIABLE = /\$\{([^{},]+)/g;

/** Policies and their bounds, by the names that are open in them: most policies have no condition that is open. */
const known = new WeakMap<CompiledPolicy, Map<string, Bounds>>();

/**
 * The policies at one of their bounds. Judging only grows with what allows and shrinks with what denies, so what is
 * allowed for `certain` is allowed for every request that fits the question, and what is not allowed for `possible` for
 * none.
 */
export function boundOf(
  policies: ApplicablePolicies,
  side: Side,
  isOpen: IsOpen,
  action: string,
): ApplicablePolicies {
  const one = (policy: CompiledPolicy): CompiledPolicy => boundsOf(policy, isOpen)[side];
  const { boundary, grants, identity, organization, quarantine, resource, session } = policies;
  return {
    quarantine: quarantine === undefined ? undefined : one(quarantine),
    identity: identity.map(one),
    resource: resource === undefined ? undefined : one(resource),
    boundary: boundary === undefined ? undefined : one(boundary),
    session: session?.map(one),
    organization: organization?.map((level) => level.map(one)),
    grants: grants === undefined ? undefined : grantsAt(grants, side, isOpen, action),
  };
}

/** The conditions of a statement that are open. */
export function openConditionsOf(
  { conditions }: Statement,
  { version }: PolicyDocument,
  isOpen: IsOpen,
): Statement['conditions'] {
  return conditions.filter(
    ({ key, values }) => isOpen(key.toLowerCase()) || hasOpenVariable(values, version, isOpen),
  );
}

/** The names of the condition keys that a statement looks at, in lower case. */
export function namesIn({ conditions, notResources, resources }: Statement): readonly string[] {
  const texts = [
    ...conditions.flatMap(({ values }) => values),
    ...(resources ?? []),
    ...(notResources ?? []),
  ];
  return [...conditions.map(({ key }) => key.toLowerCase()), ...texts.flatMap(variablesIn)];
}

function boundsOf(policy: CompiledPolicy, isOpen: IsOpen): Bounds {
  const open = new Set(policy.document.statements.flatMap(namesIn).filter(isOpen));
  if (open.size === 0) return { certain: policy, possible: policy };
  let ofPolicy = known.get(policy);
  if (ofPolicy === undefined) known.set(policy, (ofPolicy = new Map<string, Bounds>()));
  const name = [...open].sort().join('\n');
  const found = ofPolicy.get(name);
  if (found !== undefined) return found;
  const made = {
    certain: compileSide(policy, 'certain', isOpen),
    possible: compileSide(policy, 'possible', isOpen),
  };
  ofPolicy.set(name, made);
  return made;
}

function compileSide({ document, name, sha256 }: CompiledPolicy, side: Side, isOpen: IsOpen): CompiledPolicy {
  const statements = document.statements.map((statement) => statementAt(statement, document, side, isOpen));
  return compilePolicy({ ...document, statements }, { name, sha256 });
}

/** Statements keep their places, so that decisions name them as they stand in the policy. */
function statementAt(statement: Statement, document: PolicyDocument, side: Side, isOpen: IsOpen): Statement {
  const open = new Set(openConditionsOf(statement, document, isOpen));
  const texts = [...(statement.resources ?? []), ...(statement.notResources ?? [])];
  const isResourceOpen = hasOpenVariable(texts, document.version, isOpen);
  if (open.size === 0 && !isResourceOpen) return statement;
  const { notActions, notResources, resources, ...rest } = statement;
  const isOut = (statement.effect === 'Allow') === (side === 'certain');
  if (isOut) return { ...rest, actions: [], conditions: [] };
  return {
    ...rest,
    ...(notActions === undefined ? {} : { notActions }),
    ...(isResourceOpen || resources === undefined ? {} : { resources }),
    ...(isResourceOpen || notResources === undefined ? {} : { notResources }),
    conditions: statement.conditions.filter((condition) => !open.has(condition)),
  };
}

function grantsAt(
  grants: readonly CompiledGrant[],
  side: Side,
  isOpen: IsOpen,
  action: string,
): readonly CompiledGrant[] {
  return grants.flatMap((compiled) => {
    const open = compiled.constraints.filter(
      (constraint) => constraint.concerns(action) && isOpen(constraint.key.toLowerCase()),
    );
    if (open.length === 0) return [compiled];
    const { sourceArn } = compiled.grant.constraints ?? {};
    return side === 'certain' ? [] : [compileGrant({ ...compiled.grant, constraints: { sourceArn } })];
  });
}

function hasOpenVariable(
  texts: readonly string[],
  version: PolicyDocument['version'],
  isOpen: IsOpen,
): boolean {
  return version === '2012-10-17' && texts.some((text) => variablesIn(text).some(isOpen));
}

function variablesIn(text: string): readonly string[] {
  if (!text.includes('${')) return [];
  return [...text.matchAll(VARIABLE)].map(([, name = '']) => name.trim().toLowerCase());
}
