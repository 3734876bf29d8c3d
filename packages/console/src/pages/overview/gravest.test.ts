import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentSummary } from '@keywitness/api';
import { gravest } from './gravest.ts';

function incident(
  incidentId: string,
  level: IncidentSummary['level'],
  status: IncidentSummary['status'],
  minute: number,
): IncidentSummary {
  const openedAt = new Date(Date.UTC(2030, 0, 1, 0, minute)).toISOString();
  return {
    incidentId,
    level,
    status,
    openedAt,
    rule: 'r',
    ruleTitle: 'R',
    ruleSha256: '',
    entity: {},
    summary: '',
    updatedAt: openedAt,
    lastSeenAt: openedAt,
    count: 1,
  };
}

test('the gravest come first, what nobody has taken before what somebody has, the newer before the older', () => {
  const found = [
    incident('old', 'high', 'open', 1),
    incident('low', 'low', 'open', 9),
    incident('taken', 'high', 'acknowledged', 8),
    incident('new', 'high', 'open', 2),
    incident('worst', 'critical', 'acknowledged', 0),
  ];
  assert.deepEqual(
    gravest(found, 4).map(({ incidentId }) => incidentId),
    ['worst', 'new', 'old', 'taken'],
  );
});
