import { decodeUtf8, encodeHex, encodeUtf8 } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import {
  type KeyType,
  keyTypes,
  parseVerifierKey,
  type TrustedKeys,
  type WitnessRule,
} from '../note/index.ts';

/** A log that a policy names. */
export interface PolicyLog {
  readonly vkey: string;
  /** The name of the key, which is the origin of the log. */
  readonly origin: string;
  readonly url?: string;
}

/** A witness that a policy names. */
export interface PolicyWitness {
  /** Means something in the policy only. */
  readonly name: string;
  readonly vkey: string;
  /** The submission prefix of tlog-witness. */
  readonly url?: string;
}

/** A trust policy (tlog-policy): which logs are believed, and which witnesses must have cosigned. */
export interface LogPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly quorum: WitnessRule;
}

/** Lines of one kind in a policy; tlog-policy asks for 32 at least. */
const linesMax = 256;
const textLengthMax = 4 * 1024 * 1024;
/** These and no others are allowed by tlog-policy. */
const allowedOctets = /^[\t\n\u0020-\u007e\u0080-\u00ff]*$/;
const decimal = /^[1-9][0-9]{0,8}$/;
const logTypes: readonly KeyType[] = Object.values(keyTypes);
const witnessTypes: readonly KeyType[] = [keyTypes.ed25519Cosignature, keyTypes.mlDsa44Cosignature];

/**
 * Reads a policy (tlog-policy, "Policy file syntax and structure"). Throws `malformed-policy` for whatever the format
 * does not allow, and for verifier keys of types that cannot sign as a log or cosign as a witness.
 */
export function parseLogPolicy(text: string | Uint8Array): LogPolicy {
  const bytes = typeof text === 'string' ? encodeUtf8(text) : text;
  if (bytes === undefined || bytes.length > textLengthMax) throw malformed('it is too long or not UTF-8');
  const octets = latin1(bytes);
  if (!allowedOctets.test(octets)) throw malformed('it has control characters');
  const reader = new PolicyReader();
  for (const line of octets.split('\n')) {
    const items = line.split(/[ \t]+/).filter((item) => item !== '');
    if (items.length > 0 && items[0]?.startsWith('#') !== true) reader.take(items);
  }
  return reader.end();
}

/**
 * The keys to verify a log with by a policy: one of its keys must have signed, and the quorum must have cosigned. Throws
 * `malformed-policy` when the policy names several logs and `origin` none of them.
 */
