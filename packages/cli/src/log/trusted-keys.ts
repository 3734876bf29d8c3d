import { LogError, parseVerifierKey, type TrustedKeys } from '@keywitness/log';
import { Failure } from '../failure.ts';
import { readText } from '../files/index.ts';

/**
 * The verifier keys in a file, one a line; empty lines and lines that begin with `#` are skipped. Each of them must have
 * signed what is verified. The keys must be of one log, whose name they give.
 */
export function readTrustedKeys(file: string): TrustedKeys {
  const logKeys = readText(file)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const names = new Set(logKeys.map((vkey) => keyName(vkey, file)));
  const [origin, ...others] = names;
  if (origin === undefined) throw new Failure('could-not', `there is no verifier key in \`${file}\``);
  if (others.length > 0) {
    throw new Failure('could-not', `\`${file}\` has keys of several logs: \`${[...names].join('`, `')}\``);
  }
  return { origin, logKeys };
}

function keyName(vkey: string, file: string): string {
  try {
    return parseVerifierKey(vkey).name;
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not use \`${file}\`: ${error.message}`, { cause: error });
  }
}
