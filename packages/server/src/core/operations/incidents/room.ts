import type { Attempt } from '../attempt.ts';
import type { IncidentStatus } from '../response-records.ts';
import { isImmutable, LIMIT_RULE } from '../rules/index.ts';

/** Of incidents that people have to look after, and as many that are suppressed. */
const INCIDENTS_MAX = 5000;
/** More for the rule that watches the others, so that others cannot crowd it out. */
const RESERVED = 1000;

/** What the incident says that is open when there is no more room. */
export const LIMIT_SUMMARY: string = `findings open no incidents any more, because ${INCIDENTS_MAX} are open or suppressed already`;

/** Whether one more incident of a rule may come to this status. */
export function hasRoom({ view }: Attempt, ruleName: string, status: IncidentStatus): boolean {
  if (ruleName === LIMIT_RULE) return true;
  const statuses: readonly IncidentStatus[] =
    status === 'suppressed' ? ['suppressed'] : ['open', 'acknowledged'];
  let count = 0;
  for (const record of view.peek.incidents.values()) if (statuses.includes(record.status)) count += 1;
  return count < INCIDENTS_MAX + (isImmutable(ruleName) ? RESERVED : 0);
}
