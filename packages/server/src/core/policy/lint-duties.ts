import { compileActions } from './compile.ts';
import type { PolicyDocument, PrincipalElement, Statement } from './document.ts';
import { KEY_ADMINISTRATION, KEY_USE } from './known-actions.ts';
import type { LintWarning } from './lint-warning.ts';
import { accountOf } from './principals.ts';

/** In an identity policy: whoever it is attached to. */
const HOLDER = 'whoever has this policy';
const EVERYBODY = '*';

/** What a statement says of duties. Worked out once, however many it names. */
interface Share {
  readonly effect: Statement['effect'];
  readonly subjects: ReadonlySet<string>;
  readonly actions: ReadonlySet<string>;
}

/**
 * Looks for those who may both decide about a key and use it by this policy. Accounts are left out: what their
 * identity policies make of it is not said here. Conditions on what is allowed are taken to hold, conditions on what
 * is denied are not.
 */
export function lintDuties({ kind, statements }: PolicyDocument): readonly LintWarning[] {
  if (kind === 'trust') return [];
  const shares = statements.filter(hasCertainShare).map(shareOf);
  const named = new Set(shares.flatMap(({ effect, subjects }) => (effect === 'Allow' ? [...subjects] : [])));
  return [...named].flatMap((subject) => {
    const own = shares.filter(({ subjects }) => subjects.has(subject) || subjects.has(EVERYBODY));
    const administers = KEY_ADMINISTRATION.find((action) => isAllowed(own, action));
    const uses = KEY_USE.find((action) => isAllowed(own, action));
    if (administers === undefined || uses === undefined) return [];
    const who = subject === EVERYBODY ? 'everybody' : subject === HOLDER ? HOLDER : `\`${subject}\``;
    const message = `${who} may both administer (\`${administers}\`) and use (\`${uses}\`) a key`;
    return [{ code: 'duties-not-separated', message }];
  });
}

function isAllowed(shares: readonly Share[], action: string): boolean {
  const own = shares.filter(({ actions }) => actions.has(action));
  return own.length > 0 && own.every(({ effect }) => effect === 'Allow');
}

function hasCertainShare({ effect, notPrincipal, conditions, resources, notResources }: Statement): boolean {
  const isEverywhere = notResources === undefined && (resources === undefined || resources.includes('*'));
  return notPrincipal === undefined && (effect === 'Allow' || (conditions.length === 0 && isEverywhere));
}

function shareOf(statement: Statement): Share {
  const matches = compileActions(statement);
  const actions = [...KEY_ADMINISTRATION, ...KEY_USE].filter((action) => matches(action, () => undefined));
  const { effect, principal } = statement;
  return { effect, subjects: new Set(subjectsOf(principal)), actions: new Set(actions) };
}

function subjectsOf(principal: PrincipalElement | undefined): readonly string[] {
  if (principal === undefined) return [HOLDER];
  const named = [...principal.aws, ...principal.services].filter((one) => accountOf(one) === undefined);
  return principal.everybody ? [EVERYBODY, ...named] : named;
}
