/** One use of a permission, as its client saw it. */
export interface Use {
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly allowed: boolean;
  /** Of its event in the log. */
  readonly index: number;
}

/** A time without the permission. Clocks count steps of the test. */
export interface Gap {
  /** When the revocation was acknowledged, and its index. */
  readonly revokedAt: number;
  readonly revokedIndex: number;
  /** When the permission was asked back, and the index at which it was; endless when it never was. */
  readonly restoredAt: number;
  readonly restoredIndex: number;
}

/**
 * Uses that should not have succeeded (G5): recorded between a revocation and its end, or sent after the revocation was
 * acknowledged and answered before anybody asked the permission back.
 */
export function violations(uses: readonly Use[], gaps: readonly Gap[]): readonly Use[] {
  return uses.filter(
    (use) =>
      use.allowed &&
      gaps.some(
        (gap) =>
          (use.index > gap.revokedIndex && use.index < gap.restoredIndex) ||
          (use.sentAt > gap.revokedAt && use.answeredAt < gap.restoredAt),
      ),
  );
}
