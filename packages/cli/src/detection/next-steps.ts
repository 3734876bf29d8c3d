import type { EventDetail, IncidentDetail } from '@keywitness/api';
import { memberText } from '../event/index.ts';
import { visible } from '../terminal/index.ts';

/** Values of one kind that commands are offered for. */
const valuesMax = 3;

/** A command to be copied, and what it is for. */
export interface NextStep {
  readonly command: string;
  readonly why: string;
}

/** What to do about an incident, the first thing first. */
export function nextSteps(incident: IncidentDetail, events: readonly EventDetail[]): readonly NextStep[] {
  const { incidentId, rule, ruleSha256, status } = incident;
  const steps = [
    status === 'open' ? step(['incidents', 'ack', incidentId], 'say that you look after it') : undefined,
    ruleSha256 === ''
      ? step(['incidents', 'list', '--all'], 'what there is so much of')
      : step(['rules', 'show', rule], 'what the rule looks for, what may be harmless, and what to do'),
    ...lookFurther(incident, events),
    ...takeAway(events),
    ...finish(incident),
  ];
  return steps.filter((one) => one !== undefined);
}

function lookFurther(
  { entity, events: places }: IncidentDetail,
  events: readonly EventDetail[],
): readonly (NextStep | undefined)[] {
  const since = places[0] === undefined ? [] : ['--since', places[0].time];
  const principals = distinct(events, ['actor', 'arn'], entity['actor.arn']);
  const addresses = distinct(events, ['client', 'address'], entity['client.address']);
  const keys = distinct(events, ['key', 'id'], entity['key.id']);
  return [
    ...principals.map((arn) => step(['audit', 'list', '--principal', arn, ...since], 'what else they did')),
    ...keys.map((id) => step(['audit', 'list', '--key', id, ...since], 'who else used the key')),
    ...addresses
      .filter((address) => address !== 'internal' && address !== 'many')
      .map((address) => step(['audit', 'list', '--source', address, ...since], 'what else came from there')),
  ];
}

/** What a caller acted with is taken away; nothing that was only claimed. */
function takeAway(events: readonly EventDetail[]): readonly (NextStep | undefined)[] {
  const proven = events.filter(({ event }) => event.actor.unverified !== true);
  return distinct(proven, ['actor', 'credentialId']).flatMap((id) => {
    if (id.startsWith('AKIA')) {
      return [step(['admin', 'credential', 'disable', id], 'contain: nothing is done with this access key')];
    }
    return id.startsWith('ASIA')
      ? [step(['admin', 'session', 'revoke', id], 'contain: end this session')]
      : [];
  });
}

function finish({ incidentId, status }: IncidentDetail): readonly (NextStep | undefined)[] {
  if (status === 'resolved') {
    return [step(['incidents', 'reopen', incidentId], 'if it is not over')];
  }
  const resolving = ['incidents', 'resolve', incidentId, '--as', 'true-positive', '--note', 'what it was'];
  return [step(resolving, 'when it is over: or --as benign, false-positive, test')];
}

function distinct(
  events: readonly EventDetail[],
  path: readonly string[],
  first?: string,
): readonly string[] {
  const values = [first, ...events.map(({ event }) => memberText(event, ...path))];
  return [...new Set(values.filter((value) => value !== undefined))].slice(0, valuesMax);
}

/** Absent when a shell could read a word of it as something else than this text. */
function step(words: readonly string[], why: string): NextStep | undefined {
  const hidden = words.some((word) => visible(word) !== word);
  return hidden ? undefined : { command: ['keywitness', ...words.map(shellWord)].join(' '), why };
}

/** A word as POSIX shells read it. Names and addresses are chosen by others, and people paste what they see. */
function shellWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
