import { type Command, InvalidArgumentError, Option } from 'commander';
import type { EventFilters, Outcome } from '@keywitness/api';

const assetHelp = 'a pair of the encryption context, such as customer=4711';

/** The filters as options give them. */
export interface FilterOptions {
  readonly key?: string;
  readonly principal?: string;
  readonly action?: string;
  readonly outcome?: Outcome;
  readonly asset?: { readonly name: string; readonly value: string };
  readonly source?: string;
  readonly credential?: string;
}

/** The options by which a subject is named of which everything is asked. */
export function withSubjectOptions(command: Command): Command {
  return command
    .option('--asset <name=value>', assetHelp, parseAsset)
    .option('--key <key>', 'id, alias or ARN of a key')
    .option('--principal <arn>', 'ARN of a principal')
    .option('--source <address>', 'address of the client')
    .option('--credential <id>', 'access key id');
}

/** The options by which events are chosen; all that are given must hold. */
export function withFilterOptions(command: Command): Command {
  return command
    .option('--key <key>', 'id or ARN of a key')
    .option('--principal <who>', 'ARN or name of a principal')
    .option('--action <action>', 'such as key.decrypt, key.*, or the operation of the protocol: Decrypt')
    .addOption(
      new Option('--outcome <outcome>', 'how it ended').choices(['success', 'denied', 'error', 'throttled']),
    )
    .option('--asset <name=value>', assetHelp, parseAsset)
    .option('--source <address>', 'address of the client')
    .option('--credential <id>', 'access key id');
}

/** The filters that were given. */
export function filtersOf({
  key,
  principal,
  action,
  outcome,
  asset,
  source,
  credential,
}: FilterOptions): EventFilters {
  return {
    ...(key === undefined ? {} : { key }),
    ...(principal === undefined ? {} : { principal }),
    ...(action === undefined ? {} : { action }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(asset === undefined ? {} : { asset }),
    ...(source === undefined ? {} : { source }),
    ...(credential === undefined ? {} : { credential }),
  };
}

function parseAsset(text: string): { readonly name: string; readonly value: string } {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('It is written as name=value.');
  return { name: text.slice(0, split), value: text.slice(split + 1) };
}
