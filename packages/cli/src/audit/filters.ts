import type { EventListQuery } from '@keywitness/api';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** What is asked of the record. */
export interface RecordQuery extends EventListQuery {
  /** Events that say less than there was; a subject of proofs alone. */
  readonly partial?: true;
}

const assetHelp = 'a pair of the encryption context, such as customer=4711';
/** What a subject without a text is about. */
export const partialHelp = 'events of which the record says less than there was, such as counted refusals';

/** The options by which a subject is named of which everything is asked. */
export function withSubjectOptions(command: Command): Command {
  return command
    .option('--asset <name=value>', assetHelp, parseAsset)
    .option('--key <key>', 'id, alias or ARN of a key')
    .option('--principal <arn>', 'ARN of a principal')
    .option('--account <id>', 'account of the principal, in whatever account it acted')
    .option('--source <address>', 'address of the client')
    .option('--credential <id>', 'access key id')
    .option('--partial', partialHelp);
}

/** The options by which events are chosen; all that are given must hold. */
export function withFilterOptions(command: Command): Command {
  return command
    .option('--key <key>', 'id or ARN of a key')
    .option('--principal <who>', 'ARN or name of a principal; of a role, also what its sessions did')
    .option('--account <id>', 'account of the principal')
    .option('--session <name>', 'name of a session, or the source identity that it was given')
    .option('--issuer <issuer>', 'issuer that vouched for who is behind a session')
    .option('--subject <subject>', 'who is behind a session, as the issuer names it')
    .option('--action <action>', 'such as key.decrypt, key.*, or the operation of the protocol: Decrypt')
    .option('--operation <name>', 'operation of the protocol, such as Decrypt')
    .addOption(
      new Option('--outcome <outcome>', 'how it ended').choices(['success', 'denied', 'error', 'throttled']),
    )
    .option('--error-code <code>', 'error that was answered, such as AccessDeniedException')
    .option('--asset <name=value>', assetHelp, parseAsset)
    .option('--source <address>', 'address of the client')
    .option('--user-agent <agent>', 'user agent of the client, or with a * at the end how it begins')
    .option('--text <words>', 'words that are all in the texts of the event')
    .option('--credential <id>', 'access key id')
    .option('--material <id>', 'id of the material of a key, such as that of an old version')
    .option('--request <id>', 'request id that an attempt was answered with')
    .option('--incident <id>', 'incident that an act was about, or that it was refused for')
    .option('--ciphertext <id>', 'id of a ciphertext that was made or opened, such as that of a data key');
}

/** A pair of the encryption context. */
export interface AssetOption {
  readonly name: string;
  readonly value: string;
}

/** Reads `name=value`; the first `=` divides. */
export function parseAsset(text: string): AssetOption {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('It is written as name=value.');
  return { name: text.slice(0, split), value: text.slice(split + 1) };
}
