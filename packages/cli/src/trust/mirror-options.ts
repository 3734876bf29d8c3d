import type { Command } from 'commander';
import {
  LogError,
  parseLogPolicy,
  parseVerifierKey,
  type VerifyAnswerOptions,
  type WitnessRule,
} from '@keywitness/log';
import { Failure } from '../failure.ts';
import { readText } from '../files/index.ts';
import { readQuorum } from './quorum.ts';

/** Which mirrors are to have computed the index. */
export interface MirrorOptions {
  readonly mirrors?: string;
  readonly mirrorQuorum?: string;
}

/** A mirror that can be asked. */
export interface MirrorEndpoint {
  readonly url: string;
  readonly vkeys: readonly string[];
}

/** The mirrors that are believed, and how many of them must have cosigned the index. */
export interface MirrorTrust {
  readonly keys: readonly string[];
  /** Counted by name. */
  readonly quorum: number;
  /** Key by key, besides that number. */
  readonly rule: WitnessRule;
  /** Those of them that have an address. */
  readonly endpoints: readonly MirrorEndpoint[];
}

/** The options of every command that believes mirrors. */
export function withMirrorOptions(command: Command): Command {
  return command
    .option(
      '--mirrors <file>',
      'mirrors that must have cosigned the index: verifier keys, one a line, or a policy (C2SP tlog-policy)',
    )
    .option('--mirror-quorum <count>', 'how many of these mirrors, by their names; all unless given');
}

const policyLine = /^[ \t]*(?:witness|group|quorum)[ \t]/m;

/** Reads the mirrors that the command line names; without any, none is asked for. */
export function readMirrors({ mirrors, mirrorQuorum }: MirrorOptions): MirrorTrust {
  if (mirrors === undefined) {
    if (mirrorQuorum !== undefined) {
      throw new Failure('usage', '`--mirror-quorum` is about mirrors: give `--mirrors`');
    }
    return { keys: [], quorum: 0, rule: { kind: 'none' }, endpoints: [] };
  }
  const text = readText(mirrors).replaceAll('\r\n', '\n');
  const isPolicy = policyLine.test(text);
  if (isPolicy && mirrorQuorum !== undefined) {
    throw new Failure('usage', `\`${mirrors}\` says itself how many mirrors it takes`);
  }
  try {
    return isPolicy ? byPolicy(text) : byKeys(text, mirrorQuorum);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not use \`${mirrors}\`: ${error.message}`, { cause: error });
  }
}

/** The same in the words of the verifier. */
export function indexTrust({
  keys,
  quorum,
  rule,
}: MirrorTrust): Pick<VerifyAnswerOptions, 'indexWitnessKeys' | 'indexWitnessQuorum' | 'indexWitnessRule'> {
  return { indexWitnessKeys: keys, indexWitnessQuorum: quorum, indexWitnessRule: rule };
}

function byPolicy(text: string): MirrorTrust {
  const { witnesses, quorum: rule } = parseLogPolicy(text);
  const byUrl = new Map<string, string[]>();
  for (const { url, vkey } of witnesses) {
    if (url !== undefined) byUrl.set(url, [...(byUrl.get(url) ?? []), vkey]);
  }
  const endpoints = [...byUrl].map(([url, vkeys]) => ({ url, vkeys }));
  return { keys: witnesses.map(({ vkey }) => vkey), quorum: 0, rule, endpoints };
}

function byKeys(text: string, wanted: string | undefined): MirrorTrust {
  const keys = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length === 0) throw new LogError('malformed-key', 'there is no verifier key in it');
  const count = new Set(keys.map((vkey) => parseVerifierKey(vkey).name)).size;
  const quorum = readQuorum(wanted ?? String(count), count, 'mirrors');
  return { keys, quorum, rule: { kind: 'none' }, endpoints: [] };
}
