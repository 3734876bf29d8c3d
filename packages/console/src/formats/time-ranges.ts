/** Spans of time up to now, by their names in an address. A bucket is what one bar of a chart stands for. */
export const timeRanges = [
  { value: '1h', label: '1 h', says: 'the last hour', bucketMs: 60_000, buckets: 60 },
  { value: '24h', label: '24 h', says: 'the last 24 hours', bucketMs: 900_000, buckets: 96 },
  { value: '7d', label: '7 d', says: 'the last 7 days', bucketMs: 7_200_000, buckets: 84 },
  { value: '30d', label: '30 d', says: 'the last 30 days', bucketMs: 28_800_000, buckets: 90 },
] as const;

export type NamedRange = (typeof timeRanges)[number];

/** The range of that name, or the one for an address that names none. */
export function timeRangeOf(name: string | null, standard: NamedRange['value']): NamedRange {
  const named = timeRanges.find(({ value }) => value === name);
  return named ?? timeRanges.find(({ value }) => value === standard) ?? timeRanges[0];
}

/** A span of whole buckets up to the end of the current one, so that bars do not shift with every look; RFC 3339. */
export function windowOfRange(
  { bucketMs, buckets }: NamedRange,
  nowMs: number,
): { readonly from: string; readonly to: string } {
  const to = (Math.floor(nowMs / bucketMs) + 1) * bucketMs;
  return { from: new Date(to - buckets * bucketMs).toISOString(), to: new Date(to).toISOString() };
}
