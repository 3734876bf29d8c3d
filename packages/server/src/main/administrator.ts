import {
  type CommitAnswer,
  type CommitItem,
  type Ledger,
  type LedgerStore,
  newRandomUuid,
} from '../core/audit/index.ts';
import type { Entropy } from '../core/crypto/index.ts';
import { Keyring } from '../core/keys/index.ts';
import { bootstrapAdministrator, Params, Replica, Service, systemCaller } from '../core/operations/index.ts';
import type { Installation } from './installation.ts';

/** An access key for the administrator, to be shown once. */
export interface NewAdministrator {
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Gives the administrator an access key, on the record, while no thread has the store yet. */
export async function ensureAdministrator(
  store: LedgerStore,
  installation: Installation,
  entropy: Entropy,
): Promise<NewAdministrator> {
  const service = new Service({
    ledger: directLedger(store),
    replica: new Replica(store.load().changes),
    keyring: new Keyring(installation.keys.domainKey),
    // No key is made here.
    keyPairs: { make: async () => 'busy' as const },
    entropy,
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    schedule: (delayMs, task) => void setTimeout(task, delayMs),
    place: installation.place,
  });
  const request = {
    requestId: newRandomUuid(entropy),
    client: { address: 'internal' },
    protocol: { front: 'internal' as const, service: 'keywitness', operation: 'BootstrapAdministrator' },
    startedMs: performance.now(),
  };
  const performed = await service.perform(bootstrapAdministrator, request, systemCaller, new Params({}));
  if (performed.kind === 'refused') throw performed.error;
  const result = new Params(performed.result);
  return {
    arn: result.text('arn'),
    accessKeyId: result.text('accessKeyId'),
    secretAccessKey: result.text('secretAccessKey'),
  };
}

/** The store as a ledger, one commit at a time. */
function directLedger(store: LedgerStore): Ledger {
  return {
    async commit(item: CommitItem): Promise<CommitAnswer> {
      const [answer] = store.commit([item]).answers;
      if (answer === undefined) throw new TypeError('the store gave no answer');
      return answer;
    },
  };
}
