import { readFileSync } from 'node:fs';
import {
  LogError,
  type LogPolicy,
  parseLogPolicy,
  parseVerifierKey,
  type TrustedKeys,
} from '@keywitness/log';
import { type Settings, SettingsError } from './settings/index.ts';
import type { FollowerThreadData } from './threads/index.ts';

/** What the settings say about witnesses; can be posted to a thread. */
export type WitnessSettings = NonNullable<FollowerThreadData['witnesses']>;

/**
 * Reads who cosigns the log. `undefined` when nobody does.
 *
 * @throws SettingsError for a file that is no policy, a witness without a URL, and a quorum that cannot be had.
 */
export function readWitnessSettings(settings: Settings): WitnessSettings | undefined {
  const path = settings.optionalText('witnesses');
  if (path === undefined) {
    for (const name of ['witness-quorum', 'witness-answers-at-start'] as const) {
      if ((settings.optionalNumber(name) ?? 0) === 0) continue;
      throw new SettingsError(`the setting \`${name}\` means nothing without \`witnesses\``);
    }
    return undefined;
  }
  const policy = readPolicy(path);
  const urls = [...new Set(policy.witnesses.map((witness) => urlOf(witness, path)))];
  const endpoints = urls.map((url) => ({
    url,
    vkeys: policy.witnesses.filter((witness) => witness.url === url).map(({ vkey }) => vkey),
  }));
  if (endpoints.length === 0) throw new SettingsError(`the file \`${path}\` names no witness`);
  const answersAtStart = settings.number('witness-answers-at-start');
  if (answersAtStart > endpoints.length) {
    throw new SettingsError(
      `\`${answersAtStart}\` answers at the start cannot be had from \`${endpoints.length}\` witnesses`,
    );
  }
  return {
    endpoints,
    ...quorumOf(policy, settings.optionalNumber('witness-quorum')),
    intervalMs: settings.number('witness-interval-ms'),
    answersAtStart,
  };
}

function readPolicy(path: string): LogPolicy {
  try {
    return parseLogPolicy(readFileSync(path));
  } catch (error) {
    const reason = error instanceof LogError ? error.message : 'it cannot be read';
    throw new SettingsError(`the file \`${path}\` is no policy about witnesses: ${reason}`, { cause: error });
  }
}

function urlOf({ name, url }: LogPolicy['witnesses'][number], path: string): string {
  const isUrl = url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (isUrl) return url;
  throw new SettingsError(`the witness \`${name}\` in \`${path}\` has no http or https URL`);
}

/** A number of witnesses, by the names of their keys, takes the place of what the file says. */
function quorumOf(
  { witnesses, quorum }: LogPolicy,
  wanted: number | undefined,
): Pick<TrustedKeys, 'witnessQuorum' | 'witnessRule'> {
  if (wanted === undefined) return { witnessRule: quorum };
  const count = new Set(witnesses.map(({ vkey }) => parseVerifierKey(vkey).name)).size;
  if (wanted <= count) return { witnessQuorum: wanted };
  throw new SettingsError(`a quorum of \`${wanted}\` cannot be had from \`${count}\` witnesses`);
}
