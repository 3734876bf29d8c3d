import { commandLine } from '../../formats/index.ts';

/** How the AWS command line asks for an operation on a key. */
export function kmsLine(operation: string, keyArn: string, ...rest: readonly string[]): string {
  return commandLine('aws', 'kms', operation, '--key-id', keyArn, ...rest);
}
