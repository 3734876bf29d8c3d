import type { KeyFilters } from '@keywitness/api';
import { commandLine, option } from '../../formats/index.ts';

/** Which keys are shown, by the names of the query. Empty: any. */
export type FilterName = 'state' | 'needs' | 'spec' | 'usage' | 'origin' | 'region' | 'text';

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** What can be chosen, by the names of the query. */
export const choices: Readonly<Record<'state' | 'needs' | 'usage' | 'origin', readonly Choice[]>> = {
  state: [
    { value: '', label: 'Any state' },
    { value: 'Enabled', label: 'Enabled' },
    { value: 'Disabled', label: 'Disabled' },
    { value: 'PendingDeletion', label: 'Pending deletion' },
    { value: 'PendingImport', label: 'Pending import' },
  ],
  needs: [
    { value: '', label: 'Any need' },
    { value: 'rotation', label: 'Rotation due' },
    { value: 'deletion', label: 'Being deleted' },
    { value: 'unused', label: 'Unused for 90 days' },
    { value: 'import', label: 'Import due' },
  ],
  usage: [
    { value: '', label: 'Any use' },
    { value: 'ENCRYPT_DECRYPT', label: 'Encrypt and decrypt' },
    { value: 'SIGN_VERIFY', label: 'Sign and verify' },
    { value: 'GENERATE_VERIFY_MAC', label: 'MACs' },
    { value: 'KEY_AGREEMENT', label: 'Key agreement' },
    { value: 'ENCAPSULATE_DECAPSULATE', label: 'Encapsulate' },
  ],
  origin: [
    { value: '', label: 'Any origin' },
    { value: 'AWS_KMS', label: 'Made here' },
    { value: 'EXTERNAL', label: 'Imported' },
  ],
};

/** The filters of an address. A value that is none of the choices is left out. */
export function filtersIn(query: URLSearchParams): KeyFilters {
  const wordOf = (name: FilterName): string | undefined => query.get(name)?.trim() || undefined;
  const needs = wordOf('needs');
  const filters = {
    state: wordOf('state'),
    spec: wordOf('spec'),
    usage: wordOf('usage'),
    origin: wordOf('origin'),
    region: wordOf('region'),
    text: wordOf('text'),
  };
  return {
    ...Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)),
    ...(isNeed(needs) ? { needs } : {}),
  };
}

function isNeed(value: string | undefined): value is NonNullable<KeyFilters['needs']> {
  return value !== undefined && ['rotation', 'deletion', 'unused', 'import'].includes(value);
}

/** How the command line lists the same keys. */
export function listLine({ needs, origin, region, spec, state, text, usage }: KeyFilters): string {
  return commandLine(
    'keywitness',
    'keys',
    'list',
    ...option('--state', state),
    ...option('--spec', spec),
    ...option('--usage', usage),
    ...option('--origin', origin),
    ...option('--key-region', region),
    ...option('--needs', needs),
    ...option('--text', text),
  );
}
