import type { ConditionElement, PolicyDocument, PrincipalElement, Statement } from './document.ts';
import { covers } from './pattern-cover.ts';

/** How a policy gives more than the one before it. */
export type Loosening =
  | 'principal'
  | 'any-principal'
  | 'other-account'
  | 'action'
  | 'wildcard-action'
  | 'resource'
  | 'condition-removed'
  | 'deny-removed'
  /** It has too many parts to be compared. */
  | 'uncompared';

/** One thing that a statement allows or denies: to one principal, one action pattern, one resource pattern. */
interface Atom {
  /** `*`, an ARN or account id, or `service:` and `federated:` with a name; `holder` in policies that name none. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Each as JSON. */
  readonly conditions: readonly string[];
}

/** A policy of more atoms is not compared: that would take the square of their number. */
const ATOMS_MAX = 2000;

/**
 * How the policy `after` lets somebody do what `before` did not: each way once, in no special order; empty when it does not. Told
 * from the texts, statement by statement, so it may call something new that several old statements allowed together, and never
 * overlooks what is new.
 *
 * @param before absent when there was no policy
 * @param after absent when there is none any more
 * @param account what belongs to no other account
 */
export function looseningsOf(
  before: PolicyDocument | undefined,
  after: PolicyDocument | undefined,
  account: string,
): readonly Loosening[] {
  const [was, is] = different(before?.statements ?? [], after?.statements ?? []);
  const allowed = atomsOf(is, 'Allow');
  const denied = atomsOf(was, 'Deny');
  // What did not change may still cover what did.
  const allowedBefore = atomsOf(before?.statements ?? [], 'Allow');
  const deniedAfter = atomsOf(after?.statements ?? [], 'Deny');
  if (!allowed || !denied || !allowedBefore || !deniedAfter) return ['uncompared'];
  const found = new Set<Loosening>();
  for (const atom of allowed) {
    if (allowedBefore.some((known) => isWithin(atom, known))) continue;
    for (const way of waysOf(atom, allowedBefore, account)) found.add(way);
  }
  if (denied.some((atom) => !deniedAfter.some((known) => isWithin(atom, known)))) found.add('deny-removed');
  return [...found];
}

/** The statements of each side that the other one has not. */
function different(
  before: readonly Statement[],
  after: readonly Statement[],
): readonly [readonly Statement[], readonly Statement[]] {
  const was = new Set(before.map(textOf));
  const is = new Set(after.map(textOf));
  return [
    before.filter((statement) => !is.has(textOf(statement))),
    after.filter((statement) => !was.has(textOf(statement))),
  ];
}

/** Whatever fulfils the conditions of an atom, is of its principal, action and resource, falls under the other one. */
function isWithin(atom: Atom, known: Atom): boolean {
  return (
    covers(known.principal, atom.principal) &&
    covers(known.action, atom.action) &&
    covers(known.resource, atom.resource) &&
    known.conditions.every((condition) => atom.conditions.includes(condition))
  );
}

/** In what an atom goes beyond those known: as far as they have its principal, then its action, then its resource. */
function* waysOf(atom: Atom, known: readonly Atom[], account: string): Generator<Loosening> {
  const ofPrincipal = known.filter(({ principal }) => covers(principal, atom.principal));
  if (ofPrincipal.length === 0) {
    yield 'principal';
    if (atom.principal === '*') yield 'any-principal';
    else if (isForeign(atom.principal, account)) yield 'other-account';
  }
  const comparable = ofPrincipal.length === 0 ? known : ofPrincipal;
  const ofAction = comparable.filter(({ action }) => covers(action, atom.action));
  if (ofAction.length === 0) {
    if (ofPrincipal.length > 0 || known.length > 0) yield 'action';
    if (/^(\*|[a-z0-9-]+:\*)$/i.test(atom.action)) yield 'wildcard-action';
    return;
  }
  if (ofPrincipal.length === 0) return;
  const ofResource = ofAction.filter(({ resource }) => covers(resource, atom.resource));
  yield ofResource.length === 0 ? 'resource' : 'condition-removed';
}

function isForeign(principal: string, account: string): boolean {
  const own = accountOf(principal);
  return own !== undefined && own !== account;
}

/** The account in an ARN, or a bare account id. */
function accountOf(principal: string): string | undefined {
  return /^(?:arn:[^:]*:[^:]*:[^:]*:)?(\d{12})(?::|$)/.exec(principal)?.[1];
}

/** `undefined` for a policy of too many atoms. */
function atomsOf(statements: readonly Statement[], effect: Statement['effect']): readonly Atom[] | undefined {
  const atoms: Atom[] = [];
  for (const statement of statements) {
    if (statement.effect !== effect) continue;
    const conditions = statement.conditions.map(conditionText);
    const resources = patternsOf(statement.resources, statement.notResources);
    for (const principal of principalsOf(statement)) {
      for (const action of patternsOf(statement.actions, statement.notActions)) {
        for (const resource of resources) {
          atoms.push({ principal, action: action.toLowerCase(), resource, conditions });
        }
        if (atoms.length > ATOMS_MAX) return undefined;
      }
    }
  }
  return atoms;
}

/** What is not one of some patterns is comparable with itself alone, and with everything. */
function patternsOf(
  patterns: readonly string[] | undefined,
  exceptions: readonly string[] | undefined,
): readonly string[] {
  if (patterns !== undefined) return patterns;
  return [exceptions === undefined ? '*' : except(exceptions)];
}

function principalsOf({ notPrincipal, principal }: Statement): readonly string[] {
  if (notPrincipal !== undefined) return [except(namesOf(notPrincipal))];
  return principal === undefined ? ['holder'] : namesOf(principal);
}

function namesOf({
  aws,
  canonicalUsers,
  everybody,
  federated,
  services,
}: PrincipalElement): readonly string[] {
  if (everybody) return ['*'];
  return [
    ...aws,
    ...services.map((name) => `service:${name}`),
    ...federated.map((name) => `federated:${name}`),
    ...canonicalUsers.map((name) => `canonical:${name}`),
  ];
}

function except(patterns: readonly string[]): string {
  return `\0${JSON.stringify(patterns.toSorted())}`;
}

function conditionText({ key, operator, values }: ConditionElement): string {
  return JSON.stringify([operator, key.toLowerCase(), values.toSorted()]);
}

function textOf(statement: Statement): string {
  return JSON.stringify({ ...statement, sid: undefined });
}
