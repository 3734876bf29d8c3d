import type { LogCrypto } from '../crypto/index.ts';
import { encodeHex } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { type NoteVerifier, noteVerifier } from './note-verifier.ts';
import { keysOfRule, type WitnessRule } from './witness-rule.ts';
import { keyTypes, parseVerifierKey, readVerifierKey } from './verifier-key.ts';

/** Whom a verifier believes. It must come from the verifier's own hands, never from the log that it checks. */
export interface TrustedKeys {
  /** The name that the checkpoint must have in its first line. */
  readonly origin: string;
  /** Verifier keys of the log, at least one. Each of them must have signed: pinning two asks for both. */
  readonly logKeys: readonly string[];
  /** `one`: a good signature of any of them is enough, as tlog-policy has it. `all` when not given. */
  readonly logKeysNeeded?: 'all' | 'one';
  /** Verifier keys of witnesses, of the types with a time. */
  readonly witnessKeys?: readonly string[];
  /** How many witnesses, counted by name, must have cosigned; 0 when not given. */
  readonly witnessQuorum?: number;
  /** Which of the witnesses must have cosigned, key by key, besides that number. Its keys are among `witnessKeys`. */
  readonly witnessRule?: WitnessRule;
}

/** The keys of a log's file that are looked at; more of them are somebody's mistake. */
const logKeysMax = 16;

/**
 * Reads the verifier keys of a log, `log.vkey`: one a line, all of one name, which is the origin of the log. Empty lines
 * and lines that start with `#` say nothing. A key of a type that this package does not know is passed over when its id
 * is the hash of it that signed-note recommends, so that a log may add a new kind of signature; all others must have
 * signed. Throws `malformed-key` for every other line, for two names, and when no key is left.
 */
export function parseLogKeys(text: string): TrustedKeys {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length > logKeysMax) {
    throw new LogError('malformed-key', `a log does not have \`${lines.length}\` verifier keys`);
  }
  const names = new Set(lines.map((line) => readVerifierKey(line).name));
  const logKeys = lines.filter((line) => readVerifierKey(line).type !== undefined);
  const [origin, ...others] = names;
  if (origin === undefined || logKeys.length === 0) {
    throw new LogError('malformed-key', 'no verifier key of a known type is given');
  }
  if (others.length > 0) {
    const all = [...names].map((name) => `\`${name}\``).join(' and ');
    throw new LogError('malformed-key', `the verifier keys of one log have one name, not ${all}`);
  }
  return { origin, logKeys };
}

/** Trusted keys, ready to check signatures. */
export interface TrustedVerifiers {
  readonly log: readonly NoteVerifier[];
  readonly witnesses: readonly NoteVerifier[];
  readonly witnessQuorum: number;
}

/**
 * Throws `malformed-key` when no log key is trusted, a key is given twice, also under two names, or the witnesses cannot
 * be a quorum.
 */
export function trustedVerifiers(trusted: TrustedKeys, crypto: LogCrypto): TrustedVerifiers {
  const log = trusted.logKeys.map((vkey) => noteVerifier(vkey, crypto));
  const witnesses = (trusted.witnessKeys ?? []).map((vkey) => witnessVerifier(vkey, crypto));
  const witnessQuorum = trusted.witnessQuorum ?? 0;
  if (log.length === 0) throw new LogError('malformed-key', 'no key of the log is trusted');
  // Two keys of one name and id could not be told apart in a note: one signature would count for both.
  const all = [...log, ...witnesses];
  if (new Set(all.map(({ name, keyId }) => `${keyId} ${name}`)).size < all.length) {
    throw new LogError('malformed-key', 'two trusted keys have the same name and id');
  }
  refuseTwins([...trusted.logKeys, ...(trusted.witnessKeys ?? [])]);
  const witnessCount = new Set(witnesses.map(({ name }) => name)).size;
  if (!Number.isInteger(witnessQuorum) || witnessQuorum < 0 || witnessQuorum > witnessCount) {
    throw new LogError(
      'malformed-key',
      `a quorum of \`${witnessQuorum}\` cannot be had from the trusted witnesses`,
    );
  }
  const ruleKeys = trusted.witnessRule === undefined ? [] : keysOfRule(trusted.witnessRule);
  if (!ruleKeys.every((vkey) => trusted.witnessKeys?.includes(vkey) === true)) {
    throw new LogError('malformed-key', 'the rule about witnesses speaks of a key that is not trusted');
  }
  return { log, witnesses, witnessQuorum };
}

/**
 * One key under two names would be counted twice, and an Ed25519 cosignature does not cover the name (tlog-cosignature,
 * "Ed25519 signed message"), so that nobody even has to sign twice.
 */
function refuseTwins(vkeys: readonly string[]): void {
  const names = new Map<string, string>();
  for (const { name, publicKey } of vkeys.map(parseVerifierKey)) {
    const key = encodeHex(publicKey);
    const known = names.get(key) ?? name;
    if (known !== name) {
      throw new LogError('malformed-key', `\`${known}\` and \`${name}\` are one key under two names`);
    }
    names.set(key, name);
  }
}

function witnessVerifier(vkey: string, crypto: LogCrypto): NoteVerifier {
  const { name, type } = parseVerifierKey(vkey);
  if (type === keyTypes.ed25519) {
    throw new LogError('malformed-key', `the key of the witness \`${name}\` is of a type without a time`);
  }
  return noteVerifier(vkey, crypto);
}
