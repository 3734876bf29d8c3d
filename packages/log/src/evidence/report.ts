import { type AnsweredEntry, assetGrade, type CompleteAnswer } from '../completeness/index.ts';
import { encodeHex } from '../encoding/index.ts';
import { parseCheckpoint, parseNote } from '../note/index.ts';
import { allMembers, memberAt, parseEvent, textAt } from './event-members.ts';
import { type Html, htmlLines, markup } from './html.ts';
import { reportStyle } from './report-style.ts';
import {
  actorWords,
  assetWords,
  instant,
  keyWords,
  outcomeWords,
  subjectWords,
  windowWords,
} from './words.ts';

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

interface ReadEvent {
  readonly index: number;
  readonly entry: Uint8Array;
  readonly event: unknown;
  readonly grade: string;
}

/**
 * The report of a bundle: a page for people, without scripts, that can be printed. It is a function of the facts alone,
 * so whoever checks a bundle makes the page again and compares (`spec/evidence.md`, "Report"): version 1 of the format
 * is this page, to the letter.
 */
export function renderReport(facts: ReportFacts): string {
  const { subject } = facts.answer;
  const events = facts.entries.map(({ index, entry }): ReadEvent => {
    const event = parseEvent(entry);
    return { index, entry, event, grade: gradeWords(event, facts.answer) };
  });
  const title = `Evidence about ${subjectWords(subject)}`;
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${{ html: reportStyle }}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${claimOf(facts)} ${exportOf(facts)} ${summaryOf(events)} ${limitsOf(facts, events)}
        ${tableOf(events, subject.type === 'asset')}
        <h2>The events in full</h2>
        <p>
          Every member of every event, as it is recorded. The exact bytes are in the folder
          <code>events</code>.
        </p>
        ${events.map(fullEvent)} ${policiesOf(facts)} ${proofOf(facts)}
      </body>
    </html> `;
  return page.html;
}

function claimOf({ answer, entries }: ReportFacts): Html {
  const { origin, size } = checkpointOf(answer);
  const whole = answer.tree?.count ?? 0;
  return markup`<p class="claim">
      In its first ${size} entries, the log <b>${origin}</b> holds
      <b>${entries.length}</b> ${entries.length === 1 ? 'event' : 'events'} about
      ${subjectWords(answer.subject)}, ${windowWords(answer.window)}; and ${whole} in all. The
      ${entries.length === 1 ? 'event is' : 'events are'} listed below, and none was left out.
    </p>
    <p>
      This holds only if the bundle that this page is a part of has been checked. A page alone proves nothing:
      see “How to check this” at the end.
    </p>`;
}

function exportOf({ exported }: ReportFacts): Html {
  const event = parseEvent(exported.entry);
  return markup`<h2>Who exported this, and when</h2>
    ${factTable([
      ['Exported by', actorWords(event)],
      ['Account', textAt(event, 'actor', 'account')],
      ['Access key', textAt(event, 'actor', 'credentialId')],
      ['At (UTC)', textAt(event, 'time')],
      ['From the address', textAt(event, 'client', 'address')],
      ['Justification', textAt(event, 'justification')],
      ['Recorded as', `event ${textAt(event, 'id')}, entry ${exported.index} of the log`],
    ])}`;
}

function summaryOf(events: readonly ReadEvent[]): Html {
  const count = (columns: (event: unknown) => readonly string[]): readonly Html[] => {
    const sums = new Map<string, { readonly cells: readonly string[]; count: number }>();
    for (const { event } of events) {
      const cells = columns(event);
      const name = JSON.stringify(cells);
      const sum = sums.get(name) ?? { cells, count: 0 };
      sum.count += 1;
      sums.set(name, sum);
    }
    return [...sums]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([, sum]) => row([...sum.cells, String(sum.count)]));
  };
  if (events.length === 0) {
    return markup`<h2>Summary</h2>
      <p>There is no event to sum up.</p>`;
  }
  return markup`<h2>Summary</h2>
    ${table(
      ['What was attempted', 'How it ended', 'Events'],
      count((event) => [textAt(event, 'action'), textAt(event, 'outcome')]),
    )}
    <h3>By whom</h3>
    ${table(
      ['Who', 'How it ended', 'Events'],
      count((event) => [actorWords(event), textAt(event, 'outcome')]),
    )}`;
}

function limitsOf({ answer, missing }: ReportFacts, events: readonly ReadEvent[]): Html {
  const leases = events.filter(({ grade }) => grade.endsWith('lease')).length;
  const isAsset = answer.subject.type === 'asset';
  const lines = [
    markup`<li>What was recorded behind the first ${checkpointOf(answer).size} entries of the log is not in it.</li>`,
    markup`<li>
      Attempts of which the record says less than there was, such as repeated refusals that are counted in one
      event, may be about this subject without naming it. They are a subject of their own, “partial”.
    </li>`,
    ...(isAsset
      ? [
          markup`<li>
            “asset-exact”: the use was of this asset alone. “asset-set”: it was of this asset and others.
            “lease”: after the event the caller held a key or a text that can be used again without an event.
            There ${leases === 1 ? 'is 1 event' : `are ${leases} events`} of this kind here.
          </li>`,
        ]
      : []),
    ...(isAsset && answer.window.kind !== 'all'
      ? [markup`<li>Events before the window may have released keys that were used in it.</li>`]
      : []),
    ...(missing.length === 0
      ? []
      : [markup`<li>The texts of ${missing.length} policies that decided are not in the bundle.</li>`]),
  ];
  return markup`<h2>What this does not say</h2>
    <ul>
      ${lines}
    </ul>`;
}

function tableOf(events: readonly ReadEvent[], isAsset: boolean): Html {
  if (events.length === 0) return markup``;
  const titles = ['Entry', 'Time (UTC)', 'Who', 'What', 'Key', 'Asset', 'Outcome', 'From'];
  const rows = events.map(({ index, event, grade }) => {
    const cells = [
      textAt(event, 'time'),
      actorWords(event),
      textAt(event, 'action'),
      keyWords(event),
      assetWords(event),
      outcomeWords(event),
      textAt(event, 'client', 'address'),
      ...(isAsset ? [grade] : []),
    ].map((text) => markup`<td>${text}</td>`);
    return markup`<tr>
      <td><a href="#entry-${index}">${index}</a></td>
      ${cells}
    </tr>`;
  });
  return markup`<h2>The events</h2>
    ${table(isAsset ? [...titles, 'About the asset'] : titles, rows)}`;
}

function fullEvent({ index, entry, event }: ReadEvent): Html {
  const decisions = memberAt(event, 'decisions');
  const members = event === undefined ? [] : allMembers(event).map(([path, text]) => row([path, text]));
  return markup`<h3 id="entry-${index}">Entry ${index}: ${textAt(event, 'action')}, ${outcomeWords(event)}</h3>
    ${(Array.isArray(decisions) ? decisions : []).map(decisionOf)}
    <table class="members">
      <tbody>
        ${members.length === 0 ? row(['bytes', encodeHex(entry)]) : members}
      </tbody>
    </table> `;
}

function decisionOf(decision: unknown): Html {
  const [effect, kind] = [textAt(decision, 'effect'), textAt(decision, 'policyKind')];
  const [policy, statement] = [textAt(decision, 'policy'), textAt(decision, 'statement')];
  const sha256 = textAt(decision, 'policySha256');
  const asked = `${textAt(decision, 'permission')} on ${textAt(decision, 'resource')}`;
  const by =
    policy === ''
      ? markup`no policy of the kind “${kind}” allows it`
      : markup`statement “${statement}” of the policy “${policy}” (${kind})`;
  const link = sha256 === '' ? markup`` : markup`, <a href="#policy-${sha256}">text</a>`;
  return markup`<p>${asked}: <b>${effect}</b>, because ${policy === '' ? by : markup`of ${by}`}${link}.</p>`;
}

function policiesOf({ policies, missing }: ReportFacts): Html {
  const texts = [...policies].map(
    ([sha256, text]) =>
      markup`<h3 id="policy-${sha256}">Policy with the SHA-256 ${sha256}</h3>
        <pre>${htmlLines(text)}</pre> `,
  );
  const absent = missing.map(
    (sha256) =>
      markup`<p id="policy-${sha256}">
        The text of the policy with the SHA-256 ${sha256} was not to be had.
      </p> `,
  );
  return markup`<h2>The policies that decided</h2>
    <p>
      Events name the policy that decided by the SHA-256 of its text. These are the texts as they were then.
    </p>
    ${texts}${absent}`;
}

function proofOf({ answer, witnessed }: ReportFacts): Html {
  const { origin, size, root } = checkpointOf(answer);
  return markup`<h2>How to check this</h2>
    ${factTable([
      ['Log', origin],
      ['Checkpoint', `${size} entries`],
      ['Root', encodeHex(root)],
      ['Events of the subject', String(answer.tree?.count ?? 0)],
      ['Latest event shown', latestOf(answer)],
    ])}
    <p>
      The checkpoint and the index of the log are signed; with the log’s public key anybody can check, without
      the service and without a network, that the events are the ones of the log, that none was left out, that
      the policies are the ones that decided, and that this page says what the events say:
    </p>
    <pre>keywitness evidence check case.kwz --key log.vkey</pre>
    <p>The public key must come from elsewhere than this bundle. These signatures are on the checkpoint:</p>
    ${noteOf(answer.checkpoint, origin)} ${witnessed === undefined ? markup`` : cosignedOf(witnessed, origin)}`;
}

function cosignedOf(note: string, origin: string): Html {
  const { size } = parseCheckpoint(parseNote(note).text);
  return markup`<p>And these on a checkpoint of ${size} entries, which goes on from it:</p>
    ${noteOf(note, origin)}`;
}

function noteOf(note: string, origin: string): Html {
  const signed = parseNote(note).signatures.map(({ name, keyId }) =>
    row([name, keyId.toString(16).padStart(8, '0'), name === origin ? 'the log' : 'a witness']),
  );
  return markup`${table(['Name', 'Key', 'Said to be'], signed)}
    <pre>${htmlLines(note)}</pre>`;
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

function checkpointOf({ checkpoint }: CompleteAnswer): ReturnType<typeof parseCheckpoint> {
  return parseCheckpoint(parseNote(checkpoint).text);
}

function factTable(facts: readonly (readonly [name: string, text: string])[]): Html {
  const rows = facts
    .filter(([, text]) => text !== '')
    .map(
      ([name, text]) =>
        markup`<tr>
          <th scope="row">${name}</th>
          <td>${text}</td>
        </tr>`,
    );
  return markup`<table class="facts">
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function table(titles: readonly string[], rows: readonly Html[]): Html {
  const heads = titles.map((title) => markup`<th scope="col">${title}</th>`);
  return markup`<table>
    <thead>
      <tr>
        ${heads}
      </tr>
    </thead>
    <tbody>
      ${rows.map((each) => markup`${each} `)}
    </tbody>
  </table>`;
}

function row(cells: readonly string[]): Html {
  return markup`<tr>
    ${cells.map((cell) => markup`<td>${cell}</td>`)}
  </tr>`;
}
