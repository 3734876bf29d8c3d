import { type AnsweredEntry, type AnswerWindow, assetGrade, type Subject } from '@keywitness/log';
import { eventColumns, eventRow, readEvent } from '../event/index.ts';
import { layOutTable, outputColumns, visible } from '../terminal/index.ts';

/** A subject in words; its texts are not made harmless yet. */
export function describeSubject({ type, texts }: Subject): string {
  const [first = '', second = ''] = texts;
  switch (type) {
    case 'asset':
      return `asset ${first}=${second}`;
    case 'key-principal':
      return `key ${first} and principal ${second}`;
    case 'partial':
      return 'kind that says less than there was';
    default:
      return `${type} ${first}`;
  }
}

/** A window in words. */
export function describeWindow(window: AnswerWindow): string {
  switch (window.kind) {
    case 'all':
      return 'the whole log';
    case 'index':
      return `entries ${window.from} to before ${window.to}`;
    case 'time':
      return `${instant(window.fromMs)} to before ${instant(window.toMs)}`;
  }
}

/** A table of the events of an answer, the oldest first; for an asset with how closely each is about it. */
export function answerTable(entries: readonly AnsweredEntry[], subject: Subject): readonly string[] {
  if (entries.length === 0) return [];
  const columns = eventColumns('utc');
  const isAsset = subject.type === 'asset';
  const rows = entries.map(({ index, entry }) => {
    const event = readEvent(entry);
    const cells = eventRow(index, event, 'utc');
    return (isAsset ? [...cells, describeGrade(event, subject)] : cells).map(visible);
  });
  return layOutTable(
    isAsset ? [...columns, { title: 'GRADE', columnsMin: 18 }] : columns,
    rows,
    outputColumns(),
  );
}

/** What of an asset may have been read later without an event; nothing for other subjects. */
export function describeLeases(
  entries: readonly AnsweredEntry[],
  subject: Subject,
  window: AnswerWindow,
): readonly string[] {
  if (subject.type !== 'asset') return [];
  const leases = entries.filter(({ entry }) => gradeOf(readEvent(entry), subject)?.lease === true).length;
  const earlier =
    window.kind === 'all' ? [] : ['leases      events before the window may have released data keys as well'];
  return leases === 0
    ? earlier
    : [
        `leases      after ${leases} of them the caller held a key or a text that can be used without an event`,
        ...earlier,
      ];
}

function describeGrade(event: unknown, subject: Subject): string {
  const grade = gradeOf(event, subject);
  return grade === undefined ? '' : `${grade.grade}${grade.lease ? ', lease' : ''}`;
}

function gradeOf(event: unknown, { texts }: Subject): ReturnType<typeof assetGrade> {
  const [name = '', value = ''] = texts;
  return assetGrade(event, { name, value });
}

function instant(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? `${timeMs} ms` : date.toISOString();
}
