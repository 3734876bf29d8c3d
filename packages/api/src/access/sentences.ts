import type { AccessDecision, AccessStatement, NearMiss, OpenCondition } from '../schemas/index.ts';

/**
 * What policy decided, in one sentence. The record, the API, the command line and the console all say it with these
 * words.
 */
export function sayDecision({ effect, by, via, missing }: AccessDecision): string {
  if (by === undefined) return `denied: no ${missing ?? 'identity-based'} policy allows it`;
  if (by.policyKind === 'quarantine') return `denied: ${sayQuarantine(by)}`;
  const through = via === undefined ? '' : `, as ${sayStatement(via)} lets it decide`;
  const verb = effect === 'explicit-deny' ? 'denied' : 'allowed';
  return `${verb} by ${sayStatement(by)}${through}`;
}

/** How a statement is named. */
export function sayStatement({ policyKind, policy, statement, origin }: AccessStatement): string {
  if (policyKind === 'grant') return `the grant \`${policy}\``;
  if (policyKind === 'quarantine') return `the quarantine ${statement}`;
  const where = origin === undefined ? '' : ` (${origin})`;
  return `the statement \`${statement}\` of the ${policyKind} policy \`${policy}\`${where}`;
}

/** The statement of a quarantine says until when, and its policy is the incident that it is about. */
function sayQuarantine({ policy, statement }: AccessStatement): string {
  const by = policy.startsWith('inc-') ? `by incident \`${policy}\`` : policy;
  return `the principal is quarantined ${statement} ${by}`;
}

/** What an answer hangs on. */
export function sayCondition({ when, operator, key, values }: OpenCondition): string {
  return `${when} ${key} ${operator} ${sayValues(values)}`;
}

/** Why a statement did not decide. */
export function sayNearMiss(miss: NearMiss): string {
  const name = sayStatement(miss);
  switch (miss.element) {
    case 'Action':
      return `${name} speaks of other actions`;
    case 'Principal':
      return `${name} speaks of other principals`;
    case 'Resource':
      return `${name} speaks of other resources`;
    case 'Condition': {
      const failed = (miss.failed ?? []).map(
        ({ operator, key, policyValues, requestValues }) =>
          `${key} ${operator} ${sayValues(policyValues)}, and the request has ${
            requestValues === undefined || requestValues.length === 0 ? 'none' : sayValues(requestValues)
          }`,
      );
      return `${name} wants ${failed.join('; ')}`;
    }
  }
}

function sayValues(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(' or ');
}
