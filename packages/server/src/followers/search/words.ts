/** What is looked into is not deeper than this; deeper texts have no words. */
const DEPTH_MAX = 8;

type Members = Readonly<Record<string, unknown>>;

/** Members whose texts are searched by their words (`spec/admin-api.md`, "Words"), each as a path. */
const texts: readonly (readonly string[])[] = [
  ['action'],
  ['algorithm'],
  ['justification'],
  ['error', 'code'],
  ['error', 'message'],
  ['actor', 'name'],
  ['actor', 'session', 'audience'],
  ['actor', 'session', 'issuer'],
  ['actor', 'session', 'name'],
  ['actor', 'session', 'sourceIdentity'],
  ['actor', 'session', 'subject'],
  ['actor', 'session', 'tags'],
  ['client', 'userAgent'],
  ['client', 'certificate', 'subject'],
  ['client', 'certificate', 'sans'],
  ['protocol', 'operation'],
  ['key', 'requested'],
  ['sourceKey', 'requested'],
  ['context'],
  ['sourceContext'],
  ['change'],
];
/** Members of every decision, likewise. */
const decisionTexts = ['policy', 'statement'] as const;

/** The texts of an event that are searched by their words, in lines. */
export function textsOf(event: Members): string {
  const found: string[] = [];
  for (const path of texts) collect(memberAt(event, path), found, 0);
  if (!isQuestion(event)) collect(event['parameters'], found, 0);
  const decisions = event['decisions'];
  for (const decision of Array.isArray(decisions) ? decisions : []) {
    for (const name of decisionTexts) collect(memberAt(decision, [name]), found, 0);
  }
  return found.join('\n');
}

/** What somebody asked the record has the words in it that were looked for: each question would find itself. */
function isQuestion({ action }: Members): boolean {
  return typeof action === 'string' && action.startsWith('audit.');
}

/**
 * The words of a text: runs of letters, marks and digits, in lower case, in the compatibility form (NFKC) in which
 * letters that look the same are the same.
 */
export function wordsOf(text: string): ReadonlySet<string> {
  if (ASCII.test(text)) return new Set(text.toLowerCase().match(ASCII_WORD));
  return new Set(text.normalize('NFKC').toLowerCase().match(WORD));
}

const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Names and values of objects, and what is in arrays. */
function collect(value: unknown, into: string[], depth: number): void {
  if (typeof value === 'string') into.push(value);
  else if (typeof value === 'number') into.push(String(value));
  else if (depth === DEPTH_MAX) return;
  else if (Array.isArray(value)) for (const item of value) collect(item, into, depth + 1);
  else if (isMembers(value)) {
    for (const name of Object.keys(value)) {
      into.push(name);
      collect(value[name], into, depth + 1);
    }
  }
}

function memberAt(event: unknown, path: readonly string[]): unknown {
  return path.reduce((value: unknown, name) => (isMembers(value) ? value[name] : undefined), event);
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
