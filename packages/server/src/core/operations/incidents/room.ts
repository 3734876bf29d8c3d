import type { Attempt } from '../attempt.ts';
import type { IncidentStatus } from '../response-records.ts';
import { isImmutable, LIMIT_RULE } from '../rules/index.ts';

/** Of incidents that people have to look after, and as many that are suppressed. */
const INCIDENTS_MAX = 5000;
/** Of these, of one rule: some rules find what anybody can bring about, as often as they like. */
const OF_RULE_MAX = 500;
/** More for the rule that watches the others, so that others cannot crowd it out. */
const RESERVED = 1000;

/** What the incident says that is open when there is no more room. */
export const LIMIT_SUMMARY: string = `findings open no incidents any more, because ${OF_RULE_MAX} of their rule, or ${INCIDENTS_MAX} of all, are open or suppressed already`;

/** Whether one more incident of a rule may come to this status. */
export function hasRoom({ view }: Attempt, ruleName: string, status: IncidentStatus): boolean {
  if (ruleName === LIMIT_RULE) return true;
  const statuses: readonly IncidentStatus[] =
    status === 'suppressed' ? ['suppressed'] : ['open', 'acknowledged'];
  let count = 0;
  let ofRule = 0;
  for (const record of view.peek.incidents.values()) {
    if (!statuses.includes(record.status)) continue;
    count += 1;
    if (record.ruleName === ruleName) ofRule += 1;
  }
  if (isImmutable(ruleName)) return count < INCIDENTS_MAX + RESERVED;
  return count < INCIDENTS_MAX && ofRule < OF_RULE_MAX;
}
