import { encodeHex } from '../encoding/index.ts';
import { allMembers, memberAt, textAt } from './event-members.ts';
import type { Block, Span } from './report-blocks.ts';
import { actorWords, assetWords, keyWords, outcomeWords } from './words.ts';

/** A report of more events than this lists them, and does not print every member: nobody reads thousands of pages. */
const fullEventsMax = 1000;

/** An event of a report. */
export interface ReadEvent {
  readonly index: number;
  readonly entry: Uint8Array;
  readonly event: unknown;
  /** How closely it is about the asset; empty for other subjects. */
  readonly grade: string;
}

/** All events, a line each. */
export function eventTable(events: readonly ReadEvent[], isAsset: boolean): readonly Block[] {
  if (events.length === 0) return [];
  const isFull = events.length <= fullEventsMax;
  const rows = events.map(({ index, event, grade }): readonly Span[] => [
    isFull ? { kind: 'link', text: String(index), target: `entry-${index}` } : String(index),
    textAt(event, 'time'),
    actorWords(event),
    textAt(event, 'action'),
    keyWords(event),
    assetWords(event),
    outcomeWords(event),
    textAt(event, 'client', 'address'),
    ...(isAsset ? [grade] : []),
  ]);
  const titles = ['Entry', 'Time (UTC)', 'Who', 'What', 'Key', 'Asset', 'Outcome', 'From'];
  const widths = [6, 15, 18, 13, 16, 18, 8, 10];
  return [
    { kind: 'heading', level: 2, text: 'The events' },
    {
      kind: 'table',
      titles: isAsset ? [...titles, 'About the asset'] : titles,
      widths: isAsset ? [...widths, 11] : widths,
      rows,
    },
  ];
}

/** Every member of every event, and why it was allowed or denied. */
export function fullEvents(events: readonly ReadEvent[]): readonly Block[] {
  if (events.length === 0) return [];
  const title: Block = { kind: 'heading', level: 2, text: 'The events in full' };
  const folder: readonly Span[] = [
    'The exact bytes are in the folder ',
    { kind: 'code', text: 'events' },
    '.',
  ];
  if (events.length > fullEventsMax) {
    const why = `A report of more than ${fullEventsMax} events does not print every member of each. `;
    return [title, { kind: 'paragraph', spans: [why, ...folder] }];
  }
  return [
    title,
    { kind: 'paragraph', spans: ['Every member of every event, as it is recorded. ', ...folder] },
    ...events.flatMap(fullEvent),
  ];
}

function fullEvent({ index, entry, event }: ReadEvent): readonly Block[] {
  const decisions = memberAt(event, 'decisions');
  const members = event === undefined ? [] : allMembers(event);
  return [
    {
      kind: 'heading',
      level: 3,
      text: `Entry ${index}: ${textAt(event, 'action')}, ${outcomeWords(event)}`,
      anchor: `entry-${index}`,
    },
    ...(Array.isArray(decisions) ? decisions : []).map(decisionOf),
    { kind: 'members', rows: members.length === 0 ? [['bytes', encodeHex(entry)]] : members },
  ];
}

function decisionOf(decision: unknown): Block {
  const [effect, kind] = [textAt(decision, 'effect'), textAt(decision, 'policyKind')];
  const [policy, statement] = [textAt(decision, 'policy'), textAt(decision, 'statement')];
  const sha256 = textAt(decision, 'policySha256');
  const asked = `${textAt(decision, 'permission')} on ${textAt(decision, 'resource')}`;
  const because =
    policy === ''
      ? `, because no policy of the kind “${kind}” allows it`
      : `, because of statement “${statement}” of the policy “${policy}” (${kind})`;
  const link: readonly Span[] =
    sha256 === '' ? [] : [', ', { kind: 'link', text: 'text', target: `policy-${sha256}` }];
  return {
    kind: 'paragraph',
    spans: [`${asked}: `, { kind: 'strong', text: effect }, because, ...link, '.'],
  };
}
