import type { AccessWarning, LintAnswer } from '@keywitness/api';
import type { LedgerReader } from '../../audit/index.ts';
import type { Key } from '../../keys/index.ts';
import { keyFromRecord } from '../../keys/index.ts';
import { lintPolicy, type PolicyDocument } from '../../policy/index.ts';
import type { Place } from '../access-question.ts';
import type { Replica } from '../replica.ts';
import { KEY_ACTIONS } from './actions.ts';
import type { Analysis } from './analysis-steps.ts';
import { OpenAsking } from './ask-openly.ts';
import { enabledPrincipals, shownArn, unknownPrincipals } from './principals.ts';
import { policyInForce, readDocument, type Target } from './proposal.ts';
import { eventRuns, type Span } from './record-reading.ts';
import { StateView } from './state-view.ts';
import { suggestKeyPolicy } from './suggest-policy.ts';
import { keyQuestion } from './who-can.ts';

/** What a policy is held against. */
export interface LintParts {
  readonly replica: Replica;
  readonly place: Place;
  readonly reader: LedgerReader;
  readonly span: Span;
}

const STEP = 200;

/**
 * What can be said against a policy: warnings about its text, names that nobody has, and, for a key's policy, what it
 * allows and nobody has used in the span.
 */
export function* lintUse(
  { place, reader, replica, span }: LintParts,
  target: Target,
  text: string | undefined,
  name: string,
): Analysis<LintAnswer> {
  const source = text ?? policyInForce(replica, target) ?? '';
  const document = readDocument(target, source);
  const warnings = staticWarnings(document, target, replica);
  const answer = { for: name, revision: replica.revision };
  const known = target.kind === 'key' ? replica.key(target.id) : undefined;
  if (known === undefined) return { ...answer, warnings, unused: [] };
  const key = keyFromRecord({ ...known.record, policy: source });
  const view = new StateView(replica);
  const unknown = unknownPrincipals(key, view).map(unknownWarning);
  const used = yield* usesOf(key, reader, span);
  const unused = yield* unusedOf(key, view, place, used);
  return {
    ...answer,
    warnings: [...warnings, ...unknown, ...unused.map(unusedWarning)],
    unused,
    suggestion: suggestKeyPolicy(document, used, key, view),
  };
}

function staticWarnings(
  document: PolicyDocument,
  target: Target,
  replica: Replica,
): readonly AccessWarning[] {
  const resource = target.kind === 'key' ? replica.key(target.id)?.record.arn : undefined;
  const found = lintPolicy(document, {
    use: target.kind === 'guardrail' ? 'guardrail' : 'policy',
    ...(resource === undefined ? {} : { resource }),
  });
  return found.map(({ code, message, sid, statementIndex }) => ({
    code,
    statement: sid ?? (statementIndex === undefined ? undefined : `#${statementIndex}`),
    message,
  }));
}

function unknownWarning(principal: string): AccessWarning {
  return { code: 'unknown-principal', message: `there is no principal \`${principal}\` here` };
}

function unusedWarning({ actions, principal }: LintAnswer['unused'][number]): AccessWarning {
  const message = `\`${principal}\` may do what it has not done in this time: ${actions.join(', ')}`;
  return { code: 'unused-access', message };
}

/** What was done with a key, by the ARN of who did it: a role's for its sessions. */
function* usesOf(
  key: Key,
  reader: LedgerReader,
  span: Span,
): Analysis<ReadonlyMap<string, ReadonlySet<string>>> {
  const used = new Map<string, Set<string>>();
  for (const { done, events, total } of eventRuns(reader, span)) {
    for (const { actor, decisions } of events) {
      for (const { effect, permission, resource } of decisions ?? []) {
        if (effect !== 'allow' || resource !== key.record.arn) continue;
        const who = usedBy(actor.arn ?? '');
        const actions = used.get(who);
        if (actions === undefined) used.set(who, new Set([permission]));
        else actions.add(permission);
      }
    }
    yield { done, total };
  }
  return used;
}

const SESSION_ARN = /^arn:aws:sts::([0-9]{12}):assumed-role\/([^/]+)\//;

/** Sessions count for their role; paths are not told by sessions, so roles are known by their name. */
export function usedBy(arn: string): string {
  const [, account, role] = SESSION_ARN.exec(arn) ?? [];
  return account === undefined || role === undefined
    ? arn
    : `arn:aws:iam::${account}:role/${role.toLowerCase()}`;
}

function* unusedOf(
  key: Key,
  view: StateView,
  place: Place,
  used: ReadonlyMap<string, ReadonlySet<string>>,
): Analysis<LintAnswer['unused']> {
  const asking = new OpenAsking(view, place, {});
  const unused: { readonly principal: string; readonly actions: readonly string[] }[] = [];
  const principals = enabledPrincipals(view);
  for (const [position, principal] of principals.entries()) {
    if (position % STEP === 0) yield { done: position, total: principals.length };
    const done = used.get(usedBy(principal.arn));
    const actions = KEY_ACTIONS.filter((action) => {
      if (done?.has(action) === true) return false;
      const { decision, possibility } = asking.ask(principal, keyQuestion(action, key));
      const isByKey =
        decision.by?.policyKind === 'resource-based' || decision.via?.policyKind === 'resource-based';
      return possibility !== 'no' && isByKey;
    });
    if (actions.length > 0) unused.push({ principal: shownArn(principal), actions });
  }
  return unused;
}
