import { type Command, InvalidArgumentError } from 'commander';
import type { RequestGiven } from '@keywitness/api';

/** What a question says of requests, as options give it. */
export interface GivenOptions {
  readonly context?: Readonly<Record<string, string>>;
  readonly sourceIp?: string;
  readonly condition?: Readonly<Record<string, readonly string[]>>;
}

/** The options that say something of the requests that a question is about. */
export function withGivenOptions(command: Command): Command {
  return command
    .option('--context <name=value>', 'a pair of the encryption context; give all of them', addPair)
    .option('--source-ip <address>', 'address of the client')
    .option('--condition <key=value>', 'any condition key, such as aws:SecureTransport=true', addCondition);
}

/** What was given. */
export function givenOf({ condition, context, sourceIp }: GivenOptions): RequestGiven {
  return {
    ...(context === undefined ? {} : { context }),
    ...(sourceIp === undefined ? {} : { sourceIp }),
    ...(condition === undefined ? {} : { conditions: condition }),
  };
}

function addPair(
  text: string,
  known: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const { name, value } = split(text);
  return { ...known, [name]: value };
}

function addCondition(
  text: string,
  known: Readonly<Record<string, readonly string[]>> | undefined,
): Readonly<Record<string, readonly string[]>> {
  const { name, value } = split(text);
  return { ...known, [name]: [...(known?.[name] ?? []), value] };
}

function split(text: string): { readonly name: string; readonly value: string } {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It is written as name=value.');
  return { name: text.slice(0, equals), value: text.slice(equals + 1) };
}
