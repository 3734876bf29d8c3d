import { decodeBase64, decodeUtf8, encodeBase64, isSize } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { hashBytes } from '../merkle/index.ts';
import type { AnswerLeaf, AnswerPages, AnswerTree, AnswerWindow, CompleteAnswer } from './answer.ts';
import { keyBits, type MapLeaf, type MapStep } from './map-path.ts';
import { readSubject, type Subject } from './subjects.ts';

/** More than the answer of a service may take, so that whatever it writes is read. */
const answerCharactersMax = 64 * 1024 * 1024;
/** Of an answer in pages; more would be no text that can be had in one piece. */
const pagesCharactersMax = 400 * 1024 * 1024;
/** Pages of one answer. A page of a service has 4,096 events. */
const pagesMax = 10_000;
/** More than a tree of 2^53 leaves can need. */
const hashesMax = 2 * 53;

const format = 'keywitness.answer/1';
const pagesFormat = 'keywitness.pages/1';

type Members = Readonly<Record<string, unknown>>;

/** Writes an answer (`spec/completeness.md`, "Answer"): one member a line, so that it can be looked at. */
export function formatAnswer(answer: CompleteAnswer): string {
  const { subject, window, checkpoint, index, path, other, tree } = answer;
  const members: readonly (readonly [string, unknown])[] = [
    ['format', format],
    ['subject', [subject.type, ...subject.texts]],
    ['window', windowMembers(window)],
    ['checkpoint', checkpoint],
    ['index', index],
    ['path', path.map(({ bit, sibling }) => [bit, encodeBase64(sibling)])],
    ['other', other === undefined ? undefined : [encodeBase64(other.key), encodeBase64(other.head)]],
    ['tree', tree === undefined ? undefined : treeMembers(tree)],
  ];
  const lines = members
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  return `{${lines.join(',\n')}}\n`;
}

/** Reads an answer and believes nothing of it. Throws `malformed-answer`. */
export function parseAnswer(text: string | Uint8Array): CompleteAnswer {
  return readAnswer(parseText(text, answerCharactersMax));
}

/** Writes an answer in pages (`spec/completeness.md`, "Pages"). Throws `malformed-answer` for one that is too long. */
export function formatPages({ window, pages, consistency }: AnswerPages): string {
  const texts = pages.map((page) => formatAnswer(page).trimEnd());
  if (texts.reduce((sum, { length }) => sum + length, 0) > pagesCharactersMax) {
    throw malformed('it is too long');
  }
  const proofs = consistency.map((hashes) => hashes.map(encodeBase64));
  return (
    `{"format":"${pagesFormat}",\n"window":${JSON.stringify(windowMembers(window))},\n` +
    `"consistency":${JSON.stringify(proofs)},\n"pages":[\n${texts.join(',\n')}]}\n`
  );
}

/** Reads an answer, in pages or as a whole, which is then the only page. Throws `malformed-answer`. */
export function parsePages(text: string | Uint8Array): AnswerPages {
  const value = parseText(text, pagesCharactersMax);
  if (!isMembers(value) || value['format'] !== pagesFormat) {
    const answer = readAnswer(value);
    return { window: answer.window, pages: [answer], consistency: [] };
  }
  const members = only(value, ['format', 'window', 'consistency', 'pages']);
  const pages = listOf(members['pages'], pagesMax).map(readAnswer);
  const consistency = listOf(members['consistency'], pagesMax).map((hashes) =>
    listOf(hashes, hashesMax).map(hashOf),
  );
  if (pages.length < 2 || consistency.length !== pages.length - 1) {
    throw malformed('it has not one proof between each two of its pages');
  }
  return { window: parseWindow(members['window']), pages, consistency };
}

function readAnswer(value: unknown): CompleteAnswer {
  const members = only(value, [
    'format',
    'subject',
    'window',
    'checkpoint',
    'index',
    'path',
    'other',
    'tree',
  ]);
  if (members['format'] !== format) throw malformed(`it is not of the format \`${format}\``);
  const { other, tree } = members;
  return {
    subject: parseSubject(members['subject']),
    window: parseWindow(members['window']),
    checkpoint: textOf(members['checkpoint']),
    index: textOf(members['index']),
    path: listOf(members['path'], keyBits).map(parseStep),
    ...(other === undefined ? {} : { other: parseMapLeaf(other) }),
    ...(tree === undefined ? {} : { tree: parseTree(tree) }),
  };
}

function windowMembers(window: AnswerWindow): Members {
  switch (window.kind) {
    case 'all':
      return {};
    case 'index':
      return { fromIndex: window.from, toIndex: window.to };
    case 'time':
      return { fromTime: window.fromMs, toTime: window.toMs };
  }
}

