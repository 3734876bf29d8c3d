import type { AnswerWindow, Subject } from '../completeness/index.ts';
import { memberAt, membersOf, textAt } from './event-members.ts';

/** The end of windows that have none: the year 10000. */
const timeMsMax = 253_402_300_800_000;

/** A subject in words. */
export function subjectWords({ type, texts }: Subject): string {
  const [first = '', second = ''] = texts;
  switch (type) {
    case 'account':
      return `the account ${first}`;
    case 'asset':
      return `the asset ${first}=${second}`;
    case 'credential':
      return `the access key ${first}`;
    case 'key':
      return `the key ${first}`;
    case 'key-principal':
      return `the key ${first} together with ${second}`;
    case 'partial':
      return 'attempts of which the record says less than there was';
    case 'principal':
      return second === '' ? first : `${first} ${second}`;
    case 'source':
      return `the network address ${first}`;
  }
}

/** A window in words. */
export function windowWords(window: AnswerWindow): string {
  switch (window.kind) {
    case 'all':
      return 'from the beginning of the record to the checkpoint';
    case 'index':
      return `from entry ${window.from} to before entry ${window.to}, as far as the checkpoint goes`;
    case 'time': {
      const from =
        window.fromMs === 0 ? 'from the beginning of the record' : `from ${instant(window.fromMs)}`;
      return window.toMs >= timeMsMax
        ? `${from} to the checkpoint`
        : `${from} to before ${instant(window.toMs)}, as far as the checkpoint goes`;
    }
  }
}

/** Who it was, as far as that was verified. */
export function actorWords(event: unknown): string {
  const arn = textAt(event, 'actor', 'arn');
  if (memberAt(event, 'actor', 'unverified') === true) {
    return `not verified; claimed the access key ${textAt(event, 'actor', 'credentialId')}`;
  }
  const name = textAt(event, 'actor', 'name');
  if (arn === '') return name === '' ? textAt(event, 'actor', 'type') : name;
  return name === '' ? arn : `${name} (${arn})`;
}

/** The keys of an attempt, each by its name in the request and its id. */
export function keyWords(event: unknown): string {
  const names = ['key', 'sourceKey'].flatMap((member) => {
    const [id, requested] = [textAt(event, member, 'id'), textAt(event, member, 'requested')];
    return id === ''
      ? [requested]
      : requested === '' || requested === id
        ? [id]
        : [`${id} (as ${requested})`];
  });
  return [...new Set(names.filter((name) => name !== ''))].join(', ');
}

/** The pairs of the encryption contexts. */
export function assetWords(event: unknown): string {
  const pairs = [
    ...membersOf(memberAt(event, 'context')),
    ...membersOf(memberAt(event, 'sourceContext')),
  ].flatMap(([name, value]) => (typeof value === 'string' ? [`${name}=${value}`] : []));
  return [...new Set(pairs)].join(', ');
}

/** How it ended, and how many attempts stand in one event. */
export function outcomeWords(event: unknown): string {
  const outcome = textAt(event, 'outcome');
  const count = textAt(event, 'count');
  return count === '' || count === '1' ? outcome : `${outcome}, ${count} times`;
}

/** An instant as the record writes it. */
export function instant(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? `${timeMs} ms` : date.toISOString();
}
