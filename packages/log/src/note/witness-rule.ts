/** Which witnesses must have cosigned (tlog-policy, "Defining the quorum"). */
export type WitnessRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'witness'; readonly vkey: string }
  | { readonly kind: 'group'; readonly threshold: number; readonly members: readonly WitnessRule[] };

/** Whether the rule is met when these keys have cosigned. */
export function meetsRule(rule: WitnessRule, hasCosigned: (vkey: string) => boolean): boolean {
  switch (rule.kind) {
    case 'none':
      return true;
    case 'witness':
      return hasCosigned(rule.vkey);
    case 'group':
      return rule.members.filter((member) => meetsRule(member, hasCosigned)).length >= rule.threshold;
  }
}

/** The verifier keys that a rule speaks of. */
export function keysOfRule(rule: WitnessRule): readonly string[] {
  switch (rule.kind) {
    case 'none':
      return [];
    case 'witness':
      return [rule.vkey];
    case 'group':
      return rule.members.flatMap(keysOfRule);
  }
}
