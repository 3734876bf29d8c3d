import type { JsonObject, RuleEvent } from '../event.ts';

/** An event as fields look at it; its CloudTrail record is made once, when it is first asked for. */
export class EventView {
  readonly event: RuleEvent;
  #record: JsonObject | undefined | null = null;

  constructor(event: RuleEvent) {
    this.event = event;
  }

  /** `undefined` for an event without a record. */
  record(): JsonObject | undefined {
    if (this.#record === null) this.#record = this.event.cloudTrail();
    return this.#record;
  }
}
