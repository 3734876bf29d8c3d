import type { AttemptRequest, Caller, Operation, Performed, Replica, Result, Service } from '../index.ts';
import { Params } from '../params.ts';
import { responderCaller } from '../responder.ts';
import type {
  IncidentRecord,
  PlaybookRecord,
  RemediationAction,
  RemediationRecord,
} from '../response-records.ts';
import { systemCaller } from '../system-caller.ts';
import {
  expireRemediation,
  proposeRemediation,
  putPlaybook,
  putResponseSettings,
  remediationId,
  runRemediation,
} from './index.ts';

/** A service that a test looks at. */
interface Bench {
  readonly service: Service;
  readonly replica: Replica;
  readonly nowMs: number;
  request(operation: string): AttemptRequest;
  put(subject: string, record: object): void;
  addUser(name: string): Caller;
  structures(items: readonly object[]): readonly Params[];
}

/** What a proposal says of itself. */
interface Proposed {
  readonly playbook?: string;
  readonly step?: number;
  readonly again?: boolean;
  readonly evidence?: Readonly<Record<string, string>>;
}

/** A service with an incident about `mallory`, who holds a credential, and people who respond. */
export class RemediationScene<Given extends Bench> {
  readonly bench: Given;
  readonly admin: Caller;
  readonly ann: Caller;
  readonly bob: Caller;
  readonly mallory: Caller;

  constructor(bench: Given) {
    this.bench = bench;
    this.admin = bench.addUser('root');
    this.ann = bench.addUser('ann');
    this.bob = bench.addUser('bob');
    this.mallory = bench.addUser('mallory');
  }

  /** Puts an incident into the state, as if a rule had raised it. */
  incident(change: Partial<IncidentRecord> = {}): string {
    const record: IncidentRecord = {
      id: 'inc-a',
      ruleName: 'denied-burst',
      ruleTitle: 'Many denied attempts',
      ruleSha256: '0'.repeat(64),
      level: 'high',
      status: 'open',
      entity: {},
      summary: 'something happened',
      openedAtMs: this.bench.nowMs,
      updatedAtMs: this.bench.nowMs,
      lastSeenMs: this.bench.nowMs,
      count: 1,
      events: [],
      comments: [],
      ...change,
    };
    this.bench.put(`incident:${record.id}`, record);
    return record.id;
  }

  /** Puts a playbook of these actions, by its operation. */
  async playbook(
    actions: readonly RemediationAction[],
    mode: PlaybookRecord['mode'] = 'act',
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const steps = this.bench.structures(actions.map((action) => ({ action, ...more })));
    await this.result(this.admin, putPlaybook, {
      playbookName: 'contain',
      rules: ['denied-burst'],
      steps,
      mode,
    });
  }

  settings(settings: Readonly<Record<string, unknown>>): Promise<Result> {
    return this.result(this.admin, putResponseSettings, settings);
  }

  /** Proposes a step about an incident, with `mallory` in the evidence. */
  async propose(incidentId: string, { again, evidence, playbook, step = 0 }: Proposed = {}): Promise<string> {
    const playbookName = playbook ?? 'contain';
    await this.result(responderCaller, proposeRemediation, {
      incidentId,
      playbookName,
      step,
      again,
      evidence: evidence ?? {
        'actor.arn': this.mallory.principalArn,
        'actor.credentialId': this.mallory.credentialId,
      },
    });
    return remediationId(incidentId, playbookName, step);
  }

  /** Runs it as the service does by itself; answers how far it is then. */
  async runByItself(id: string): Promise<RemediationRecord> {
    await this.result(responderCaller, runRemediation, { remediationId: id });
    return this.record(id);
  }

  expire(id: string): Promise<Performed> {
    return this.perform(systemCaller, expireRemediation, { remediationId: id });
  }

  /** As it is stored. */
  record(id: string): RemediationRecord {
    const record = this.bench.replica.remediations.get(id);
    if (record === undefined) throw new TypeError(`there is no remediation \`${id}\``);
    return record;
  }

  perform(
    caller: Caller,
    operation: Operation,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<Performed> {
    const { bench } = this;
    return bench.service.perform(operation, bench.request(operation.name), caller, new Params(params));
  }

  async result(
    caller: Caller,
    operation: Operation,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<Result> {
    const performed = await this.perform(caller, operation, params);
    if (performed.kind === 'refused') throw performed.error;
    return performed.result;
  }

  /** The code of a refusal; `released` when there is none. */
  async outcome(
    caller: Caller,
    operation: Operation,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const performed = await this.perform(caller, operation, params);
    return performed.kind === 'released' ? 'released' : performed.error.code;
  }
}
