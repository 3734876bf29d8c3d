import { sha256 } from '@keywitness/log';
import { useSyncExternalStore } from 'react';
import * as v from 'valibot';
import { readTrust, type Trust } from '../verify/index.ts';
import { hexOf } from './bytes.ts';
import { storedText } from './stored-text.ts';

/** The keys by which this browser knows the log. */
export interface PinnedKeys {
  /** `log.vkey`, or a trust policy (C2SP tlog-policy) that names witnesses as well. */
  readonly text: string;
  /** RFC 3339. */
  readonly pinnedAt: string;
  /** Taken from the service when this browser first met it, or given by whoever uses the browser. */
  readonly source: 'first-use' | 'given';
}

const schema = v.object({
  text: v.string(),
  pinnedAt: v.string(),
  source: v.picklist(['first-use', 'given']),
});

const store = storedText('keywitness-log-keys');

/** What is pinned, if anything is. */
export function readPin(): PinnedKeys | undefined {
  return parse(store.read());
}

/** Pins keys in place of any others. @throws LogError when the text is neither keys of a log nor a policy */
export function pinKeys(text: string, source: PinnedKeys['source'], now: Date): PinnedKeys {
  const pin: PinnedKeys = { text: tidied(text), pinnedAt: now.toISOString(), source };
  readTrust(pin.text, '');
  store.write(JSON.stringify(pin));
  return pin;
}

/** What is pinned, renewed when that changes. */
export function usePinnedKeys(): PinnedKeys | undefined {
  return parse(useSyncExternalStore(store.subscribe, store.read));
}

/** SHA-256 of the text, as `sha256sum log.vkey` prints it on the machine of the log. */
export function fingerprintOf(text: string): string {
  return hexOf(sha256(new TextEncoder().encode(tidied(text))));
}

/** How the keys that the service shows stand to the ones that are pinned. */
export function compareKeys(pinned: Trust, served: Trust): 'same' | 'more' | 'changed' {
  const [mine, theirs] = [pinned.trustedKeys, served.trustedKeys];
  const missing = mine.logKeys.filter((vkey) => !theirs.logKeys.includes(vkey));
  if (mine.origin !== theirs.origin || missing.length > 0) return 'changed';
  return theirs.logKeys.length > mine.logKeys.length ? 'more' : 'same';
}

function tidied(text: string): string {
  return `${text.trim().replaceAll('\r\n', '\n')}\n`;
}

function parse(text: string | undefined): PinnedKeys | undefined {
  if (text === undefined) return undefined;
  try {
    const read = v.safeParse(schema, JSON.parse(text));
    return read.success ? read.output : undefined;
  } catch {
    // What is no JSON was not written by this page, and pins nothing.
    return undefined;
  }
}
