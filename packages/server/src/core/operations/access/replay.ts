import type { ReplayAnswer, ReplayGroup } from '@keywitness/api';
import type { Actor, AuditEvent, EventDecision, LedgerReader } from '../../audit/index.ts';
import { type ConditionLookup, type DecidingStatement, type Decision, judge } from '../../policy/index.ts';
import { accessCase, grantsReaching } from '../access-case.ts';
import { type CallerPolicies, callerPolicies } from '../caller-policies.ts';
import { conditionLookup } from '../conditions.ts';
import type { Principal } from '../principal.ts';
import type { Analysis } from './analysis-steps.ts';
import { keysLookedAt } from './looked-at.ts';
import { eventRuns, type Span } from './record-reading.ts';
import {
  type NotAskable,
  type RecordedCase,
  recordedCase,
  type RecordedSources,
  recordedSubject,
  type RecordedSubject,
  sameCase,
  untoldKeys,
  wholeEventProblem,
} from './recorded-request.ts';
import type { StateView } from './state-view.ts';
import { tellDecision } from './tell-decision.ts';

/** What a replay is about. */
export interface ReplayParts {
  readonly reader: LedgerReader;
  readonly span: Span;
  readonly before: StateView;
  readonly after: StateView;
  readonly sources: RecordedSources;
}

/** Groups that one answer tells. */
const GROUPS_MAX = 1000;
const EVIDENCE_MAX = 5;
/** Kinds of questions that are remembered, and answers of one kind. */
const FAMILIES_MAX = 200_000;
const ANSWERS_MAX = 10_000;

/** Which grants have a say in these hangs on parameters of the request. */
const BY_PARAMETERS: ReadonlySet<string> = new Set(['kms:CreateGrant', 'kms:RetireGrant']);

/** What both sides say to one question. */
interface Verdict {
  readonly before: Decision;
  readonly after: Decision;
  readonly principal: Principal;
  readonly family: Family;
  group: MutableGroup | undefined;
}

/** One of the two states, as far as it concerns one actor, permission and resource. */
interface Side {
  readonly subject: RecordedSubject;
  readonly ofCaller: CallerPolicies;
  readonly names: readonly string[];
}

/** The questions of one actor about one permission and resource: they differ by condition keys alone. */
interface Family {
  /** The condition keys that some policy on either side looks at. */
  readonly names: readonly string[];
  readonly before: Side;
  readonly after: Side;
  /** Nothing but condition keys tells its questions apart. */
  readonly isPlain: boolean;
  /** By the values of those keys. */
  readonly verdicts: Map<string, Verdict | NotAskable>;
  /** By what decided on both sides. */
  readonly groups: Map<string, MutableGroup>;
  /** The verdict when there are no such keys. */
  only: Verdict | NotAskable | undefined;
}

type MutableGroup = { -readonly [Name in keyof ReplayGroup]: ReplayGroup[Name] } & {
  readonly events: string[];
};

/**
 * Judges the recorded requests of a span under the policies of `before` and of `after`, and tells where they differ.
 * Each event is parsed once; questions that no policy on either side can tell apart are judged once.
 */
export function* replay(parts: ReplayParts, name: string): Analysis<ReplayAnswer> {
  const judging = new Replay(parts);
  for (const { done, events, total } of eventRuns(parts.reader, parts.span)) {
    for (const event of events) judging.take(event);
    yield { done, total };
  }
  return { for: name, revision: parts.before.revision, ...judging.told() };
}

