import type { RotationsListEntry } from '@aws-sdk/client-kms';
import type { ValueCount } from '@keywitness/api';
import type { Wire } from '../../api/index.ts';
import type { ChartSeries } from '../../components/index.ts';

/** One material of a key. */
export interface Version {
  /** 1 for the first one. */
  readonly number: number;
  readonly materialId: string;
  /** New things are encrypted with it. */
  readonly isCurrent: boolean;
  /** `CURRENT`, `NON_CURRENT`, `PENDING_ROTATION`. */
  readonly state: string;
  /** Milliseconds since the epoch: when it took over; of the first one when the key was made. */
  readonly since: number | undefined;
  /** When the next one took over. */
  readonly until: number | undefined;
  /** `ON_DEMAND` or `AUTOMATIC`; absent for the first one. */
  readonly by: string | undefined;
  readonly description: string | undefined;
  readonly expiresAt: number | undefined;
  /** What the record has of its use in the window. */
  readonly use: ValueCount | undefined;
}

/** The versions of a key, the newest first, with what the record has of their use. */
export function versionsOf(
  rotations: readonly Wire<RotationsListEntry>[],
  createdAt: number | undefined,
  uses: readonly ValueCount[],
): readonly Version[] {
  const useOf = new Map(uses.map((use) => [use.value, use]));
  const inOrder = rotations.toSorted((a, b) => (a.RotationDate ?? 0) - (b.RotationDate ?? 0));
  const pending = inOrder.filter(({ KeyMaterialState }) => KeyMaterialState === 'PENDING_ROTATION');
  const others = inOrder.filter((rotation) => !pending.includes(rotation));
  return [...others, ...pending]
    .map((rotation, index) => {
      const {
        KeyMaterialDescription,
        KeyMaterialId = '',
        KeyMaterialState = '',
        RotationDate,
        ValidTo,
      } = rotation;
      const seconds = RotationDate ?? (index === 0 ? createdAt : undefined);
      return {
        number: index + 1,
        materialId: KeyMaterialId,
        isCurrent: KeyMaterialState === 'CURRENT',
        state: KeyMaterialState,
        since: millisecondsOf(seconds),
        until: millisecondsOf(others[index + 1]?.RotationDate),
        by: rotation.RotationType,
        description: KeyMaterialDescription,
        expiresAt: millisecondsOf(ValidTo),
        use: useOf.get(KeyMaterialId),
      };
    })
    .toReversed();
}

function millisecondsOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** So many days as a key is old, as far as they are shown; at least two weeks. */
export function daysShown(createdAt: number | undefined, nowMs: number, most: number): number {
  const age = createdAt === undefined ? most : Math.ceil((nowMs - createdAt * 1000) / dayMs) + 1;
  return Math.max(14, Math.min(most, age));
}

/** Days of UTC up to a time, the oldest first: when each begins, in milliseconds since the epoch. */
export function daysUntil(nowMs: number, count: number): readonly number[] {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  return Array.from({ length: count }, (_, index) => today - (count - 1 - index) * dayMs);
}

const dayMs = 86_400_000;

/** Uses a day of the current version, and of all older ones together, for a chart. */
export function seriesOf(versions: readonly Version[], daysMs: readonly number[]): readonly ChartSeries[] {
  const valuesOf = (chosen: readonly Version[]): readonly number[] =>
    daysMs.map((day) => {
      const name = new Date(day).toISOString().slice(0, 10);
      return chosen.reduce((sum, { use }) => sum + (use?.days?.[name] ?? 0), 0);
    });
  const current = versions.filter(({ isCurrent }) => isCurrent);
  const older = versions.filter(({ isCurrent }) => !isCurrent);
  return [
    {
      label: `Current version${current[0] === undefined ? '' : ` ${current[0].number}`}`,
      tone: 'accent',
      values: valuesOf(current),
    },
    ...(older.length === 0
      ? []
      : [{ label: 'Older versions', tone: 'faint' as const, values: valuesOf(older) }]),
  ];
}
