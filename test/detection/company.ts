import type { JsonObject } from '@keywitness/rules';

/** A generator of numbers that are the same for the same seed (Mulberry32), from 0 to below 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const ACCOUNT = '111122223333';
export const MINUTE: number = 60_000;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;

/** Midnight of a Monday. */
export const FIRST_MS: number = Date.parse('2026-09-07T00:00:00Z');

/** One thing that happens: when, and the members of its event. */
export interface Happening {
  readonly timeMs: number;
  readonly event: JsonObject;
  /** Somebody moves from one network to another, as people and programs do: it looks like theft, and is none. */
  readonly isMove?: true;
}

/** An application: its credential, where it runs, which keys it uses and how often. */
export interface Application {
  readonly name: string;
  readonly arn: string;
  readonly credentialId: string;
  readonly address: string;
  readonly userAgent: string;
  readonly keys: readonly string[];
  readonly perHour: number;
}

/** Somebody who works here, on weekdays, by day. */
export interface Person {
  readonly name: string;
  readonly arn: string;
  readonly address: string;
  readonly keys: readonly string[];
}

export function keyArn(name: string): string {
  return `arn:aws:kms:eu-central-1:${ACCOUNT}:key/${name}`;
}

const APPLICATION_NAMES = ['checkout', 'billing', 'mail', 'search', 'reports', 'login', 'files', 'backup'];
const PEOPLE_NAMES = ['ana', 'bo', 'chen', 'dora', 'emil', 'fay'];

/** The applications: each has two keys, and the last one reads everything once a night. */
export const APPLICATIONS: readonly Application[] = APPLICATION_NAMES.map((name, index) => ({
  name,
  arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
  credentialId: `AKIA${name.toUpperCase().padEnd(16, 'A')}`,
  address: `10.0.${index}.7`,
  userAgent: 'aws-sdk-js/3.1164.0 lang/js',
  keys: [keyArn(`${name}-1`), keyArn(`${name}-2`)],
  perHour: name === 'backup' ? 0 : 4 + index * 3,
}));

