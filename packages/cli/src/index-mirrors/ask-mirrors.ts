import { setTimeout as sleep } from 'node:timers/promises';
import {
  addSignatures,
  formatAnswer,
  formatPages,
  LogError,
  meetsRule,
  type NoteSignature,
  openCosignatures,
  parseNote,
  parsePages,
  parseVerifierKey,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { Failure, reasonOf } from '../failure.ts';
import type { MirrorEndpoint, MirrorTrust } from '../trust/index.ts';

/** An answer with the cosignatures that there were to be had. */
export interface CosignedAnswer {
  readonly text: string;
  /** Names of the mirrors that have cosigned now, every page of it. */
  readonly mirrors: readonly string[];
  /** Why others have not. */
  readonly problems: readonly string[];
  /** Whether a mirror says that the index is wrong, and whether there are as many mirrors as were asked for. */
  readonly isDisputed: boolean;
  readonly isEnough: boolean;
}

type Reply =
  | { readonly kind: 'cosigned'; readonly lines: string }
  | { readonly kind: 'busy' | 'disputed' | 'failed'; readonly reason: string };

/** What a mirror has cosigned, and the first that it has not. */
interface AskedMirror {
  readonly endpoint: MirrorEndpoint;
  /** By the note that was shown. */
  readonly cosigned: ReadonlyMap<string, readonly NoteSignature[]>;
  readonly problem?: { readonly note: string; readonly reason: string; readonly isDispute: boolean };
}

const submissionPath = '/cosign-index';
/** A mirror waits up to 15 seconds for what the index covers. */
const timeoutMs = 30_000;
/** How often a mirror is asked that has too many requests, and how long it is left alone before. */
const turnsMax = 20;
const turnMs = 500;
const replyBytesMax = 64 * 1024;
const shownLettersMax = 200;

/**
 * Takes the index checkpoint of an answer, or of each of its pages, to the mirrors that have an address, and adds their
 * cosignatures to it (`spec/completeness.md`, "Asking a mirror"). What was asked for and its proof stay as they are. A
 * mirror counts when it has cosigned all of them.
 */
export async function cosignAnswer(text: string, trust: MirrorTrust): Promise<CosignedAnswer> {
  if (trust.endpoints.length === 0) {
    throw new Failure(
      'usage',
      'no mirror has an address: name them in a policy, `witness <name> <verifier key> <url>`',
    );
  }
  const paged = read(() => parsePages(text));
  // Pages that were answered under one checkpoint have one index checkpoint.
  const notes = [...new Set(paged.pages.map(({ index }) => index))];
  const asked = await Promise.all(trust.endpoints.map((endpoint) => askForEach(endpoint, notes)));
  const problems = asked.flatMap(({ endpoint, problem }) => {
    if (problem === undefined) return [];
    const at = paged.pages.findIndex(({ index }) => index === problem.note);
    const where = paged.pages.length === 1 ? '' : ` page \`${at}\``;
    return [`the mirror \`${endpoint.url}\` does not cosign${where}: ${problem.reason}`];
  });
  const pages = paged.pages.map((page) => {
    const signatures = asked.flatMap(({ cosigned }) => cosigned.get(page.index) ?? []);
    return { ...page, index: withSignatures(page.index, signatures) };
  });
  const [only] = pages;
  const vkeysOf = (note: string): ReadonlySet<string> =>
    new Set(asked.flatMap(({ endpoint, cosigned }) => keysOf(endpoint.vkeys, cosigned.get(note) ?? [])));
  const each = notes.map(vkeysOf);
  const names = each.map((vkeys) => new Set([...vkeys].map((vkey) => parseVerifierKey(vkey).name)));
  return {
    text: read(() =>
      only !== undefined && pages.length === 1 ? formatAnswer(only) : formatPages({ ...paged, pages }),
    ),
    mirrors: [...(names[0] ?? [])].filter((name) => names.every((some) => some.has(name))),
    problems,
    isDisputed: asked.some(({ problem }) => problem?.isDispute === true),
    isEnough:
      names.every(({ size }) => size >= trust.quorum) &&
      each.every((vkeys) => meetsRule(trust.rule, (vkey) => vkeys.has(vkey))),
  };
}

/** Whoever does not cosign one is asked for no more of them: a mirror that is not there would be waited for each time. */
async function askForEach(endpoint: MirrorEndpoint, notes: readonly string[]): Promise<AskedMirror> {
  const cosigned = new Map<string, readonly NoteSignature[]>();
  for (const note of notes) {
    const reply = await askInTurn(endpoint, note);
    if (reply.kind !== 'cosigned') {
      const problem = { note, reason: reply.reason, isDispute: reply.kind === 'disputed' };
      return { endpoint, cosigned, problem };
    }
    const { text: statement } = read(() => parseNote(note));
    const opened = openCosignatures(statement, reply.lines, endpoint.vkeys, nodeCrypto);
    if (!opened.ok) {
      const reason = `its cosignature is not good: ${opened.reason}`;
      return { endpoint, cosigned, problem: { note, reason, isDispute: false } };
    }
    cosigned.set(note, opened.signatures);
  }
  return { endpoint, cosigned };
}

/** A mirror answers only so many requests a second, and an answer can have hundreds of pages. */
async function askInTurn(endpoint: MirrorEndpoint, note: string): Promise<Reply> {
  for (let left = turnsMax; ; left -= 1) {
    const reply = await ask(endpoint, note);
    if (reply.kind !== 'busy' || left <= 1) return reply;
    await sleep(turnMs);
  }
}

function withSignatures(note: string, signatures: readonly NoteSignature[]): string {
  let signed = note;
  for (const one of signatures) {
    const { signatures: there } = read(() => parseNote(signed));
    if (there.some(({ name, keyId }) => name === one.name && keyId === one.keyId)) continue;
    signed = addSignatures(signed, [one]);
  }
  return signed;
}

/** Those of these keys that have signed. */
function keysOf(vkeys: readonly string[], signatures: readonly NoteSignature[]): readonly string[] {
  return vkeys.filter((vkey) => {
    const { name, keyId } = parseVerifierKey(vkey);
    return signatures.some((one) => one.name === name && one.keyId === keyId);
  });
}

async function ask({ url }: MirrorEndpoint, note: string): Promise<Reply> {
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}${submissionPath}`, {
      method: 'POST',
      body: note,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readReply(response);
    if (response.status === 200) return { kind: 'cosigned', lines: text };
    const reason = `${response.status} ${text.trim().slice(0, shownLettersMax)}`;
    return { kind: kindOf(response.status), reason };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

function kindOf(status: number): 'busy' | 'disputed' | 'failed' {
  if (status === 422) return 'disputed';
  return status === 429 ? 'busy' : 'failed';
}

async function readReply(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  if (body === undefined) return '';
  for await (const chunk of body) {
    length += chunk.length;
    if (length > replyBytesMax) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString('utf8');
}

function read<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not read the answer: ${error.message}`, { cause: error });
  }
}
