import { type AnsweredEntry, assetGrade, type CompleteAnswer } from '../completeness/index.ts';
import { encodeHex } from '../encoding/index.ts';
import { parseCheckpoint, parseNote } from '../note/index.ts';
import { memberAt, parseEvent, textAt } from './event-members.ts';
import { type Block, type Report, seenReport, type Span } from './report-blocks.ts';
import { eventTable, fullEvents, type ReadEvent } from './report-events.ts';
import { actorWords, instant, subjectWords, windowWords } from './words.ts';

/** What a report tells of. */
export interface ReportFacts {
  readonly answer: CompleteAnswer;
  /** All events of the answer, in the order of the log. */
  readonly entries: readonly AnsweredEntry[];
  readonly exported: AnsweredEntry;
  /** By their SHA-256, in order. */
  readonly policies: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
  /** A signed checkpoint with cosignatures, to the letter. */
  readonly witnessed?: string;
}

/**
 * What a bundle says to people. It is a function of the facts alone, and all forms of the report are made from it, so
 * none can say anything else than the others (`spec/evidence.md`, "Report").
 */
export function reportOf(facts: ReportFacts): Report {
  const { answer, exported } = facts;
  const { origin, size } = checkpointOf(answer);
  const events = facts.entries.map(({ index, entry }): ReadEvent => {
    const event = parseEvent(entry);
    return { index, entry, event, grade: gradeWords(event, answer) };
  });
  const exportEvent = parseEvent(exported.entry);
  return seenReport({
    title: `Evidence about ${subjectWords(answer.subject)}`,
    foot: `${origin}, ${size} entries, exported ${textAt(exportEvent, 'time')}`,
    timeMs: timeOf(exportEvent),
    blocks: [
      ...claimOf(facts),
      ...questionOf(facts),
      ...exportOf(exported.index, exportEvent),
      ...summaryOf(events),
      ...limitsOf(facts, events),
      ...eventTable(events, answer.subject.type === 'asset'),
      ...fullEvents(events),
      ...policiesOf(facts),
      ...proofOf(facts),
    ],
  });
}

function claimOf({ answer, entries }: ReportFacts): readonly Block[] {
  const { origin, size } = checkpointOf(answer);
  const isOne = entries.length === 1;
  return [
    {
      kind: 'claim',
      spans: [
        `In its first ${size} entries, the log `,
        strong(origin),
        ' holds ',
        strong(String(entries.length)),
        ` ${isOne ? 'event' : 'events'} about ${subjectWords(answer.subject)}, ${windowWords(answer.window)}; and ` +
          `${answer.tree?.count ?? 0} in all. The ${isOne ? 'event is' : 'events are'} listed below, and none was left out.`,
      ],
    },
    paragraph(
      'This holds only if the bundle that this report is a part of has been checked. A report alone proves nothing: ' +
        'see “How to check this” at the end.',
    ),
  ];
}

function questionOf({ answer }: ReportFacts): readonly Block[] {
  const { origin, size, root } = checkpointOf(answer);
  return [
    heading('What was asked'),
    factRows([
      ['All events about', subjectWords(answer.subject)],
      ['Window', windowWords(answer.window)],
      ['Of the log', origin],
      ['As far as', `its first ${size} entries`],
      ['Root of these', encodeHex(root)],
    ]),
  ];
}

function exportOf(index: number, event: unknown): readonly Block[] {
  return [
    heading('Who exported this, and when'),
    factRows([
      ['Exported by', actorWords(event)],
      ['Account', textAt(event, 'actor', 'account')],
      ['Access key', textAt(event, 'actor', 'credentialId')],
      ['At (UTC)', textAt(event, 'time')],
      ['From the address', textAt(event, 'client', 'address')],
      ['Justification', textAt(event, 'justification')],
      ['Recorded as', `event ${textAt(event, 'id')}, entry ${index} of the log`],
    ]),
  ];
}

function summaryOf(events: readonly ReadEvent[]): readonly Block[] {
  if (events.length === 0) return [heading('Summary'), paragraph('There is no event to sum up.')];
  const sums = (columns: (event: unknown) => readonly string[]): readonly (readonly string[])[] => {
    const counts = new Map<string, { readonly cells: readonly string[]; count: number }>();
    for (const { event } of events) {
      const cells = columns(event);
      const name = JSON.stringify(cells);
      const sum = counts.get(name) ?? { cells, count: 0 };
      sum.count += 1;
      counts.set(name, sum);
    }
    return [...counts]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([, { cells, count }]) => [...cells, String(count)]);
  };
  return [
    heading('Summary'),
    {
      kind: 'table',
      titles: ['What was attempted', 'How it ended', 'Events'],
      widths: [60, 25, 15],
      rows: sums((event) => [textAt(event, 'action'), textAt(event, 'outcome')]),
    },
    { kind: 'heading', level: 3, text: 'By whom' },
    {
      kind: 'table',
      titles: ['Who', 'How it ended', 'Events'],
      widths: [60, 25, 15],
      rows: sums((event) => [actorWords(event), textAt(event, 'outcome')]),
    },
  ];
}

