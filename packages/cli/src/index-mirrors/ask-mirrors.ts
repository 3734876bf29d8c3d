import {
  addSignatures,
  formatAnswer,
  LogError,
  meetsRule,
  openCosignatures,
  parseAnswer,
  parseNote,
  parseVerifierKey,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { Failure, reasonOf } from '../failure.ts';
import type { MirrorEndpoint, MirrorTrust } from '../trust/index.ts';

/** An answer with the cosignatures that there were to be had. */
export interface CosignedAnswer {
  readonly text: string;
  /** Names of the mirrors that have cosigned now. */
  readonly mirrors: readonly string[];
  /** Why others have not. */
  readonly problems: readonly string[];
  /** Whether a mirror says that the index is wrong, and whether there are as many mirrors as were asked for. */
  readonly isDisputed: boolean;
  readonly isEnough: boolean;
}

type Reply =
  | { readonly kind: 'cosigned'; readonly lines: string }
  | { readonly kind: 'disputed' | 'failed'; readonly reason: string };

const submissionPath = '/cosign-index';
/** A mirror waits up to 15 seconds for what the index covers. */
const timeoutMs = 30_000;
const replyBytesMax = 64 * 1024;
const shownLettersMax = 200;

/**
 * Takes the index checkpoint of an answer to the mirrors that have an address, and adds their cosignatures to it
 * (`spec/completeness.md`, "Asking a mirror"). What was asked for and its proof stay as they are.
 */
export async function cosignAnswer(text: string, trust: MirrorTrust): Promise<CosignedAnswer> {
  if (trust.endpoints.length === 0) {
    throw new Failure(
      'usage',
      'no mirror has an address: name them in a policy, `witness <name> <verifier key> <url>`',
    );
  }
  const answer = read(() => parseAnswer(text));
  const { text: statement, signatures: before } = read(() => parseNote(answer.index));
  const replies = await Promise.all(
    trust.endpoints.map(async (endpoint) => ({ endpoint, reply: await ask(endpoint, answer.index) })),
  );
  const problems: string[] = [];
  const vkeys = new Set<string>();
  let { index } = answer;
  for (const { endpoint, reply } of replies) {
    if (reply.kind !== 'cosigned') {
      problems.push(`the mirror \`${endpoint.url}\` does not cosign: ${reply.reason}`);
      continue;
    }
    const opened = openCosignatures(statement, reply.lines, endpoint.vkeys, nodeCrypto);
    if (!opened.ok) {
      problems.push(`the cosignature of the mirror \`${endpoint.url}\` is not good: ${opened.reason}`);
      continue;
    }
    const isNew = ({ keyId, name }: { readonly keyId: number; readonly name: string }): boolean =>
      !before.some((one) => one.keyId === keyId && one.name === name);
    index = addSignatures(index, opened.signatures.filter(isNew));
    for (const vkey of endpoint.vkeys) {
      const { name, keyId } = parseVerifierKey(vkey);
      if (opened.signatures.some((one) => one.name === name && one.keyId === keyId)) vkeys.add(vkey);
    }
  }
  const mirrors = [...new Set([...vkeys].map((vkey) => parseVerifierKey(vkey).name))];
  return {
    text: formatAnswer({ ...answer, index }),
    mirrors,
    problems,
    isDisputed: replies.some(({ reply }) => reply.kind === 'disputed'),
    isEnough: mirrors.length >= trust.quorum && meetsRule(trust.rule, (vkey) => vkeys.has(vkey)),
  };
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
    return { kind: response.status === 422 ? 'disputed' : 'failed', reason };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
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