class Replay {
  readonly #parts: ReplayParts;
  /** By actor, permission and resource. */
  readonly #families = new Map<string, Map<string, Map<string, Family | NotAskable>>>();
  #familyCount = 0;
  readonly #groups = new Map<string, MutableGroup>();
  readonly #notJudged: Partial<Record<NotAskable, number>> = {};
  #events = 0;
  #decisions = 0;
  #changedSince = 0;
  #denied = 0;
  #allowed = 0;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  take(event: AuditEvent): void {
    this.#events += 1;
    const { decisions } = event;
    if (decisions === undefined) return;
    const problem = wholeEventProblem(event);
    for (const decision of decisions) {
      this.#decisions += 1;
      const verdict = problem ?? this.#judge(event, decision);
      if (typeof verdict === 'string') {
        this.#notJudged[verdict] = (this.#notJudged[verdict] ?? 0) + 1;
        continue;
      }
      if (verdict.before.allowed !== (decision.effect === 'allow')) this.#changedSince += 1;
      if (verdict.before.allowed !== verdict.after.allowed) this.#note(event, decision, verdict);
    }
  }

  told(): Omit<ReplayAnswer, 'for' | 'revision'> {
    const groups = [...this.#groups.values()].toSorted((left, right) => right.count - left.count);
    const isDenied = (group: MutableGroup): boolean => group.after.effect !== 'allow';
    const shown = groups.slice(0, GROUPS_MAX);
    return {
      events: this.#events,
      decisions: this.#decisions,
      newlyDenied: shown.filter(isDenied),
      newlyAllowed: shown.filter((group) => !isDenied(group)),
      deniedCount: this.#denied,
      allowedCount: this.#allowed,
      changedSince: this.#changedSince,
      notJudged: { ...this.#notJudged },
      cut: groups.length - shown.length,
    };
  }

  #judge(event: AuditEvent, decision: EventDecision): Verdict | NotAskable {
    const family = this.#familyOf(event.actor, decision);
    if (typeof family === 'string') return family;
    if (decision.conditionsClipped === true) return 'clipped';
    const { names } = family;
    if (names.length === 0 && family.isPlain) return (family.only ??= judgeBoth(event, decision, family));
    const untold = untoldKeys(event);
    if (untold.size > 0 && names.some((key) => untold.has(key))) return 'value-not-recorded';
    const asked = recordedCase(event, decision, family.before.subject);
    if (typeof asked === 'string') return asked;
    if (!family.isPlain) return judgeBoth(event, decision, family, asked);
    const signature = signatureOf(names, conditionLookup(asked.asker, asked.question));
    const known = family.verdicts.get(signature);
    if (known !== undefined) return known;
    const verdict = judgeBoth(event, decision, family, asked);
    if (family.verdicts.size >= ANSWERS_MAX) family.verdicts.clear();
    family.verdicts.set(signature, verdict);
    return verdict;
  }

  #familyOf(actor: Actor, decision: EventDecision): Family | NotAskable {
    const ofActor = entryOf(this.#families, actorName(actor));
    const ofPermission = entryOf(ofActor, decision.permission);
    const known = ofPermission.get(decision.resource);
    if (known !== undefined) return known;
    if (this.#familyCount >= FAMILIES_MAX) {
      this.#families.clear();
      this.#familyCount = 0;
    }
    this.#familyCount += 1;
    const family = this.#newFamily(actor, decision);
    ofPermission.set(decision.resource, family);
    return family;
  }

  #newFamily(actor: Actor, decision: EventDecision): Family | NotAskable {
    const before = this.#sideOf(actor, decision, this.#parts.before);
    if (typeof before === 'string') return before;
    const after = this.#sideOf(actor, decision, this.#parts.after);
    if (typeof after === 'string') return after;
    const names = [...new Set([...before.names, ...after.names])].sort();
    const isPlain = !BY_PARAMETERS.has(decision.permission);
    return { before, after, names, isPlain, verdicts: new Map(), groups: new Map(), only: undefined };
  }

  #sideOf(actor: Actor, decision: EventDecision, view: StateView): Side | NotAskable {
    const { sources } = this.#parts;
    const subject = recordedSubject(actor, decision, view, sources);
    if (typeof subject === 'string') return subject;
    const principal = subject.principalOf(actor);
    const ofCaller = callerPolicies(view, principal, sources.place.account);
    const { key, grantOperation, resourcePolicy } = subject.about;
    const grants =
      key === undefined || grantOperation === undefined
        ? []
        : grantsReaching(view.peek, principal, key).map(({ compiled }) => compiled);
    const all = { ...ofCaller, resource: key?.policy() ?? resourcePolicy, grants };
    return { subject, ofCaller, names: keysLookedAt(all, decision.permission.toLowerCase()) };
  }

  #note(event: AuditEvent, { permission, resource }: EventDecision, verdict: Verdict): void {
    if (verdict.after.allowed) this.#allowed += 1;
    else this.#denied += 1;
    const group = (verdict.group ??= groupOf(verdict, () =>
      this.#newGroup(event, permission, resource, verdict),
    ));
    group.count += 1;
    if (event.time < group.firstTime) group.firstTime = event.time;
    if (event.time > group.lastTime) group.lastTime = event.time;
    if (group.events.length < EVIDENCE_MAX) group.events.push(event.id);
  }

  /** Sessions of one role are told together. */
  #newGroup(
    event: AuditEvent,
    permission: string,
    resource: string,
    { after, before, principal }: Verdict,
  ): MutableGroup {
    const told = {
      principal: principal.record.type === 'role' ? principal.record.arn : principal.arn,
      permission,
      resource,
      before: tellDecision(before, principal, this.#parts.before),
      after: tellDecision(after, principal, this.#parts.after),
    };
    const name = JSON.stringify(told);
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const made = { ...told, count: 0, firstTime: event.time, lastTime: event.time, events: [] };
    this.#groups.set(name, made);
    return made;
  }
}

function judgeBoth(
  event: AuditEvent,
  decision: EventDecision,
  family: Family,
  asked: RecordedCase | NotAskable = recordedCase(event, decision, family.before.subject),
): Verdict | NotAskable {
  if (typeof asked === 'string') return asked;
  const { after, before } = family;
  const { asker, question } = asked;
  const was = accessCase(asker, question, before.ofCaller);
  // The request is the same on both sides; what has a say about it is not.
  const other = sameCase(asked, event, after.subject);
  const becomes = accessCase(other.asker, other.question, after.ofCaller);
  return {
    before: judge(was.request, was.policies),
    after: judge(was.request, becomes.policies),
    principal: asker.principal,
    family,
    group: undefined,
  };
}

/** Most verdicts of a family that differ at all do so for the same reason. */
function groupOf({ after, before, family }: Verdict, make: () => MutableGroup): MutableGroup {
  const name = `${reasonOf(before)}\n${reasonOf(after)}`;
  const known = family.groups.get(name);
  if (known !== undefined) return known;
  const made = make();
  family.groups.set(name, made);
  return made;
}

function reasonOf({ by, missing, via }: Decision): string {
  const name = (statement: DecidingStatement | undefined): string =>
    statement === undefined
      ? ''
      : `${statement.policyKind} ${statement.policyName} ${statement.policySha256 ?? ''} ${statement.statementIndex}`;
  return `${name(by)}|${name(via)}|${missing ?? ''}`;
}

function entryOf<Name, Key, Value>(map: Map<Name, Map<Key, Value>>, name: Name): Map<Key, Value> {
  let found = map.get(name);
  if (found === undefined) map.set(name, (found = new Map<Key, Value>()));
  return found;
}

/** Who asks, as far as policies can tell callers apart other than by condition keys. */
function actorName({ arn = '', session, type }: Actor): string {
  if (session === undefined && type !== 'web-identity') return arn;
  return `${type} ${arn} ${session?.policies?.join(' ') ?? ''}`;
}

/** The values of condition keys, so that different ones never look the same. */
function signatureOf(names: readonly string[], lookup: ConditionLookup): string {
  let text = '';
  for (const name of names) {
    const values = lookup(name);
    text += values === undefined ? '-' : `${values.length}`;
    for (const value of values ?? []) text += `:${value.length}:${value}`;
    text += ';';
  }
  return text;
}
