import { newRandomUuid } from '../../core/audit/index.ts';
import { systemEntropy } from '../../core/crypto/index.ts';
import {
  deleteKey,
  dueRemediations,
  expireQuarantine,
  expireRemediation,
  type Operation,
  overQuarantines,
  Params,
  type Replica,
  type Service,
  systemCaller,
} from '../../core/operations/index.ts';

const SWEEP_INTERVAL_MS = 10_000;
/** Acts of one kind in one sweep; the rest waits for the next. */
const SWEEP_ACTS_MAX = 100;

/**
 * Destroys keys whose deletion is due, and ends remediations whose time is over, on the record, for as long as it runs.
 */
export interface Sweeper {
  stop(): void;
}

/**
 * Starts to look for what is due at once and then every ten seconds. Nobody waits for it: a key whose deletion is due
 * does not exist for any operation, and a quarantine that is over keeps nobody from anything, swept or not.
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

async function sweep(service: Service, replica: Replica): Promise<void> {
  const nowMs = service.nowMs();
  for (const keyId of replica.keyNames.dueForDeletion(nowMs).slice(0, SWEEP_ACTS_MAX)) {
    await perform(service, deleteKey, { keyId });
  }
  for (const remediationId of dueRemediations(replica, nowMs).slice(0, SWEEP_ACTS_MAX)) {
    await perform(service, expireRemediation, { remediationId });
  }
  for (const principalId of overQuarantines(replica, nowMs).slice(0, SWEEP_ACTS_MAX)) {
    await perform(service, expireQuarantine, { principalId });
  }
}

async function perform(service: Service, operation: Operation, params: object): Promise<void> {
  const attempt = {
    requestId: newRandomUuid(systemEntropy()),
    client: { address: 'internal' },
    protocol: { front: 'internal' as const, service: 'keywitness', operation: operation.name },
    startedMs: performance.now(),
  };
  await service.perform(operation, attempt, systemCaller, new Params({ ...params }));
}
