import type { Command } from 'commander';
import {
  LogError,
  parseLogPolicy,
  parseVerifierKey,
  trustedByPolicy,
  type TrustedKeys,
} from '@keywitness/log';
import { Failure } from '../failure.ts';
import { readBytes, readText } from '../files/index.ts';
import { readQuorum } from './quorum.ts';
import { readTrustedKeys } from './trusted-keys.ts';

/** Whom a command is to believe. */
export interface TrustOptions {
  readonly key?: string;
  readonly witness?: readonly string[];
  readonly quorum?: string;
  readonly policy?: string;
}

/** The options of every command that verifies a log or something from it. */
export function withTrustOptions(command: Command): Command {
  return command
    .option('--key <file>', 'verifier keys of the log, one a line; each of them must have signed')
    .option('--witness <file...>', 'verifier keys of witnesses, one a line')
    .option(
      '--quorum <count>',
      'how many of the witnesses must have cosigned, by their names; all unless given',
    )
    .option('--policy <file>', 'a trust policy (C2SP tlog-policy) in place of the three above');
}

/** Reads the keys that the command line names. */
export function readTrust({ key, witness, quorum, policy }: TrustOptions): TrustedKeys {
  if (policy !== undefined) {
    if (key !== undefined || witness !== undefined || quorum !== undefined) {
      throw new Failure('usage', '`--policy` says all that `--key`, `--witness` and `--quorum` say');
    }
    return readPolicy(policy);
  }
  if (key === undefined) throw new Failure('usage', 'one of `--key` and `--policy` is needed');
  const keys = readTrustedKeys(key);
  const witnessKeys = (witness ?? []).flatMap(readWitnessKeys);
  if (witnessKeys.length === 0 && quorum === undefined) return keys;
  const count = new Set(witnessKeys.map((vkey) => parseVerifierKey(vkey).name)).size;
  return { ...keys, witnessKeys, witnessQuorum: readQuorum(quorum ?? String(count), count, 'witnesses') };
}

function readPolicy(file: string): TrustedKeys {
  try {
    return trustedByPolicy(parseLogPolicy(readBytes(file)));
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not use \`${file}\`: ${error.message}`, { cause: error });
  }
}

function readWitnessKeys(file: string): readonly string[] {
  const lines = readText(file)
    .replaceAll('\r\n', '\n')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  try {
    for (const line of lines) parseVerifierKey(line);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not use \`${file}\`: ${error.message}`, { cause: error });
  }
  if (lines.length === 0) throw new Failure('could-not', `there is no verifier key in \`${file}\``);
  return lines;
}
