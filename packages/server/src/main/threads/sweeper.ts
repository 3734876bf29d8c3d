import { newRandomUuid } from '../../core/audit/index.ts';
import { systemEntropy } from '../../core/crypto/index.ts';
import { deleteKey, Params, type Replica, type Service, systemCaller } from '../../core/operations/index.ts';

const SWEEP_INTERVAL_MS = 10_000;
/** Keys destroyed in one sweep; the rest waits for the next. */
const SWEEP_KEYS_MAX = 100;

/** Destroys keys whose deletion is due, on the record, for as long as it runs. */
export interface Sweeper {
  stop(): void;
}

/**
 * Starts to look for due keys at once and then every ten seconds. Nobody waits for it: a key whose deletion is due
 * does not exist for any operation, swept or not.
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
  const entropy = systemEntropy();
  const nowMs = service.nowMs();
  for (const keyId of replica.keyNames.dueForDeletion(nowMs).slice(0, SWEEP_KEYS_MAX)) {
    const attempt = {
      requestId: newRandomUuid(entropy),
      client: { address: 'internal' },
      protocol: { front: 'internal' as const, service: 'keywitness', operation: 'DeleteKey' },
      startedMs: performance.now(),
    };
    await service.perform(deleteKey, attempt, systemCaller, new Params({ keyId }));
  }
}
