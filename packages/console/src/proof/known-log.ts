import type { ApiClient } from '@keywitness/api';
import { LogError } from '@keywitness/log';
import { readTrust, type Trust } from '../verify/index.ts';
import { compareKeys, fingerprintOf, pinKeys, type PinnedKeys, readPin } from './pinned-keys.ts';
import type { ProofStep } from './steps.ts';

/** By which keys a log is known, and how that came. */
export interface KnownLog {
  /** Absent when there is no key to check with. */
  readonly trust?: Trust;
  readonly step: ProofStep;
}

const title = 'The log is the one that this browser knows';

/**
 * The keys that were pinned, compared with those that the service shows now. Without any, those of the service are pinned:
 * from then on a change of them is noticed.
 *
 * @throws ApiError when there is no pin, and the service does not show its keys
 */
export async function knownLog(client: Pick<ApiClient, 'logFetch'>, now: Date): Promise<KnownLog> {
  const pin = readPin();
  if (pin === undefined) return meet(await servedKeys(client), now);
  const trust = readTrust(pin.text, '');
  let served: string | undefined;
  try {
    served = await servedKeys(client);
  } catch {
    // The pinned keys are enough to check with; the step says that they were compared with nothing.
    served = undefined;
  }
  return { trust, step: comparedStep(pin, trust, served) };
}

async function servedKeys({ logFetch }: Pick<ApiClient, 'logFetch'>): Promise<string | undefined> {
  const bytes = await logFetch('log.vkey');
  return bytes === null ? undefined : new TextDecoder().decode(bytes);
}

function meet(served: string | undefined, now: Date): KnownLog {
  const trust = served === undefined ? undefined : readKeys(served);
  if (served === undefined || trust === undefined) {
    const words =
      'The service shows no key of its log that can be read. Pin the log’s key by hand: its administrator has it, in log.vkey.';
    return { step: { id: 'key', title, state: 'skipped', words, values: [] } };
  }
  const pin = pinKeys(served, 'first-use', now);
  return {
    trust,
    step: {
      id: 'key',
      title,
      state: 'noted',
      words:
        'This browser meets this log for the first time and has pinned its key: from now on a change of it is noticed. ' +
        'Compare the fingerprint once with what “sha256sum log.vkey” prints on the log’s machine.',
      values: valuesOf(pin, trust),
    },
  };
}

function comparedStep(pin: PinnedKeys, trust: Trust, served: string | undefined): ProofStep {
  const values = valuesOf(pin, trust);
  const shown = served === undefined ? undefined : readKeys(served);
  if (served === undefined || shown === undefined) {
    const words =
      'The pinned key is used. The service’s own copy of it could not be read, so the two were not compared.';
    return { id: 'key', title, state: 'noted', words, values };
  }
  if (compareKeys(trust, shown) === 'changed') {
    return {
      id: 'key',
      title,
      state: 'failed',
      words:
        'The service shows another key than the one that this browser has pinned. Either this is another log, or somebody ' +
        'has put another one in its place. Believe nothing here until the administrator has explained it.',
      values: [...values, ['Shown now', fingerprintOf(served)]],
    };
  }
  return {
    id: 'key',
    title,
    state: 'passed',
    words: `The service shows the key that was pinned ${pin.source === 'given' ? 'by hand' : 'on first use'}.`,
    values,
  };
}

function valuesOf(pin: PinnedKeys, { trustedKeys }: Trust): ProofStep['values'] {
  return [
    ['Log', trustedKeys.origin],
    ['Fingerprint', fingerprintOf(pin.text)],
    ['Pinned', pin.pinnedAt],
  ];
}

function readKeys(text: string): Trust | undefined {
  try {
    return readTrust(text, '');
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}
