import type { AccessChange, DiffAnswer, Possibility } from '@keywitness/api';
import { principalId } from '../../identity/index.ts';
import type { Key, KeyName } from '../../keys/index.ts';
import type { AccessQuestion, Place } from '../access-question.ts';
import type { Principal } from '../principal.ts';
import type { Replica } from '../replica.ts';
import { KEY_ACTIONS, OTHER_ACTIONS } from './actions.ts';
import type { Analysis } from './analysis-steps.ts';
import { type OpenAnswer, OpenAsking } from './ask-openly.ts';
import {
  actingAs,
  askAssumption,
  enabledPrincipals,
  federatedIdentities,
  namedSessions,
  shownArn,
} from './principals.ts';
import type { Target } from './proposal.ts';
import type { StateView } from './state-view.ts';
import { keyQuestion } from './who-can.ts';

/** Questions that one answer asks of each side. */
const QUESTIONS_MAX = 400_000;
const STEP = 50;
const RANK: Readonly<Record<Possibility, number>> = { no: 0, if: 1, yes: 2 };

/** Two states that differ in one policy. */
export interface Compared {
  readonly target: Target;
  readonly before: StateView;
  readonly after: StateView;
  readonly replica: Replica;
  readonly place: Place;
}

/** The same principal on both sides. */
interface Pair {
  readonly before: Principal;
  readonly after: Principal;
}

/**
 * Who gains or loses what between two states: everybody whom the policy may concern is asked for every action on every
 * key that it may concern.
 */
export function* diff(compared: Compared, name: string): Analysis<DiffAnswer> {
  const { after, before, replica, target } = compared;
  const changes = new Changes(compared);
  const people = pairsConcerned(target, before, after);
  const ids = keysConcerned(target, replica);
  const perKey = Math.max(1, people.length * KEY_ACTIONS.length);
  const considered = ids.slice(0, Math.max(1, Math.floor(QUESTIONS_MAX / perKey)));
  for (const [position, id] of considered.entries()) {
    if (position % STEP === 0) yield { done: position, total: considered.length };
    const keys = { before: before.key(id), after: after.key(id) };
    if (keys.before === undefined || keys.after === undefined) continue;
    const sessions = target.kind === 'key' ? sessionPairs(keys.before, keys.after, before, after) : [];
    for (const pair of [...people, ...sessions]) changes.onKey(pair, keys.before, keys.after);
  }
  if (target.kind === 'trust') changes.ofTrust(target.id, people);
  else if (target.kind !== 'key') for (const pair of people) changes.onNoKey(pair);
  return {
    for: name,
    revision: replica.revision,
    ...changes.told(),
    asked: considered.length * perKey,
    cut: (ids.length - considered.length) * perKey,
  };
}

/** Asks both sides and keeps where they differ; like changes on several keys are one. */
class Changes {
  readonly #before: StateView;
  readonly #after: StateView;
  readonly #asking: { readonly before: OpenAsking; readonly after: OpenAsking };
  readonly #found = new Map<string, AccessChange & { readonly resources: string[] }>();

  constructor({ after, before, place }: Compared) {
    this.#before = before;
    this.#after = after;
    this.#asking = { before: new OpenAsking(before, place, {}), after: new OpenAsking(after, place, {}) };
  }

  onKey(pair: Pair, before: Key, after: Key): void {
    for (const action of KEY_ACTIONS) {
      this.#ask(pair, keyQuestion(action, before), keyQuestion(action, after));
    }
  }

  onNoKey(pair: Pair): void {
    for (const permission of OTHER_ACTIONS) {
      const question = { permission, resource: '*' };
      this.#ask(pair, question, question);
    }
  }

  ofTrust(id: string, people: readonly Pair[]): void {
    const [roleBefore, roleAfter] = [this.#before.principal(id), this.#after.principal(id)];
    if (roleBefore === undefined || roleAfter === undefined) return;
    const federated = federatedIdentities(this.#before, roleBefore.record.account);
    for (const pair of [...people, ...federated.map((who) => ({ before: who, after: who }))]) {
      const action = pair.before.federatedBy === undefined ? 'AssumeRole' : 'AssumeRoleWithWebIdentity';
      this.#note(
        pair,
        `sts:${action}`,
        roleBefore.record.arn,
        askAssumption(this.#asking.before, pair.before, roleBefore),
        askAssumption(this.#asking.after, pair.after, roleAfter),
      );
    }
  }

  told(): Pick<DiffAnswer, 'gains' | 'losses' | 'altered'> {
    const all = [...this.#found.values()];
    const step = ({ after, before }: AccessChange): number => RANK[after] - RANK[before];
    return {
      gains: all.filter((change) => step(change) > 0),
      losses: all.filter((change) => step(change) < 0),
      altered: all.filter((change) => step(change) === 0),
    };
  }

  #ask(pair: Pair, before: AccessQuestion, after: AccessQuestion): void {
    this.#note(
      pair,
      before.permission,
      before.resource,
      this.#asking.before.ask(pair.before, before),
      this.#asking.after.ask(pair.after, after),
    );
  }

  #note(pair: Pair, action: string, resource: string, before: OpenAnswer, after: OpenAnswer): void {
    const { conditions } = after;
    if (before.possibility === after.possibility) {
      if (saidBy(before) === saidBy(after)) return;
    }
    const change = {
      principal: shownArn(pair.before),
      action,
      before: before.possibility,
      after: after.possibility,
    };
    const signature = JSON.stringify([change, conditions]);
    const known = this.#found.get(signature);
    if (known === undefined) this.#found.set(signature, { ...change, resources: [resource], conditions });
    else known.resources.push(resource);
  }
}

/** What the conditions of an answer say, wherever they stand. */
function saidBy({ conditions }: OpenAnswer): string {
  return JSON.stringify(conditions.map(({ key, operator, values, when }) => [when, key, operator, values]));
}

function keysConcerned({ id, kind }: Target, replica: Replica): readonly KeyName[] {
  if (kind === 'key') return [id];
  return kind === 'trust' ? [] : replica.keyNames.all();
}

/** Those whom the policy hangs on, or everybody. */
function pairsConcerned(target: Target, before: StateView, after: StateView): readonly Pair[] {
  return enabledPrincipals(before)
    .filter((principal) => isConcerned(target, principal))
    .flatMap((principal) => onBothSides(principal, after));
}

/** Sessions of roles that either policy of the key names one by one. */
function sessionPairs(keyBefore: Key, keyAfter: Key, before: StateView, after: StateView): readonly Pair[] {
  const named = [...namedSessions(keyBefore, before), ...namedSessions(keyAfter, before)];
  const byArn = new Map(named.map((principal) => [principal.arn, principal]));
  return [...byArn.values()].flatMap((principal) => onBothSides(principal, after));
}

function onBothSides(principal: Principal, after: StateView): readonly Pair[] {
  const id = idOf(principal);
  const stored = after.principal(id);
  return stored === undefined
    ? []
    : [{ before: principal, after: actingAs(stored, id, principal.session?.name) }];
}

function isConcerned({ id, kind }: Target, principal: Principal): boolean {
  const { record } = principal;
  switch (kind) {
    case 'user':
    case 'role':
      return idOf(principal) === id;
    case 'group':
      return (
        record.type !== 'role' && record.groups?.some((name) => `${record.account}/${name}` === id) === true
      );
    case 'guardrail':
      return id === '' || record.account === id;
    case 'key':
    case 'policy':
    case 'trust':
      return true;
  }
}

function idOf({ account, record }: Principal): string {
  return principalId(account, record.type === 'role' ? 'role' : 'user', record.name);
}
