import { showTime, type Zone, zoneName } from '../time/index.ts';
import { describeActor, describeAssets, describeKey, describeOutcome } from './event-row.ts';
import { allMembers, memberAt, memberText } from './members.ts';

/** Where an event stands, and how its time is shown. */
export interface EventPlace {
  readonly index: number;
  readonly zone: Zone;
}

/** An event in words, why it ended as it did, and then all of its members. The text is not made harmless yet. */
export function describeEvent(event: unknown, place: EventPlace): readonly string[] {
  const members = allMembers(event);
  const width = Math.max(...members.map(({ path }) => path.length));
  return [
    ...describeHead(event, place),
    ...describeReasons(event).map((reason) => line('why', reason)),
    '',
    'Every member of the event:',
    ...members.map(({ path, value }) => `  ${path.padEnd(width)}  ${value}`),
  ];
}

function describeHead(event: unknown, { index, zone }: EventPlace): readonly string[] {
  const time = memberText(event, 'time');
  const parts: readonly (readonly [label: string, value: string])[] = [
    ['event', `${memberText(event, 'id') ?? '?'}, entry ${index} of the log`],
    ['time', time === undefined ? '' : `${showTime(time, zone, 'milliseconds')} (${zoneName(zone)})`],
    ['who', describeActor(event)],
    ['what', memberText(event, 'action') ?? ''],
    ['key', describeKey(event)],
    ['asset', describeAssets(event)],
    ['outcome', describeEnd(event)],
    ['from', memberText(event, 'client', 'address') ?? ''],
  ];
  return parts.filter(([, value]) => value !== '').map(([label, value]) => line(label, value));
}

function describeEnd(event: unknown): string {
  const code = memberText(event, 'error', 'code');
  const message = memberText(event, 'error', 'message');
  const outcome = describeOutcome(event);
  return code === undefined ? outcome : `${outcome}: ${code}${message === undefined ? '' : `, ${message}`}`;
}

/** One sentence for each decision of policy, in their order. */
function describeReasons(event: unknown): readonly string[] {
  const decisions = memberAt(event, 'decisions');
  return Array.isArray(decisions) ? decisions.map(describeDecision) : [];
}

function describeDecision(decision: unknown): string {
  const effect = memberText(decision, 'effect') ?? 'no effect';
  const asked = `${memberText(decision, 'permission') ?? '?'} on ${memberText(decision, 'resource') ?? '?'}`;
  const statement = memberText(decision, 'statement');
  const kind = memberText(decision, 'policyKind');
  const policy = memberText(decision, 'policy');
  if (kind === 'quarantine') {
    return `${asked} is denied: the principal was quarantined ${statement ?? ''} by ${policy ?? '?'}`;
  }
  const policies = kind === undefined ? 'policy' : `${kind} policy`;
  const where = policy === undefined ? `the ${policies}` : `the ${policies} \`${policy}\``;
  const by = statement === undefined ? where : `statement \`${statement}\` of ${where}`;
  switch (effect) {
    case 'allow':
      return `${asked} is allowed by ${by}`;
    case 'explicit-deny':
      return `${asked} is denied by ${by}`;
    case 'implicit-deny':
      return `${asked} is denied because no ${policies} allows it`;
    default:
      return `${asked}: ${effect} by ${by}`;
  }
}

function line(label: string, value: string): string {
  return `${label.padEnd(10)}  ${value}`;
}
