import { asInteger, type ScalarNode } from '../document/index.ts';
import type { Json } from '../event.ts';
import type { Calendar } from '../fields/index.ts';
import { compareNumbers, type ValueTest } from './comparison.ts';
import type { Modifiers } from './modifiers.ts';

/** A test of a part of times: RFC 3339 texts, or milliseconds since the epoch. */
export function compileTimeTest(
  node: ScalarNode,
  { comparison, timePart = 'hour' }: Modifiers,
  clock: Calendar['clock'],
): ValueTest {
  const wanted = asInteger(node, 0, 9999);
  return (value) => {
    const timeMs = timeOf(value);
    return timeMs !== undefined && compareNumbers(comparison, clock(timeMs)[timePart], wanted);
  };
}

function timeOf(value: Json): number | undefined {
  if (typeof value === 'number') return Math.abs(value) <= 8.64e15 ? value : undefined;
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)/.test(value)) return undefined;
  const timeMs = Date.parse(value);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
