import type { Finding } from '@keywitness/rules';

/** A finding as the rule engine hands it on. */
export function findingOf(timeMs: number, more: Partial<Finding> = {}): Finding {
  return {
    kind: 'opened',
    ruleName: 'denied-often',
    ruleTitle: 'Somebody is denied often',
    ruleSha256: 'a'.repeat(64),
    level: 'high',
    entity: { 'actor.arn': 'arn:aws:iam::111122223333:user/mallory' },
    episode: 'denied-often/mallory/1',
    summary: '10 denied attempts within 5 minutes, more than 9',
    timeMs,
    count: 10,
    events: [{ id: '019a0000-0000-7000-8000-000000000001', index: 1, timeMs }],
    ...more,
  };
}

/** The parameters of RaiseIncident. */
export function raising(finding: Finding): { readonly finding: string } {
  return { finding: JSON.stringify(finding) };
}
