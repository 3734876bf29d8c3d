import { memberAt, parseEvent } from './event-members.ts';

const sha256Text = /^[0-9a-f]{64}$/;

/** The SHA-256 of every policy that an event names as having decided, each once, in order. */
export function decidingPolicies(entries: readonly Uint8Array[]): readonly string[] {
  const names = new Set<string>();
  for (const entry of entries) {
    const decisions = memberAt(parseEvent(entry), 'decisions');
    for (const decision of Array.isArray(decisions) ? decisions : []) {
      const name = memberAt(decision, 'policySha256');
      if (typeof name === 'string' && sha256Text.test(name)) names.add(name);
    }
  }
  return [...names].toSorted();
}
