const dayMs = 86_400_000;

/** The beginnings of the last days in UTC, today's the last one, in milliseconds. */
export function daysOf(nowMs: number, count: number): number[] {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  return Array.from({ length: count }, (_, at) => today - (count - 1 - at) * dayMs);
}