function limitsOf({ answer, missing }: ReportFacts, events: readonly ReadEvent[]): readonly Block[] {
  const leases = events.filter(({ grade }) => grade.endsWith('lease')).length;
  const isAsset = answer.subject.type === 'asset';
  const items = [
    `What was recorded behind the first ${checkpointOf(answer).size} entries of the log is not in it.`,
    'Attempts of which the record says less than there was, such as repeated refusals that are counted in one event, ' +
      'may be about this subject without naming it. They are a subject of their own, “partial”.',
    ...(isAsset
      ? [
          '“asset-exact”: the use was of this asset alone. “asset-set”: it was of this asset and others. “lease”: after ' +
            'the event the caller held a key or a text that can be used again without an event. There ' +
            `${leases === 1 ? 'is 1 event' : `are ${leases} events`} of this kind here.`,
        ]
      : []),
    ...(isAsset && answer.window.kind !== 'all'
      ? ['Events before the window may have released keys that were used in it.']
      : []),
    ...(missing.length === 0
      ? []
      : [`The texts of ${missing.length} policies that decided are not in the bundle.`]),
  ];
  return [heading('What this does not say'), { kind: 'list', items: items.map((item) => [item]) }];
}

function policiesOf({ policies, missing }: ReportFacts): readonly Block[] {
  return [
    heading('The policies that decided'),
    paragraph(
      'Events name the policy that decided by the SHA-256 of its text. These are the texts as they were then.',
    ),
    ...[...policies].flatMap(([sha256, text]): readonly Block[] => [
      {
        kind: 'heading',
        level: 3,
        text: `Policy with the SHA-256 ${sha256}`,
        anchor: `policy-${sha256}`,
      },
      { kind: 'lines', text },
    ]),
    ...missing.map((sha256): Block => ({
      kind: 'paragraph',
      spans: [`The text of the policy with the SHA-256 ${sha256} was not to be had.`],
      anchor: `policy-${sha256}`,
    })),
  ];
}

function proofOf({ answer, witnessed }: ReportFacts): readonly Block[] {
  const { origin, size, root } = checkpointOf(answer);
  return [
    heading('How to check this'),
    factRows([
      ['Log', origin],
      ['Checkpoint', `${size} entries`],
      ['Root', encodeHex(root)],
      ['Events of the subject', String(answer.tree?.count ?? 0)],
      ['Latest event shown', latestOf(answer)],
    ]),
    paragraph(
      'The checkpoint and the index of the log are signed; with the log’s public key anybody can check, without the ' +
        'service and without a network, that the events are the ones of the log, that none was left out, that the ' +
        'policies are the ones that decided, and that this report says what the events say:',
    ),
    { kind: 'lines', text: 'keywitness evidence check case.kwz --key log.vkey' },
    paragraph(
      'The public key must come from elsewhere than this bundle, and its key ID must be the one below. These ' +
        'signatures are on the checkpoint:',
    ),
    ...noteOf(answer.checkpoint, origin),
    ...(witnessed === undefined ? [] : cosignedOf(witnessed, origin)),
  ];
}

function cosignedOf(note: string, origin: string): readonly Block[] {
  const { size } = parseCheckpoint(parseNote(note).text);
  return [
    paragraph(`And these on a checkpoint of ${size} entries, which goes on from it:`),
    ...noteOf(note, origin),
  ];
}

function noteOf(note: string, origin: string): readonly Block[] {
  return [
    {
      kind: 'table',
      titles: ['Name', 'Key ID (fingerprint)', 'Said to be'],
      widths: [60, 20, 20],
      rows: parseNote(note).signatures.map(({ name, keyId }) => [
        name,
        keyId.toString(16).padStart(8, '0'),
        name === origin ? 'the log' : 'a witness',
      ]),
    },
    { kind: 'lines', text: note },
  ];
}

function latestOf({ tree }: CompleteAnswer): string {
  const last = tree?.leaves.findLast((leaf) => 'entry' in leaf);
  return last === undefined ? 'none' : instant(last.timeMs);
}

function gradeWords(event: unknown, { subject }: CompleteAnswer): string {
  const [name = '', value = ''] = subject.texts;
  const graded = subject.type === 'asset' ? assetGrade(event, { name, value }) : undefined;
  return graded === undefined ? '' : `${graded.grade}${graded.lease ? ', lease' : ''}`;
}

function timeOf(event: unknown): number {
  const time = memberAt(event, 'time');
  const timeMs = typeof time === 'string' ? Date.parse(time) : 0;
  return Number.isNaN(timeMs) ? 0 : timeMs;
}

function checkpointOf({ checkpoint }: CompleteAnswer): ReturnType<typeof parseCheckpoint> {
  return parseCheckpoint(parseNote(checkpoint).text);
}

function heading(text: string): Block {
  return { kind: 'heading', level: 2, text };
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', spans: [text] };
}

function strong(text: string): Span {
  return { kind: 'strong', text };
}

function factRows(rows: readonly (readonly [name: string, text: string])[]): Block {
  return { kind: 'facts', rows: rows.filter(([, text]) => text !== '') };
}
