import { newRandomUuid } from '../../core/audit/index.ts';
import { systemEntropy } from '../../core/crypto/index.ts';
import {
  deleteExpiredKeyMaterial,
  deleteKey,
  dueRemediations,
  enableDueRule,
  expireQuarantine,
  expireRemediation,
  expireSuppression,
  forgetIncident,
  incidentsPast,
  type Operation,
  overQuarantines,
  Params,
  type Replica,
  reportRotationOverdue,
  rotateKey,
  rotationsDue,
  rotationsOverdue,
  rulesDue,
  type Service,
  suppressionsDue,
  systemCaller,
} from '../../core/operations/index.ts';

const SWEEP_INTERVAL_MS = 10_000;
/** Acts of one kind in one sweep; the rest waits for the next. */
const SWEEP_ACTS_MAX = 100;
/** An act that was refused is tried again after this time, so that a lasting fault does not fill the record. */
const RETRY_MS = 600_000;
/** Refused acts that are remembered. */
const REFUSED_MAX = 10_000;

/** Does what is due, on the record, for as long as it runs. */
export interface Sweeper {
  /** Looks now: something may have become due that somebody waits for. */
  soon(): void;
  stop(): void;
}

/** What comes due: for whom or what, and the act that does it. */
interface Ending {
  readonly operation: Operation;
  /** The name of the operation's parameter. */
  readonly param: string;
  readonly due: (replica: Replica, nowMs: number) => readonly string[];
}

/** Material that has expired goes before a rotation could make it the current one. */
const ENDINGS: readonly Ending[] = [
  { operation: deleteKey, param: 'keyId', due: ({ keyNames }, nowMs) => keyNames.dueForDeletion(nowMs) },
  {
    operation: deleteExpiredKeyMaterial,
    param: 'keyId',
    due: ({ keyNames }, nowMs) => keyNames.withExpiredMaterial(nowMs),
  },
  { operation: rotateKey, param: 'keyId', due: rotationsDue },
  { operation: reportRotationOverdue, param: 'keyId', due: rotationsOverdue },
  { operation: enableDueRule, param: 'ruleName', due: rulesDue },
  { operation: expireSuppression, param: 'suppressionId', due: suppressionsDue },
  { operation: forgetIncident, param: 'incidentId', due: incidentsPast },
  { operation: expireRemediation, param: 'remediationId', due: dueRemediations },
  { operation: expireQuarantine, param: 'principalId', due: overQuarantines },
];

/**
 * Starts to look for what is due at once and then every ten seconds. Nobody waits for an end: a key whose deletion is due
 * does not exist for any operation, swept or not, and material that has expired is not used. A rotation on demand is
 * looked for as soon as it is asked for.
 */
export function startSweeper(service: Service, replica: Replica, onFault: (error: unknown) => void): Sweeper {
  const refused = new Map<string, number>();
  let sweeping: Promise<void> | undefined;
  let again = false;
  const sweepOnce = (): void => {
    if (sweeping !== undefined) {
      again = true;
      return;
    }
    sweeping = sweep(service, replica, refused)
      .catch(onFault)
      .finally(() => {
        sweeping = undefined;
        if (!again) return;
        again = false;
        sweepOnce();
      });
  };
  sweepOnce();
  const timer = setInterval(sweepOnce, SWEEP_INTERVAL_MS);
  timer.unref();
  return {
    soon: sweepOnce,
    stop() {
      clearInterval(timer);
      again = false;
    },
  };
}

async function sweep(service: Service, replica: Replica, refused: Map<string, number>): Promise<void> {
  const nowMs = service.nowMs();
  for (const { due, operation, param } of ENDINGS) {
    const names = due(replica, nowMs).filter(
      (name) => (refused.get(`${operation.name} ${name}`) ?? 0) <= nowMs,
    );
    for (const name of names.slice(0, SWEEP_ACTS_MAX)) {
      const performed = await service.perform(
        operation,
        attemptOf(operation),
        systemCaller,
        new Params({ [param]: name }),
      );
      if (refused.size >= REFUSED_MAX) refused.clear();
      if (performed.kind === 'refused') refused.set(`${operation.name} ${name}`, nowMs + RETRY_MS);
    }
  }
}

function attemptOf({ name }: Operation): Parameters<Service['perform']>[1] {
  return {
    requestId: newRandomUuid(systemEntropy()),
    client: { address: 'internal' },
    protocol: { front: 'internal', service: 'keywitness', operation: name },
    startedMs: performance.now(),
  };
}
