import { newRandomUuid } from '../../core/audit/index.ts';
import { systemEntropy } from '../../core/crypto/index.ts';
import {
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
  rulesDue,
  type Service,
  suppressionsDue,
  systemCaller,
} from '../../core/operations/index.ts';

const SWEEP_INTERVAL_MS = 10_000;
/** Acts of one kind in one sweep; the rest waits for the next. */
const SWEEP_ACTS_MAX = 100;

/** Destroys keys whose deletion is due, and ends what else has an end, on the record, for as long as it runs. */
export interface Sweeper {
  stop(): void;
}

/**
 * Starts to look for what is due at once and then every ten seconds. Nobody waits for it: a key whose deletion is due
 * does not exist for any operation, swept or not, and so with all that has an end.
 */
export function startSweeper(service: Service, replica: Replica, onFault: (error: unknown) => void): Sweeper {
  const sweepOnce = (): void => {
    sweep(service, replica).catch(onFault);
  };
  sweepOnce();
  const timer = setInterval(sweepOnce, SWEEP_INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** What has an end: who or what is due, and the act by which it ends. */
interface Ending {
  readonly operation: Operation;
  /** The name of the operation's parameter. */
  readonly param: string;
  readonly due: (replica: Replica, nowMs: number) => readonly string[];
}

const ENDINGS: readonly Ending[] = [
  { operation: deleteKey, param: 'keyId', due: ({ keyNames }, nowMs) => keyNames.dueForDeletion(nowMs) },
  { operation: enableDueRule, param: 'ruleName', due: rulesDue },
  { operation: expireSuppression, param: 'suppressionId', due: suppressionsDue },
  { operation: forgetIncident, param: 'incidentId', due: incidentsPast },
  { operation: expireRemediation, param: 'remediationId', due: dueRemediations },
  { operation: expireQuarantine, param: 'principalId', due: overQuarantines },
];

async function sweep(service: Service, replica: Replica): Promise<void> {
  const entropy = systemEntropy();
  const nowMs = service.nowMs();
  for (const { due, operation, param } of ENDINGS) {
    for (const name of due(replica, nowMs).slice(0, SWEEP_ACTS_MAX)) {
      const attempt = {
        requestId: newRandomUuid(entropy),
        client: { address: 'internal' },
        protocol: { front: 'internal' as const, service: 'keywitness', operation: operation.name },
        startedMs: performance.now(),
      };
      const performed = await service.perform(
        operation,
        attempt,
        systemCaller,
        new Params({ [param]: name }),
      );
      // While the record takes refusals only, more of them would take up what is left of the disk.
      if (performed.kind === 'refused' && performed.error.code === 'Unavailable') return;
    }
  }
}
