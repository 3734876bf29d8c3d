import type { Actor, AuditEvent } from '../../audit/index.ts';
import { personText } from './remediations.ts';
import { comparable, type Fields } from './targets.ts';

/** The user or role that acted, the same in all sessions. */
export const PRINCIPAL = 'actor.principal';
/** The ARN that whoever got a session, perhaps by way of others, acted under. */
export const FIRST_CALLER = 'actor.session.chain';
/** Whom an identity provider vouched for, as `personText` writes it. */
export const PERSON = 'actor.session.subject';

/**
 * What all events of an incident's evidence say alike, of what a target can be read from: where they differ nothing is
 * said, because then the evidence does not tell whom it is about.
 */
export function commonFields(events: readonly AuditEvent[]): Fields {
  const [first, ...others] = events.map(fieldsOf);
  const common = Object.entries(first ?? {}).filter(([name, value]) =>
    others.every((fields) => fields[name] === value),
  );
  return Object.fromEntries(common);
}

function fieldsOf({ actor, decisions, key, parameters }: AuditEvent): Fields {
  const byGrant = decisions?.findLast(
    ({ grant, policyKind }) => policyKind === 'grant' || grant !== undefined,
  );
  const parameter = parameters?.['grantId'];
  // Of a credential that was only claimed, nobody knows whether it was there.
  const isProven = actor.unverified !== true;
  const named: Readonly<Record<string, string | undefined>> = {
    'actor.arn': isProven ? actor.arn : undefined,
    [PRINCIPAL]: isProven && actor.arn !== undefined ? principalBehind(actor.arn) : undefined,
    'actor.credentialId': isProven ? actor.credentialId : undefined,
    [FIRST_CALLER]: isProven ? actor.session?.chain?.[0] : undefined,
    [PERSON]: isProven ? personBehind(actor) : undefined,
    'key.arn': key?.arn,
    'key.id': key?.id,
    'parameters.grantId': typeof parameter === 'string' ? parameter : undefined,
    grant: byGrant?.grant ?? byGrant?.policy,
  };
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(named)) if (value !== undefined) fields[name] = value;
  return fields;
}

function personBehind({ session }: Actor): string | undefined {
  const { issuer, subject } = session ?? {};
  return issuer === undefined || subject === undefined ? undefined : personText({ issuer, subject });
}

function principalBehind(arn: string): string | undefined {
  const principal = comparable(arn);
  return principal === '' ? undefined : principal;
}