export function trustedByPolicy({ logs, witnesses, quorum }: LogPolicy, origin?: string): TrustedKeys {
  const origins = [...new Set(logs.map((log) => log.origin))];
  const [only, ...others] = origins;
  const chosen = origin ?? (others.length === 0 ? only : undefined);
  const logKeys = logs.filter((log) => log.origin === chosen).map(({ vkey }) => vkey);
  if (chosen === undefined || logKeys.length === 0) {
    throw malformed(`it names the logs ${origins.map((name) => `\`${name}\``).join(', ')}`);
  }
  return {
    origin: chosen,
    logKeys,
    logKeysNeeded: 'one',
    witnessKeys: witnesses.map(({ vkey }) => vkey),
    witnessRule: quorum,
  };
}

class PolicyReader {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  /** Witnesses and groups by their names, as octets: they have one namespace. */
  readonly #rules = new Map<string, WitnessRule>();
  readonly #members = new Set<string>();
  readonly #logKeys = new Set<string>();
  readonly #witnessKeys = new Set<string>();
  #quorum: WitnessRule | undefined;

  take([keyword, ...items]: readonly string[]): void {
    switch (keyword) {
      case 'log':
        return this.#takeLog(items);
      case 'witness':
        return this.#takeWitness(items);
      case 'group':
        return this.#takeGroup(items);
      case 'quorum':
        return this.#takeQuorum(items);
      default:
        throw malformed(`a line starts with \`${utf8(keyword ?? '') ?? 'octets that are not UTF-8'}\``);
    }
  }

  end(): LogPolicy {
    if (this.#quorum === undefined) throw malformed('it has no quorum');
    return { logs: this.#logs, witnesses: this.#witnesses, quorum: this.#quorum };
  }

  #takeLog([key, url, ...rest]: readonly string[]): void {
    if (rest.length > 0 || this.#logs.length >= linesMax) throw malformed('a line of a log is too much');
    const { vkey, name } = readKey(key, logTypes, this.#logKeys);
    this.#logs.push({ vkey, origin: name, ...readUrl(url) });
  }

  #takeWitness([name, key, url, ...rest]: readonly string[]): void {
    if (rest.length > 0) throw malformed('a line of a witness is too much');
    const { vkey } = readKey(key, witnessTypes, this.#witnessKeys);
    this.#define(name, { kind: 'witness', vkey });
    this.#witnesses.push({ name: shownName(name), vkey, ...readUrl(url) });
  }

  #takeGroup([name, count = '', ...names]: readonly string[]): void {
    if (names.length === 0) throw malformed('a group has no members');
    const members = names.map((member) => this.#join(member));
    this.#define(name, { kind: 'group', threshold: readThreshold(count, members.length), members });
  }

  #takeQuorum([name, ...rest]: readonly string[]): void {
    if (this.#quorum !== undefined || rest.length > 0) throw malformed('there is more than one quorum');
    this.#quorum = name === 'none' ? { kind: 'none' } : this.#rule(name);
  }

  #define(name: string | undefined, rule: WitnessRule): void {
    if (name === undefined || name === 'none' || this.#rules.has(name) || this.#rules.size >= 2 * linesMax) {
      throw malformed(`the name \`${shownName(name)}\` cannot be defined`);
    }
    this.#rules.set(name, rule);
  }

  #rule(name: string | undefined): WitnessRule {
    const rule = name === undefined ? undefined : this.#rules.get(name);
    if (rule !== undefined) return rule;
    throw malformed(`the name \`${shownName(name)}\` is not defined before it is used`);
  }

  /** Each name is a member once at most, so that a witness counts in one way only. */
  #join(name: string): WitnessRule {
    const rule = this.#rule(name);
    if (this.#members.has(name)) throw malformed(`\`${shownName(name)}\` is a member twice`);
    this.#members.add(name);
    return rule;
  }
}

function readThreshold(count: string, members: number): number {
  if (count === 'any') return 1;
  if (count === 'all') return members;
  const threshold = decimal.test(count) ? Number(count) : 0;
  if (threshold < 1 || threshold > members) throw malformed(`a group of \`${members}\` has no such number`);
  return threshold;
}

function readKey(
  octets: string | undefined,
  types: readonly KeyType[],
  known: Set<string>,
): { readonly vkey: string; readonly name: string } {
  const vkey = utf8(octets ?? '') ?? '';
  const { name, type, publicKey } = parseKey(vkey);
  if (!types.includes(type)) throw malformed(`the key of \`${name}\` is of a type that is not for this`);
  const key = encodeHex(publicKey);
  if (known.has(key)) throw malformed(`the key of \`${name}\` is given twice`);
  known.add(key);
  return { vkey, name };
}

function parseKey(vkey: string): ReturnType<typeof parseVerifierKey> {
  try {
    return parseVerifierKey(vkey);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new LogError('malformed-policy', `could not read the policy: ${error.message}`, { cause: error });
  }
}

function readUrl(octets: string | undefined): { readonly url?: string } {
  if (octets === undefined) return {};
  const url = utf8(octets);
  if (url === undefined) throw malformed('a URL is not UTF-8');
  return { url };
}

function shownName(octets: string | undefined): string {
  return octets === undefined ? '' : (utf8(octets) ?? octets);
}

/** Names are octets to a policy: one character for each, and no two for one. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function utf8(octets: string): string | undefined {
  return decodeUtf8(Uint8Array.from(octets, (letter) => letter.charCodeAt(0)));
}

function malformed(why: string): LogError {
  return new LogError('malformed-policy', `could not read the policy: ${why}`);
}
