import { isOwnAct } from '../detection/index.ts';
import type { Json, JsonObject } from '../event.ts';
import { isJsonObject } from '../fields/index.ts';
import type { RuleFile } from '../language/index.ts';

/** Incidents that are remembered; one that is forgotten is told of once more. */
const incidentsMax = 10_000;

/**
 * Knows what the service does about findings of rules that look at what the service does. Shown to them it would be found
 * again, and that again, without an end.
 */
export class Echoes {
  /** Rule files that see own acts. */
  readonly #rules: ReadonlySet<string>;
  readonly #incidents = new Set<string>();

  constructor(files: readonly RuleFile[]) {
    this.#rules = new Set(
      files
        .filter(({ documents }) => documents.some((one) => one.kind === 'detection' && one.seesOwnActs))
        .map(({ name }) => name),
    );
  }

  /** Whether an event is one of these. What people do about such an incident is not. */
  isEcho(event: JsonObject): boolean {
    if (this.#rules.size === 0 || !isOwnAct(textOf(event['action']))) return false;
    const type = textOf(objectOf(event['actor'])['type']);
    if (type !== 'system' && type !== 'service') return false;
    const parameters = objectOf(event['parameters']);
    const named =
      parameters['incident'] ??
      parameters['incidentId'] ??
      objectOf(objectOf(event['change'])['after'])['incident'];
    const incident = textOf(named);
    if (!this.#rules.has(textOf(parameters['rule']))) return this.#incidents.has(incident);
    const [oldest] = this.#incidents;
    if (this.#incidents.size >= incidentsMax && oldest !== undefined) this.#incidents.delete(oldest);
    this.#incidents.add(incident);
    return true;
  }
}

const empty: JsonObject = {};

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : empty;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