export const PEOPLE: readonly Person[] = PEOPLE_NAMES.map((name, index) => ({
  name,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Support/${name}`,
  address: `198.51.100.${10 + index}`,
  keys: [keyArn('support-1')],
}));

const MFA = { mfa: true };

/** An event of an application. */
export function byApplication(
  { address, arn, credentialId, keys, userAgent }: Application,
  more: JsonObject = {},
): JsonObject {
  return {
    action: 'key.decrypt',
    actor: { arn, credentialId, type: 'service', account: ACCOUNT },
    client: { address, userAgent },
    key: { arn: keys[0], current: true, state: 'Enabled' },
    outcome: 'success',
    decisions: [{ effect: 'allow', policyKind: 'identity' }],
    ...more,
  };
}

/** An event of a person. */
export function byPerson({ address, arn, keys, name }: Person, more: JsonObject = {}): JsonObject {
  return {
    action: 'key.decrypt',
    actor: {
      arn,
      credentialId: `ASIA${name.toUpperCase().padEnd(16, 'S')}`,
      type: 'role',
      account: ACCOUNT,
      session: MFA,
    },
    client: { address, userAgent: 'aws-cli/2.31.0' },
    key: { arn: keys[0], current: true, state: 'Enabled' },
    outcome: 'success',
    decisions: [{ effect: 'allow', policyKind: 'identity' }],
    ...more,
  };
}

/** Some days of an ordinary company: steady applications, bursts, people by day, a backup by night, mistakes. */
export function ordinaryTraffic(days: number, seed: number): readonly Happening[] {
  const random = seeded(seed);
  const happenings: Happening[] = [];
  for (let day = 0; day < days; day += 1) {
    const midnight = FIRST_MS + day * DAY;
    const isWorkday = day % 7 < 5;
    for (const application of APPLICATIONS) applicationDay(application, midnight, random, happenings);
    backupNight(midnight, random, happenings);
    for (const person of PEOPLE) if (isWorkday) personDay(person, midnight, random, happenings);
    for (let beat = 0; beat < DAY; beat += 5 * MINUTE) {
      happenings.push({
        timeMs: midnight + beat,
        event: {
          action: 'service.heartbeat',
          outcome: 'success',
          actor: { type: 'system', name: 'keywitness' },
        },
      });
    }
  }
  return happenings;
}

function customer(random: () => number, customers = 4000): JsonObject {
  return { customer: `c${Math.floor(random() * customers)}` };
}

function applicationDay(
  application: Application,
  midnight: number,
  random: () => number,
  out: Happening[],
): void {
  // By day three times as much as by night; and once a day a burst.
  for (let hour = 0; hour < 24; hour += 1) {
    const factor = hour >= 8 && hour < 20 ? 1.5 : 0.5;
    const count = Math.round(application.perHour * factor * (0.7 + 0.6 * random()));
    for (let index = 0; index < count; index += 1) {
      const action = random() < 0.6 ? 'key.decrypt' : 'key.generate-data-key';
      const key = { arn: application.keys[random() < 0.8 ? 0 : 1], current: true, state: 'Enabled' };
      out.push({
        timeMs: midnight + hour * HOUR + random() * HOUR,
        event: byApplication(application, { action, key, context: customer(random) }),
      });
    }
  }
  if (application.perHour === 0) return;
  const burst = midnight + (9 + Math.floor(random() * 8)) * HOUR;
  for (let index = 0; index < 40; index += 1) {
    out.push({
      timeMs: burst + random() * 2 * MINUTE,
      event: byApplication(application, { context: customer(random, 30) }),
    });
  }
  // One of them polls for what it may not have, all day long.
  if (application.name === 'search') {
    for (let hour = 0; hour < 24; hour += 2) {
      out.push({
        timeMs: midnight + hour * HOUR,
        event: byApplication(application, { outcome: 'denied', action: 'key.describe' }),
      });
    }
  }
  // Now and then it runs somewhere else for an hour.
  if (random() < 0.02) {
    const start = midnight + 14 * HOUR;
    const client = { address: `10.1.${Math.floor(random() * 200)}.9`, userAgent: application.userAgent };
    for (let index = 0; index < 5; index += 1) {
      out.push({
        timeMs: start + index * 10 * MINUTE,
        event: byApplication(application, { client }),
        isMove: true,
      });
    }
  }
  // A deployment once in a while lacks a permission, for a few attempts.
  if (random() < 0.1) {
    const start = midnight + 10 * HOUR + random() * 6 * HOUR;
    for (let index = 0; index < 3; index += 1) {
      out.push({
        timeMs: start + index * 20_000,
        event: byApplication(application, { outcome: 'denied', action: 'key.encrypt' }),
      });
    }
  }
}

/** One o'clock: the backup reads a few hundred records. */
function backupNight(midnight: number, random: () => number, out: Happening[]): void {
  const backup = APPLICATIONS.at(-1);
  if (backup === undefined) return;
  for (let index = 0; index < 300; index += 1) {
    out.push({
      timeMs: midnight + HOUR + random() * 50 * MINUTE,
      event: byApplication(backup, { context: { customer: `c${index}` } }),
    });
  }
}

function personDay(person: Person, midnight: number, random: () => number, out: Happening[]): void {
  const count = 3 + Math.floor(random() * 6);
  for (let index = 0; index < count; index += 1) {
    const timeMs = midnight + 8 * HOUR + random() * 9 * HOUR;
    out.push({ timeMs, event: byPerson(person, { context: customer(random) }) });
    // On the train, on the telephone's network.
    if (random() < 0.01) {
      const client = { address: `203.0.113.${20 + Math.floor(random() * 80)}`, userAgent: 'aws-cli/2.31.0' };
      out.push({ timeMs: timeMs + 90_000, event: byPerson(person, { client }), isMove: true });
    }
    // People mistype, and try once more.
    if (random() < 0.05) {
      out.push({
        timeMs: timeMs + 30_000,
        event: byPerson(person, { outcome: 'denied', key: { arn: keyArn('billing-1') } }),
      });
    }
  }
}