function treeMembers({ count, latenessMs, first, leaves, hashes }: AnswerTree): Members {
  return {
    count,
    lateness: latenessMs,
    first,
    leaves: leaves.map((leaf) => ({
      index: leaf.index,
      time: leaf.timeMs,
      latest: leaf.latestMs,
      ...('entry' in leaf ? { entry: encodeBase64(leaf.entry) } : { hash: encodeBase64(leaf.hash) }),
    })),
    hashes: hashes.map(encodeBase64),
  };
}

function parseSubject(value: unknown): Subject {
  const [type = '', ...texts] = listOf(value, 3).map(textOf);
  const subject = readSubject(type, texts);
  if (subject === undefined) throw malformed('it is about no subject that there is');
  return subject;
}

function parseWindow(value: unknown): AnswerWindow {
  const members = only(value, ['fromIndex', 'toIndex', 'fromTime', 'toTime']);
  const names = Object.keys(members).toSorted().join(' ');
  switch (names) {
    case '':
      return { kind: 'all' };
    case 'fromIndex toIndex':
      return { kind: 'index', from: sizeOf(members['fromIndex']), to: sizeOf(members['toIndex']) };
    case 'fromTime toTime':
      return { kind: 'time', fromMs: sizeOf(members['fromTime']), toMs: sizeOf(members['toTime']) };
    default:
      throw malformed('its window is neither one by index nor one by time');
  }
}

function parseStep(value: unknown): MapStep {
  const [bit, sibling, ...others] = listOf(value, 2);
  const number = sizeOf(bit);
  if (number >= keyBits || others.length > 0) throw malformed('a step of its path is none');
  return { bit: number, sibling: hashOf(sibling) };
}

function parseMapLeaf(value: unknown): MapLeaf {
  const [key, head] = listOf(value, 2).map(hashOf);
  if (key === undefined || head === undefined) throw malformed('the other leaf of the map is none');
  return { key, head };
}

function parseTree(value: unknown): AnswerTree {
  const members = only(value, ['count', 'lateness', 'first', 'leaves', 'hashes']);
  return {
    count: sizeOf(members['count']),
    latenessMs: sizeOf(members['lateness']),
    first: sizeOf(members['first']),
    leaves: listOf(members['leaves'], Infinity).map(parseLeaf),
    hashes: listOf(members['hashes'], hashesMax).map(hashOf),
  };
}

function parseLeaf(value: unknown): AnswerLeaf {
  const members = only(value, ['index', 'time', 'latest', 'entry', 'hash']);
  const place = {
    index: sizeOf(members['index']),
    timeMs: sizeOf(members['time']),
    latestMs: sizeOf(members['latest']),
  };
  const { entry, hash } = members;
  if ((entry === undefined) === (hash === undefined)) {
    throw malformed('a leaf has not one of entry and hash');
  }
  return entry === undefined ? { ...place, hash: hashOf(hash) } : { ...place, entry: bytesOf(entry) };
}

function parseText(text: string | Uint8Array, charactersMax: number): unknown {
  const decoded = typeof text === 'string' ? text : decodeUtf8(text);
  if (decoded === undefined) throw malformed('it is not UTF-8');
  if (decoded.length > charactersMax) throw malformed('it is too long');
  return parseJson(decoded);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed('it is not JSON', { cause });
  }
}

/** The members of an object that has none but these. */
function only(value: unknown, names: readonly string[]): Members {
  if (!isMembers(value)) throw malformed('something in it is no object');
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw malformed(`it has an unknown member \`${unknown.slice(0, 40)}\``);
  return value;
}

function listOf(value: unknown, lengthMax: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > lengthMax) throw malformed('a list in it is none, or too long');
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw malformed('a text in it is none');
  return value;
}

function sizeOf(value: unknown): number {
  if (typeof value !== 'number' || !isSize(value) || Object.is(value, -0)) {
    throw malformed('a number in it is not a whole one from 0 to 2^53 - 1');
  }
  return value;
}

function hashOf(value: unknown): Uint8Array {
  const bytes = bytesOf(value);
  if (bytes.length !== hashBytes) throw malformed('a hash in it does not have 32 bytes');
  return bytes;
}

function bytesOf(value: unknown): Uint8Array {
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined;
  if (bytes === undefined) throw malformed('bytes in it are not base64');
  return bytes;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(why: string, options?: ErrorOptions): LogError {
  return new LogError('malformed-answer', `could not read the answer: ${why}`, options);
}
