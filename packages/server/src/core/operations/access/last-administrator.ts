import { principalIdOf } from '../../identity/index.ts';
import { isDeleted, type Key } from '../../keys/index.ts';
import type { Place } from '../access-question.ts';
import type { Principal } from '../principal.ts';
import { idOf } from '../principal-records.ts';
import { regionsOf, storedRegion } from '../regions.ts';
import type { Analysis } from './analysis-steps.ts';
import { OpenAsking } from './ask-openly.ts';
import { enabledPrincipals } from './principals.ts';
import type { StateView } from './state-view.ts';
import { keyQuestion } from './who-can.ts';

/** The keys whose policy one principal alone could change. */
export interface LastAdministratorAnswer {
  /** ARNs. */
  readonly keys: readonly string[];
  /** Whether all keys of the account were looked at. */
  readonly isComplete: boolean;
}

const PERMISSION = 'kms:PutKeyPolicy';
/** Questions that one answer puts to policy. */
const QUESTIONS_MAX = 500_000;
/** Questions between two steps. */
const STEP = 500;

/**
 * The keys of a principal's own account whose policy it may change, and nobody else who is enabled. Whoever may under some
 * condition counts as one who may.
 */
export function* lastAdministrator(
  arn: string,
  view: StateView,
  { nowMs, place }: { readonly nowMs: number; readonly place: Place },
): Analysis<LastAdministratorAnswer> {
  const id = principalIdOf(arn) ?? arn;
  const everybody = enabledPrincipals(view);
  const own = everybody.find(({ record }) => idOf(record) === id);
  if (own === undefined) return { keys: [], isComplete: true };
  const others = everybody.filter((principal) => principal !== own);
  const asking = new OpenAsking(view, place, {}, nowMs);
  const may = (principal: Principal, key: Key): boolean =>
    asking.ask(principal, keyQuestion(PERMISSION, key)).possibility !== 'no';
  const names = regionsOf(place).flatMap((region) =>
    view.peek.keyNames.of(own.account, storedRegion(place, region)),
  );
  const keys: string[] = [];
  let likely: Principal | undefined;
  let questions = 0;
  for (const [position, name] of names.entries()) {
    if (questions > QUESTIONS_MAX) return { keys, isComplete: false };
    const key = view.key(name);
    if (key === undefined || isDeleted(key.record, nowMs)) continue;
    questions += 2;
    // Whoever administers one key mostly administers the next one as well.
    if ((likely === undefined || !may(likely, key)) && may(own, key)) {
      const other = others.findIndex((principal) => may(principal, key));
      questions += other === -1 ? others.length : other;
      likely = others[other] ?? likely;
      if (other === -1) keys.push(key.record.arn);
    }
    if (position % STEP === 0) yield { done: position, total: names.length };
  }
  return { keys, isComplete: true };
}
