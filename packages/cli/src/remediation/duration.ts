import { Failure } from '../failure.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const DURATION = /^([1-9][0-9]{0,5})([smhd])$/;

/** Seconds of a duration such as `30m`, `12h` or `7d`. @throws Failure */
export function readDuration(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  const seconds = UNITS[unit ?? ''];
  if (count !== undefined && seconds !== undefined) return Number(count) * seconds;
  throw new Failure('usage', `\`${text}\` is no duration: write it like 30m, 12h or 7d`);
}
