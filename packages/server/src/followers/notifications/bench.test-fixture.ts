import { type AuditEvent, canonicalJson, type LedgerStore } from '../../core/audit/index.ts';
import { takeSecretKey } from '../../core/crypto/index.ts';
import { Keyring } from '../../core/keys/index.ts';
import type { ChannelRecord, IncidentRecord, Operation } from '../../core/operations/index.ts';
import { forgetFormerChannel, recordDelivery } from '../../core/operations/index.ts';
import { type Acted, createNotifications, type Notifications, type NotificationsOptions } from './index.ts';
import type { VirtualClock } from './receivers.test-fixture.ts';
import { incidentLike } from './samples.test-fixture.ts';

/** What a bench needs of the service: performing own acts, and the state. */
export interface BenchService {
  perform(operation: Operation, params: Readonly<Record<string, unknown>>): Promise<Acted>;
  readonly channels: () => readonly ChannelRecord[];
  readonly incidents: ReadonlyMap<string, IncidentRecord>;
  /** Applies what was committed past the service. */
  readonly committed: (changes: ReturnType<LedgerStore['commit']>['changes']) => void;
}

const OWN_ACTS: ReadonlyMap<string, Operation> = new Map(
  [recordDelivery, forgetFormerChannel].map((operation) => [operation.name, operation]),
);

/** Notifications over a real service and a ledger in memory; incidents are raised by the test. */
export class NotifyBench {
  readonly failures: string[] = [];
  notifications: Notifications;
  /** While set, acts cannot be recorded. */
  isActFailing = false;
  readonly #store: LedgerStore;
  readonly #service: BenchService;
  readonly #clock: VirtualClock;
  readonly #change: Partial<NotificationsOptions>;
  #events = 0;

  constructor(
    store: LedgerStore,
    service: BenchService,
    clock: VirtualClock,
    path: string,
    change: Partial<NotificationsOptions> = {},
  ) {
    this.#store = store;
    this.#service = service;
    this.#clock = clock;
    this.#change = change;
    this.notifications = this.open(path);
  }

  /** Whether any channel is at work. */
  get isBusy(): boolean {
    return this.notifications.status().channels.some(({ isSending }) => isSending);
  }

  /** Opens notifications on a file. */
  open(path: string): Notifications {
    const opened = createNotifications({
      reader: this.#store,
      path,
      keyring: new Keyring(takeSecretKey(new Uint8Array(32).fill(7))),
      incident: (id) => this.#service.incidents.get(id),
      act: (name, params) => this.#act(name, params),
      nowMs: () => this.#clock.nowMs,
      schedule: this.#clock.schedule,
      jitter: () => 0,
      origin: 'kms.example/log',
      allowAddresses: ['127.0.0.0/8'],
      allowPlainHttp: true,
      onFailure: (error) => this.failures.push(error.message),
      ...this.#change,
    });
    opened.configure(this.#service.channels());
    return opened;
  }

  /** Tells of new channels and of what the log has grown by. */
  follow(): void {
    this.notifications.configure(this.#service.channels());
    this.notifications.advance(this.#store.size());
  }

  /** Commits an event about an incident, as the operations on incidents do; answers its index. */
  raise(act: string, change: Partial<IncidentRecord> = {}, by?: string): number {
    this.#events += 1;
    const incident = incidentLike(change);
    const event = {
      schema: 'keywitness.event/1',
      id: `019b0000-0000-7000-8000-${String(this.#events).padStart(12, '0')}`,
      time: new Date(this.#clock.nowMs).toISOString(),
      action: `incident.${act}`,
      actor: by === undefined ? { type: 'system', name: 'keywitness' } : { type: 'user', arn: by },
      client: { address: 'internal' },
      protocol: { front: 'internal', service: 'keywitness', operation: '-' },
      requestId: 'r',
      revision: 1,
      outcome: 'success',
      parameters: { incident: incident.id },
    };
    const writes = [{ subject: `incident:${incident.id}`, record: JSON.stringify(incident) }];
    const entry = Buffer.from(canonicalJson(event), 'utf8');
    const { changes } = this.#store.commit([{ judgedAt: this.#store.size(), reads: [], writes, entry }]);
    this.#service.committed(changes);
    this.follow();
    return this.#store.size() - 1;
  }

  async #act(name: string, params: Readonly<Record<string, unknown>>): Promise<Acted> {
    const operation = OWN_ACTS.get(name);
    if (operation === undefined) throw new TypeError(`nobody may ask for \`${name}\` here`);
    if (this.isActFailing) throw new Error('the test lets the record fail');
    const acted = await this.#service.perform(operation, params);
    this.follow();
    return acted;
  }
}

/** The `notification.deliver` events in words, but for their times. */
export function deliveryTexts(events: readonly AuditEvent[]): readonly string[] {
  const deliveries = events.filter(({ action }) => action === 'notification.deliver');
  return deliveries.map(({ outcome, parameters, error }) => {
    const { attempts, channel, kind, messages } = parameters ?? {};
    const words = [channel, kind, 'attempts', attempts, 'messages', messages].map((word) =>
      typeof word === 'object' ? '' : word,
    );
    return [outcome, ...words].join(' ') + (error === undefined ? '' : `: ${error.message}`);
  });
}
