import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RuleEngine } from '@keywitness/rules';
import { incidentIdOf } from '../../packages/server/src/core/operations/incidents/findings.ts';
import { rulesNow } from '../../packages/server/src/core/operations/index.ts';
import { ruleEventOf } from '../../packages/server/src/followers/alerts/rule-event.ts';
import { openSqliteReader } from '../../packages/server/src/stores/sqlite/index.ts';
import { eventsFrom } from './record-checks.ts';

const DEADLINE_MS = 30_000;

/**
 * The incidents on the record are those that the rules find when they read all of it at once, however often whoever found
 * them was killed, and each was opened once. Waits until the rules of a running server have read on.
 */
export async function checkIncidents(dataDirectory: string, account: string): Promise<void> {
  const found = incidentsFoundIn(dataDirectory, account);
  const endsAt = performance.now() + DEADLINE_MS;
  for (;;) {
    const opened = openedIn(dataDirectory);
    assert.equal(new Set(opened).size, opened.length, 'an incident was opened twice');
    const missing = [...found].filter(([id]) => !opened.includes(id));
    if (missing.length === 0) return;
    assert.ok(performance.now() < endsAt, `not on the record: ${missing.map(([, rule]) => rule).join()}`);
    await setTimeout(50);
  }
}

/** The ids of incidents, in the order in which they were opened. */
function openedIn(dataDirectory: string): readonly string[] {
  return eventsFrom(dataDirectory, 0)
    .filter(({ action, outcome }) => action === 'incident.open' && outcome === 'success')
    .map(({ parameters }) => String(parameters['incident']));
}

/** Rules by the id of the incident that they found. */
function incidentsFoundIn(dataDirectory: string, account: string): ReadonlyMap<string, string> {
  const { inForce } = rulesNow([], Date.now(), (name, message) => assert.fail(`${name}: ${message}`));
  const engine = new RuleEngine(inForce);
  const reader = openSqliteReader({ path: join(dataDirectory, 'keywitness.db') });
  try {
    const { entries } = reader.read(0, reader.size());
    const place = { account, region: 'us-east-1' };
    const findings = entries.flatMap((entry, index) => {
      const event = ruleEventOf(entry, index, place);
      return event === undefined ? [] : engine.feed(event);
    });
    assert.ok(findings.length > 0, 'the rules find nothing at all');
    return new Map(findings.map(({ episode, ruleName }) => [incidentIdOf(episode), ruleName]));
  } finally {
    reader.close();
  }
}
