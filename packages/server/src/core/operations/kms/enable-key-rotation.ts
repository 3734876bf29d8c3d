import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';
import { refuseReplica } from './multi-region.ts';
import { requireOwnMaterial, requireRotatable } from './rotation.ts';

const PERIOD_DAYS_DEFAULT = 365;
const DAY_MS = 86_400_000;

/**
 * `EnableKeyRotation`: a new material each period, the first one a period from now. To enable it again, with the same
 * period or another one, begins the period anew.
 */
export const enableKeyRotation: Operation = {
  name: 'EnableKeyRotation',
  action: 'key.enable-rotation',
  run(attempt, params) {
    const periodDays = params.optionalNumber('rotationPeriodInDays') ?? PERIOD_DAYS_DEFAULT;
    attempt.note.parameters = { rotationPeriodInDays: periodDays };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:EnableKeyRotation', {
      'kms:rotationperiodindays': [String(periodDays)],
    });
    requireState(attempt, key, 'EnableKeyRotation');
    requireRotatable(key);
    requireOwnMaterial(key);
    refuseReplica(key);
    const { rotation } = key.record;
    const nextAtMs = attempt.nowMs + periodDays * DAY_MS;
    attempt.note.change = {
      before: { keyRotationEnabled: rotation !== undefined, rotationPeriodInDays: rotation?.periodDays },
      after: {
        keyRotationEnabled: true,
        nextRotationDate: new Date(nextAtMs).toISOString(),
        rotationPeriodInDays: periodDays,
      },
    };
    writeKey(attempt, { ...key.record, rotation: { periodDays, nextAtMs } });
    return {};
  },
};
