import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** Where Linux says which thread asks. */
const THREAD_SELF = '/proc/thread-self';
const LOWER = 10;

/**
 * Lets this thread give way to those that somebody waits for, when there are more threads than cores. Where the system
 * has no priorities for single threads, nothing changes.
 */
export function giveWay(): void {
  try {
    setPriority(Number(basename(readlinkSync(THREAD_SELF))), LOWER);
  } catch {
    // Only speed depends on it.
  }
}
