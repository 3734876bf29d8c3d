import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EffectiveSetting } from '@keywitness/api';
import { parseVerifierKey, type WitnessRule } from '@keywitness/log';
import { regionsOf } from '../core/operations/index.ts';
import type { ServiceFacts } from '../fronts/admin/index.ts';
import type { DataDirectory, Installation } from './installation.ts';
import { type Settings, SETTINGS } from './settings/index.ts';
import type { WitnessSettings } from './witness-policy.ts';

const MIB = 1_048_576;
/** Values of settings with such a name are not shown; those of files are names of files. */
const SECRET = /secret|password|token/;
const FILE = /-file$/;

/** What the facts are made of. */
export interface FactParts {
  readonly settings: Settings;
  readonly directory: DataDirectory;
  readonly installation: Installation;
  readonly witnesses: WitnessSettings | undefined;
  readonly frontThreads: number;
}

/** What does not change while the service runs, for whoever may ask. */
export function serviceFacts(parts: FactParts, startedAtMs: number): ServiceFacts {
  const { installation, settings, witnesses } = parts;
  const quorum = witnesses === undefined ? undefined : quorumText(witnesses);
  return {
    version: serverVersion(),
    startedAtMs,
    origin: installation.origin,
    diskReserveBytes: settings.number('disk-reserve-mib') * MIB,
    storeType: 'sqlite',
    ...(quorum === undefined ? {} : { quorum }),
    witnesses: (witnesses?.endpoints ?? []).map(({ url, vkeys }) => ({ url, vkeys })),
    settings: effectiveSettings(parts),
  };
}

/** Every setting with the value that it has: of those that the first start fixed, the one that was fixed. */
function effectiveSettings(parts: FactParts): readonly EffectiveSetting[] {
  const { directory, frontThreads, installation, settings } = parts;
  const known = new Map([
    ['account', installation.place.account],
    ['region', installation.place.region],
    ['regions', regionsOf(installation.place).join(',')],
    ['origin', installation.origin],
    ['seal-file', settings.optionalText('seal-file') ?? join(directory.root, 'seal.key')],
    ['front-threads', String(frontThreads)],
  ]);
  return SETTINGS.map(({ kind, meaning, name }) => {
    const set = known.get(name) ?? settings.optionalText(name);
    const value = kind === 'flag' ? (set ?? 'false') : set;
    const isShown = value !== undefined && (!SECRET.test(name) || FILE.test(name));
    return { name, kind, ...(isShown ? { value } : {}), isSet: settings.isSet(name), meaning };
  });
}

/** The version of this package, from its manifest, which lies above `src` and above `dist`. */
function serverVersion(): string {
  const manifest = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  return /"version": "(?<version>[^"]+)"/.exec(manifest)?.groups?.['version'] ?? 'unknown';
}

function quorumText({ endpoints, witnessQuorum, witnessRule }: WitnessSettings): string {
  if (witnessRule !== undefined) return ruleText(witnessRule);
  const names = new Set(endpoints.flatMap(({ vkeys }) => vkeys).map(nameOf));
  return `${witnessQuorum ?? 0} of (${[...names].join(', ')})`;
}

function ruleText(rule: WitnessRule): string {
  switch (rule.kind) {
    case 'none':
      return 'none';
    case 'witness':
      return nameOf(rule.vkey);
    case 'group': {
      // The keys of one witness have one name, and any of them will do.
      const members = [...new Set(rule.members.map(ruleText))];
      const [only = 'none'] = members;
      return members.length < 2 ? only : `${rule.threshold} of (${members.join(', ')})`;
    }
  }
}

function nameOf(vkey: string): string {
  return parseVerifierKey(vkey).name;
}
