/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** One event of the record, as rules look at it. */
export interface RuleEvent {
  /** Its index in the log. */
  readonly index: number;
  readonly id: string;
  /** When the attempt was decided, milliseconds since the epoch. Windows are measured in these times. */
  readonly timeMs: number;
  /** How many attempts it stands for. */
  readonly count: number;
  /** The event itself (`spec/event.md`). Fields that `spec/rules.md` derives are computed when a rule asks for them. */
  readonly canonical: JsonObject;
  /**
   * The same as an AWS CloudTrail record, made when a rule asks for it. Its `eventName` is the event's `protocol.operation`.
   */
  readonly cloudTrail: () => JsonObject | undefined;
}
