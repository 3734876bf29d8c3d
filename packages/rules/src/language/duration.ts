import { asText, type DocumentNode } from '../document/index.ts';
import { wrong } from '../rule-error.ts';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `15m`, `1h` or `7d` in milliseconds. Throws `RuleError` for anything else, and for more than `maxMs`. */
export function asDuration(node: DocumentNode, maxMs: number, minMs: number = 1000): number {
  const match = /^(\d{1,7})([smhd])$/.exec(asText(node, 16));
  const durationMs = Number(match?.[1]) * (unitsMs[match?.[2] ?? ''] ?? Number.NaN);
  if (!(durationMs >= minMs)) {
    throw wrong(node.place, 'this must be a time such as `30s`, `15m`, `1h` or `7d`, and not zero');
  }
  if (durationMs > maxMs) throw wrong(node.place, `this must be at most ${describeDuration(maxMs)}`);
  return durationMs;
}

/** In plain words: `90 minutes`. */
export function describeDuration(durationMs: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ] as const;
  const [name, unitMs] = units.find(([, unit]) => durationMs >= unit && durationMs % unit === 0) ?? [
    'millisecond',
    1,
  ];
  const number = durationMs / unitMs;
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
