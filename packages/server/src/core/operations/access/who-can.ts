import type { PrincipalAccess, WhoCanAnswer, WhoCanEntry, WhoCanQuestion } from '@keywitness/api';
import type { Key } from '../../keys/index.ts';
import type { AccessQuestion, Place } from '../access-question.ts';
import type { StoredPrincipal } from '../principal.ts';
import { spelled } from './actions.ts';
import type { Analysis } from './analysis-steps.ts';
import { OpenAsking } from './ask-openly.ts';
import {
  askAssumption,
  enabledPrincipals,
  federatedIdentities,
  namedSessions,
  tellAccess,
  unknownPrincipals,
} from './principals.ts';
import type { StateView } from './state-view.ts';

/** Principals that one answer looks at. */
const PRINCIPALS_MAX = 20_000;
/** Roles whose trust policies one answer asks everybody for. */
const ROLES_MAX = 200;
/** Questions between two steps. */
const STEP = 500;

/** The question that an action on a key is, as live requests put it. */
export function keyQuestion(permission: string, key: Key): AccessQuestion {
  const takesAlgorithm = key.record.spec === 'SYMMETRIC_DEFAULT' ? SYMMETRIC : undefined;
  return {
    permission,
    resource: key.record.arn,
    key,
    grantOperation: permission.slice(permission.indexOf(':') + 1),
    ...(takesAlgorithm === undefined ? {} : { conditions: takesAlgorithm }),
  };
}

const SYMMETRIC = { 'kms:encryptionalgorithm': ['SYMMETRIC_DEFAULT'] } as const;

/** All principals that may do something with a key, and who may become them in one step. */
export function* whoCan(
  { action, key: _name, ...given }: WhoCanQuestion,
  key: Key,
  view: StateView,
  { nowMs, place }: { readonly nowMs: number; readonly place: Place },
): Analysis<WhoCanAnswer> {
  const permission = spelled(action.includes(':') ? action : `kms:${action}`);
  const asking = new OpenAsking(view, place, given, nowMs);
  const question = keyQuestion(permission, key);
  const all = [...enabledPrincipals(view), ...namedSessions(key, view)];
  const considered = all.slice(0, PRINCIPALS_MAX);
  const found: WhoCanEntry[] = [];
  let roles = 0;
  for (const [position, principal] of considered.entries()) {
    if (position % STEP === 0) yield { done: position, total: considered.length };
    const answer = asking.ask(principal, question);
    if (answer.possibility === 'no') continue;
    const told = tellAccess(principal, answer, view);
    if (principal.record.type !== 'role' || roles >= ROLES_MAX) {
      found.push(told);
      continue;
    }
    roles += 1;
    found.push({ ...told, assumedBy: [...assumers(principal.stored, asking, considered, view)] });
  }
  return {
    action: permission,
    resource: key.record.arn,
    revision: view.revision,
    principals: found.toSorted((left, right) => order(left) - order(right)),
    unknown: unknownPrincipals(key, view),
    cut: all.length - considered.length,
  };
}

function* assumers(
  role: StoredPrincipal,
  asking: OpenAsking,
  principals: ReturnType<typeof enabledPrincipals>,
  view: StateView,
): Generator<PrincipalAccess> {
  for (const principal of [...principals, ...federatedIdentities(view, role.record.account)]) {
    if (principal.stored === role) continue;
    const answer = askAssumption(asking, principal, role);
    if (answer.possibility !== 'no') yield tellAccess(principal, answer, view);
  }
}

function order({ possibility }: PrincipalAccess): number {
  return possibility === 'yes' ? 0 : 1;
}
