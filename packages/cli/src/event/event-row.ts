import type { Column } from '../terminal/index.ts';
import { showTime, type Zone, zoneName } from '../time/index.ts';
import { memberAt, memberText, textPairs } from './members.ts';

/** The columns of a table of events. */
export function eventColumns(zone: Zone): readonly Column[] {
  return [
    { title: 'INDEX', columnsMin: 20 },
    { title: `TIME (${zoneName(zone)})`, columnsMin: 19 },
    { title: 'WHO', columnsMin: 6 },
    { title: 'WHAT', columnsMin: 8 },
    { title: 'KEY', columnsMin: 6 },
    { title: 'ASSET', columnsMin: 6 },
    { title: 'OUTCOME', columnsMin: 7 },
    { title: 'FROM', columnsMin: 7 },
  ];
}

/** The cells of an event; their text is the event's own, so it must be made harmless. */
export function eventRow(index: number, event: unknown, zone: Zone): readonly string[] {
  return [
    String(index),
    showTime(memberText(event, 'time') ?? '', zone, 'seconds'),
    describeActor(event),
    memberText(event, 'action') ?? '',
    describeKey(event),
    describeAssets(event),
    describeOutcome(event),
    memberText(event, 'client', 'address') ?? '',
  ];
}

/** What is known of who it was: a name, or what a caller has claimed. */
export function describeActor(event: unknown): string {
  const claimed = memberText(event, 'actor', 'credentialId');
  if (memberAt(event, 'actor', 'unverified') === true) return `? claims ${claimed ?? 'an access key'}`;
  return (
    memberText(event, 'actor', 'name') ??
    memberText(event, 'actor', 'arn') ??
    memberText(event, 'actor', 'type') ??
    ''
  );
}

/** The key as the caller named it if that was an alias, else its id. */
export function describeKey(event: unknown): string {
  const requested = memberText(event, 'key', 'requested');
  const alias =
    requested === undefined ? undefined : /(?:^|:)(?<alias>alias\/.*)$/s.exec(requested)?.groups?.['alias'];
  return alias ?? memberText(event, 'key', 'id') ?? requested ?? '';
}

/** The pairs of the encryption contexts. */
export function describeAssets(event: unknown): string {
  const pairs = [
    ...textPairs(memberAt(event, 'context')),
    ...textPairs(memberAt(event, 'sourceContext')),
  ].map(([name, value]) => `${name}=${value}`);
  return [...new Set(pairs)].join(', ');
}

/** The outcome, and how many attempts it was if more than one. */
export function describeOutcome(event: unknown): string {
  const outcome = memberText(event, 'outcome') ?? '';
  const count = memberText(event, 'count') ?? '1';
  return count === '1' ? outcome : `${outcome} x${count}`;
}
