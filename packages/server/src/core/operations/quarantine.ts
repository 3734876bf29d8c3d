import { principalId } from '../identity/index.ts';
import { type CompiledPolicy, compilePolicy, type Statement } from '../policy/index.ts';
import type { Principal } from './principal.ts';
import type { View } from './replica.ts';
import type { QuarantineHold, QuarantineRecord } from './response-records.ts';

/** The id of the one hold that people put, and what decisions call it when it is about no incident. */
export const BY_HAND = 'by hand';

const WITHOUT_APPROVAL: Statement['conditions'] = [
  {
    operator: { written: 'BoolIfExists', name: 'Bool', quantifier: undefined, ifExists: true },
    key: 'keywitness:ApprovalPresent',
    values: ['false'],
  },
];

/** Holds are made anew with every revision of their record, and their policies with them. */
const compiled = new WeakMap<QuarantineHold, CompiledPolicy>();

/**
 * What keeps a principal from everything now, as a policy that denies; `undefined` when nothing does. While nobody is
 * quarantined this looks nothing up.
 *
 * INVARIANT: whatever puts a principal under quarantine writes the principal's own record as well
 * (`writeQuarantine`), and every decision has looked at that. So a decision that was made while there was no
 * quarantine is stale once there is one (G5), although it has not looked here.
 */
export function quarantineOf(view: View, { record }: Principal, nowMs: number): CompiledPolicy | undefined {
  if (view.peek.quarantines.size === 0) return undefined;
  const quarantine = view.quarantine(
    principalId(record.account, record.type === 'role' ? 'role' : 'user', record.name),
  );
  if (quarantine?.principalUniqueId !== record.uniqueId) return undefined;
  const hold = holdInForce(quarantine, nowMs);
  if (hold === undefined) return undefined;
  let policy = compiled.get(hold);
  if (policy === undefined) compiled.set(hold, (policy = policyOf(hold)));
  return policy;
}

/** The hold that decides: one that nobody can approve against before one that somebody can, the longer before the shorter. */
export function holdInForce({ holds }: QuarantineRecord, nowMs: number): QuarantineHold | undefined {
  let found: QuarantineHold | undefined;
  for (const hold of holds) {
    if (hold.expiresAtMs <= nowMs || (found !== undefined && !isStronger(hold, found))) continue;
    found = hold;
  }
  return found;
}

function isStronger(one: QuarantineHold, other: QuarantineHold): boolean {
  if (one.unlessApproved !== other.unlessApproved) return other.unlessApproved;
  return one.expiresAtMs > other.expiresAtMs;
}

function policyOf({ expiresAtMs, incidentId, unlessApproved }: QuarantineHold): CompiledPolicy {
  const statement: Statement = {
    sid: `until ${new Date(expiresAtMs).toISOString()}`,
    effect: 'Deny',
    actions: ['*'],
    conditions: unlessApproved ? WITHOUT_APPROVAL : [],
  };
  const document = { kind: 'identity', version: '2012-10-17', statements: [statement] } as const;
  return compilePolicy(document, { name: incidentId ?? BY_HAND });
}
