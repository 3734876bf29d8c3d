import {
  LogError,
  parseLogKeys,
  parseLogPolicy,
  parseVerifierKey,
  trustedByPolicy,
  type TrustedKeys,
} from '@keywitness/log';

/** Whom a page is to believe. */
export interface Trust {
  /** The log, and the witnesses that are asked for. */
  readonly trustedKeys: TrustedKeys;
  /** Mirrors that have computed the index themselves; each of them must have cosigned it. */
  readonly indexWitnessKeys: readonly string[];
  readonly indexWitnessQuorum: number;
}

/** How the lines of a trust policy (C2SP tlog-policy) begin. */
const policyLine = /^\s*(?:log|witness|group|quorum)\s/;

/**
 * Reads the verifier keys of a log, or a trust policy with witnesses in place of them, and the keys of mirrors, one a line:
 * the same texts as the command line takes.
 *
 * @throws LogError `malformed-key` or `malformed-policy`
 */
export function readTrust(keys: string, mirrors: string): Trust {
  const lines = linesOf(keys);
  const isPolicy = lines.some((line) => policyLine.test(line));
  const trustedKeys = isPolicy ? readPolicy(lines) : parseLogKeys(`${lines.join('\n')}\n`);
  const indexWitnessKeys = linesOf(mirrors).filter((line) => line !== '' && !line.startsWith('#'));
  const names = new Set(indexWitnessKeys.map((vkey) => parseVerifierKey(vkey).name));
  return { trustedKeys, indexWitnessKeys, indexWitnessQuorum: names.size };
}

function readPolicy(lines: readonly string[]): TrustedKeys {
  const policy = parseLogPolicy(`${lines.join('\n')}\n`);
  if (policy.logs.length === 0) {
    throw new LogError('malformed-policy', 'the policy names no log: add `log` and the key of the log to it');
  }
  return trustedByPolicy(policy);
}

function linesOf(text: string): readonly string[] {
  return text.trim().split(/\r?\n/);
}
