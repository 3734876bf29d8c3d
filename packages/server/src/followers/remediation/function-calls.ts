import type { FunctionRecord, RemediationRecord } from '../../core/operations/index.ts';
import { RemediationError } from './errors.ts';
import { functionRequest } from './function-request.ts';
import type { Posted } from '../outbound/index.ts';
import type { RemediationFollowerOptions } from './ports.ts';

const ATTEMPTS_MAX = 5;
const FIRST_WAIT_MS = 1000;
const RECORD_WAIT_MS = 5000;
/** Statuses that may be others a moment later. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

interface Outcome {
  readonly succeeded: boolean;
  readonly outcome: string;
}

/**
 * Calls the functions that playbooks name, each at least once, and records what came of it. That they are to be called is
 * on the record before; a remediation that was being called when the service stopped is called again, with the same id.
 */
export class FunctionCalls {
  readonly #options: RemediationFollowerOptions;
  readonly #underWay = new Set<string>();
  #isStopped = false;

  constructor(options: RemediationFollowerOptions) {
    this.#options = options;
  }

  /** Calls the function of a remediation, unless that is under way. */
  call(remediation: RemediationRecord): void {
    const { id } = remediation;
    if (this.#isStopped || this.#underWay.has(id)) return;
    this.#underWay.add(id);
    this.#callAndRecord(remediation)
      .catch((error: unknown) => {
        this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => this.#underWay.delete(id));
  }

  /** Calls nothing more; what is under way ends with its request. */
  stop(): void {
    this.#isStopped = true;
  }

  async #callAndRecord(remediation: RemediationRecord): Promise<void> {
    const outcome = await this.#outcomeOf(remediation);
    if (outcome === undefined) return;
    for (;;) {
      if (await this.#record(remediation.id, outcome)) return;
      await this.#wait(RECORD_WAIT_MS);
      if (this.#isStopped) return;
    }
  }

  /** Whether it is on the record; the call is not made again because of that. */
  async #record(remediationId: string, outcome: Outcome): Promise<boolean> {
    try {
      const acted = await this.#options.act('RecordRemediation', { remediationId, ...outcome });
      return acted.kind === 'released' || (acted.code !== 'Throttled' && acted.code !== 'Unavailable');
    } catch (error) {
      const message = `what came of the remediation \`${remediationId}\` could not be recorded yet`;
      this.#options.onFailure(new RemediationError('NotRecorded', message, { cause: error }));
      return false;
    }
  }

  /** `undefined` when it was stopped before it knew. */
  async #outcomeOf(remediation: RemediationRecord): Promise<Outcome | undefined> {
    const name = remediation.functionName ?? '';
    for (let attempt = 1; ; attempt += 1) {
      const target = this.#options.state.function(name);
      if (target === undefined) return { succeeded: false, outcome: `there is no function \`${name}\`` };
      const posted = await this.#post(target, remediation);
      const outcome = outcomeOf(target, posted);
      if (outcome.succeeded || !mayPass(posted) || attempt === ATTEMPTS_MAX) return outcome;
      await this.#wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
      if (this.#isStopped) return undefined;
    }
  }

  async #post(target: FunctionRecord, remediation: RemediationRecord): Promise<Posted | undefined> {
    const { nowMs, post } = this.#options;
    const secrets = this.#secretsOf(target);
    if (secrets === undefined) return undefined;
    const call = { id: remediation.id, nowMs: nowMs(), body: this.#bodyOf(remediation) };
    return post(await functionRequest(target, secrets, call));
  }

  #secretsOf({ name, sealedSecrets }: FunctionRecord): Readonly<Record<string, string>> | undefined {
    const bytes = this.#options.keyring.openSecret(['function', name], sealedSecrets);
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    bytes.fill(0);
    return isTexts(value) ? value : undefined;
  }

  #bodyOf({ action, id, incidentId, playbookName, step }: RemediationRecord): string {
    const { nowMs, state } = this.#options;
    const incident = state.incident(incidentId);
    return JSON.stringify({
      type: 'remediation.call',
      timestamp: new Date(nowMs()).toISOString(),
      data: {
        remediationId: id,
        action,
        playbook: playbookName,
        step,
        incident: {
          id: incidentId,
          rule: incident?.ruleName,
          title: incident?.ruleTitle,
          level: incident?.level,
          summary: incident?.summary,
          entity: incident?.entity,
          events: incident?.events.map((event) => event.id),
        },
      },
    });
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.schedule(delayMs, () => resolve());
    });
  }
}

function outcomeOf({ type }: FunctionRecord, posted: Posted | undefined): Outcome {
  if (posted === undefined) return { succeeded: false, outcome: 'its secrets could not be read' };
  if (posted.kind === 'failed') return { succeeded: false, outcome: posted.reason };
  const { headers, status } = posted;
  const isAnswered = status >= 200 && status < 300;
  // Lambda answers 200 also for a function that threw.
  const hasThrown = type === 'aws-lambda' && headers['x-amz-function-error'] !== undefined;
  return {
    succeeded: isAnswered && !hasThrown,
    outcome: hasThrown ? `it answered \`${status}\`, and the function threw` : `it answered \`${status}\``,
  };
}

function mayPass(posted: Posted | undefined): boolean {
  if (posted === undefined) return false;
  return posted.kind === 'failed' || PASSING.has(posted.status);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((item) => typeof item === 'string')
  );
}
