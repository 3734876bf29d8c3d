import {
  LogError,
  parseLogKeys,
  parseLogPolicy,
  parseVerifierKey,
  trustedByPolicy,
  type TrustedKeys,
  type WitnessRule,
} from '@keywitness/log';

/** Whom a page is to believe. */
export interface Trust {
  /** The log, and the witnesses that are asked for. */
  readonly trustedKeys: TrustedKeys;
  /** Mirrors that have computed the index themselves: how many of them must have cosigned it, and which of them. */
  readonly indexWitnessKeys: readonly string[];
  readonly indexWitnessQuorum: number;
  readonly indexWitnessRule: WitnessRule;
}

/** How the lines of a trust policy (C2SP tlog-policy) begin. */
const policyLine = /^\s*(?:log|witness|group|quorum)\s/;

/**
 * Reads the verifier keys of a log, or a trust policy with witnesses in place of them, and the keys of mirrors, one a line
 * and all of them asked for, or a policy in place of them: the same texts as the command line takes.
 *
 * @throws LogError `malformed-key` or `malformed-policy`
 */
export function readTrust(keys: string, mirrors: string): Trust {
  const lines = linesOf(keys);
  const isPolicy = lines.some((line) => policyLine.test(line));
  const trustedKeys = isPolicy ? readPolicy(lines) : parseLogKeys(`${lines.join('\n')}\n`);
  return { trustedKeys, ...readMirrors(linesOf(mirrors)) };
}

function readMirrors(lines: readonly string[]): Omit<Trust, 'trustedKeys'> {
  if (lines.some((line) => policyLine.test(line))) {
    const { witnesses, quorum: indexWitnessRule } = parseLogPolicy(`${lines.join('\n')}\n`);
    return { indexWitnessKeys: witnesses.map(({ vkey }) => vkey), indexWitnessQuorum: 0, indexWitnessRule };
  }
  const indexWitnessKeys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const names = new Set(indexWitnessKeys.map((vkey) => parseVerifierKey(vkey).name));
  return { indexWitnessKeys, indexWitnessQuorum: names.size, indexWitnessRule: { kind: 'none' } };
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
