import type { OpenCondition, PrincipalAccess, WhatCanAnswer, WhatCanQuestion } from '@keywitness/api';
import { principalId, principalIdOf } from '../../identity/index.ts';
import type { KeyName } from '../../keys/index.ts';
import type { Place } from '../access-question.ts';
import { OperationError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { KEY_ACTIONS, OTHER_ACTIONS } from './actions.ts';
import type { Analysis } from './analysis-steps.ts';
import { OpenAsking } from './ask-openly.ts';
import { actingAs, askAssumption, shownArn, tellAccess } from './principals.ts';
import type { StateView } from './state-view.ts';
import { keyQuestion } from './who-can.ts';

/** Keys that one answer looks at. */
const KEYS_MAX = 5000;
const ROLES_MAX = 5000;
const SESSION_ARN = /^arn:aws:sts::([0-9]{12}):assumed-role\/([^/]+)\/(.+)$/;

/** All that a principal may do with keys, and the roles that it may assume. */
export function* whatCan(
  { principal: name, ...given }: WhatCanQuestion,
  view: StateView,
  { nowMs, place }: { readonly nowMs: number; readonly place: Place },
  account: string,
): Analysis<WhatCanAnswer> {
  const principal = findPrincipal(view, account, name);
  const asking = new OpenAsking(view, place, given, nowMs);
  const ids = view.peek.keyNames.all();
  const considered = ids.slice(0, KEYS_MAX);
  const groups = new Map<string, WhatCanAnswer['keys'][number] & { readonly keys: string[] }>();
  for (const [position, id] of considered.entries()) {
    if (position % 20 === 0) yield { done: position, total: considered.length };
    const found = onKey(asking, principal, id, view);
    if (found === undefined) continue;
    const signature = JSON.stringify([found.yes, found.if, found.conditions]);
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, { ...found, keys: [found.arn] });
    else group.keys.push(found.arn);
  }
  return {
    principal: shownArn(principal),
    revision: view.revision,
    keys: [...groups.values()].map(({ keys, yes, if: maybe, conditions }) => ({
      keys,
      yes,
      if: maybe,
      conditions,
    })),
    other: onNoKey(asking, principal),
    roles: assumable(asking, principal, view),
    cut: ids.length - considered.length,
  };
}

/**
 * The principal that an ARN, or a user's name in `account`, names.
 *
 * @throws OperationError `NotFound`.
 */
function findPrincipal(view: StateView, account: string, name: string): Principal {
  const [, sessionAccount, role, session] = SESSION_ARN.exec(name) ?? [];
  const id =
    sessionAccount !== undefined && role !== undefined
      ? principalId(sessionAccount, 'role', role)
      : name.startsWith('arn:')
        ? principalIdOf(name)
        : principalId(account, 'user', name);
  const stored = id === undefined ? undefined : view.principal(id);
  if (id === undefined || stored === undefined) {
    throw new OperationError('NotFound', `there is no principal \`${name.slice(0, 256)}\``);
  }
  return actingAs(stored, id, session);
}

interface OnKey {
  readonly arn: string;
  readonly yes: readonly string[];
  readonly if: readonly string[];
  readonly conditions: readonly OpenCondition[];
}

function onKey(asking: OpenAsking, principal: Principal, name: KeyName, view: StateView): OnKey | undefined {
  const key = view.key(name);
  if (key === undefined) return undefined;
  const yes: string[] = [];
  const maybe: string[] = [];
  const conditions = new Map<string, OpenCondition>();
  for (const action of KEY_ACTIONS) {
    const answer = asking.ask(principal, keyQuestion(action, key));
    if (answer.possibility === 'yes') yes.push(action);
    if (answer.possibility === 'if') maybe.push(action);
    for (const condition of answer.conditions) conditions.set(JSON.stringify(condition), condition);
  }
  if (yes.length === 0 && maybe.length === 0) return undefined;
  return { arn: key.record.arn, yes, if: maybe, conditions: [...conditions.values()] };
}

function onNoKey(asking: OpenAsking, principal: Principal): WhatCanAnswer['other'] {
  const possible = OTHER_ACTIONS.map((permission) => ({
    permission,
    ...asking.ask(principal, { permission, resource: '*' }),
  }));
  const of = (wanted: string): readonly string[] =>
    possible.filter(({ possibility }) => possibility === wanted).map(({ permission }) => permission);
  return { yes: of('yes'), if: of('if') };
}

function assumable(asking: OpenAsking, principal: Principal, view: StateView): readonly PrincipalAccess[] {
  return view
    .principalIds()
    .slice(0, ROLES_MAX)
    .flatMap((id) => {
      const stored = view.principal(id);
      if (stored?.record.type !== 'role' || stored.record.disabled || stored === principal.stored) return [];
      const answer = askAssumption(asking, principal, stored);
      if (answer.possibility === 'no') return [];
      return [{ ...tellAccess(principal, answer, view), principal: stored.record.arn, type: 'role' }];
    });
}
