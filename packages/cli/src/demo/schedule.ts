import { type Habit, identities, type Identity } from './company.ts';
import type { Chance } from './chance.ts';

/** One thing that somebody is about to do. */
export interface Intent {
  readonly identity: Identity;
  readonly habit: Habit;
  readonly address: string;
  /** What is touched, as pairs of the encryption context. */
  readonly context: Readonly<Record<string, string>>;
  /** What goes wrong on the way. */
  readonly fault?: 'wrong-context' | 'wrong-secret';
}

/** An intent, and how long nobody does anything before it. */
export interface Next {
  readonly waitMs: number;
  readonly intent: Intent;
}

const nightHours: ReadonlySet<number> = new Set([1, 2, 3]);
/** How much of the day's traffic programs have in each hour of it, UTC. */
const dayCurve = [3, 2, 2, 2, 2, 3, 4, 6, 8, 10, 10, 10, 9, 10, 10, 10, 9, 8, 7, 6, 5, 5, 4, 3] as const;
const curveMean = 6.1;
const customers = 5_000;
const faultProbability = 0.004;
const strangerProbability = 0.0012;

/**
 * Draws what happens next in a company at this time of its day and week.
 *
 * @param scale - how busy it is: 1 for about a hundred acts an hour by day
 */
export function nextIntent(chance: Chance, nowMs: number, scale: number): Next {
  const busy = identities.map((identity) => ({ identity, weight: rateOf(identity, nowMs) }));
  const perHour = busy.reduce((sum, { weight }) => sum + weight, 0) * scale;
  const waitMs = chance.wait(perHour);
  const { identity } = chance.weighted(busy);
  return { waitMs, intent: intentOf(chance, identity) };
}

function rateOf({ hours, perHour }: Identity, nowMs: number): number {
  const now = new Date(nowMs);
  const hour = now.getUTCHours();
  const isWorkday = now.getUTCDay() % 6 !== 0;
  switch (hours) {
    case 'always':
      return (perHour * (dayCurve[hour] ?? curveMean) * (isWorkday ? 1 : 0.5)) / curveMean;
    case 'office':
      return isWorkday && hour >= 7 && hour < 18 ? perHour : 0;
    case 'night':
      return nightHours.has(hour) ? perHour : 0;
  }
}

function intentOf(chance: Chance, identity: Identity): Intent {
  const { mistakes } = identity;
  const isMistake = mistakes !== undefined && chance.happens(mistakes.probability);
  const habit = chance.weighted(isMistake ? mistakes.habits : identity.habits);
  const intent = {
    identity,
    habit,
    address: chance.of(identity.addresses),
    context: contextOf(chance, habit),
  };
  if (chance.happens(strangerProbability)) {
    return { ...intent, address: '203.0.113.9', fault: 'wrong-secret' };
  }
  return habit.operation === 'Decrypt' && chance.happens(faultProbability)
    ? { ...intent, fault: 'wrong-context' }
    : intent;
}

function contextOf(chance: Chance, { asset }: Habit): Readonly<Record<string, string>> {
  const number = String(4000 + chance.below(customers));
  switch (asset ?? 'nothing') {
    case 'customer':
      return { customer: number, purpose: chance.of(['contract', 'invoice', 'passport-scan', 'photo']) };
    case 'employee':
      return { employee: `E${number}`, purpose: chance.of(['salary', 'sick-note', 'contract']) };
    case 'card':
      return { customer: number, card: 'on-file' };
    case 'archive':
      return { archive: chance.of(['orders', 'accounts', 'files', 'mail']) };
    case 'release':
      return { release: `4.${chance.below(30)}` };
    case 'nothing':
      return {};
  }
}
