import { LogError, parseLogKeys, type TrustedKeys } from '@keywitness/log';
import { Failure } from '../failure.ts';
import { readText } from '../files/index.ts';

/** The verifier keys in a file (`spec/log.md`), whatever its lines end in. Each must have signed what is verified. */
export function readTrustedKeys(file: string): TrustedKeys {
  try {
    return parseLogKeys(readText(file).replaceAll('\r\n', '\n'));
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not use \`${file}\`: ${error.message}`, { cause: error });
  }
}
