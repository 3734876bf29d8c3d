import type { Json, JsonObject, RuleEvent } from './event.ts';

/**
 * An event of the log as rules look at it. `cloudTrail` renders its record; its `eventName` must be the event's
 * `protocol.operation` (`spec/cloudtrail.md`), because rules are found by that.
 */
export function ruleEvent(
  index: number,
  canonical: JsonObject,
  cloudTrail: () => JsonObject | undefined = noRecord,
): RuleEvent {
  const { id, time, count } = canonical;
  const timeMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return {
    index,
    id: typeof id === 'string' ? id : '',
    timeMs: Number.isNaN(timeMs) ? 0 : timeMs,
    count: isCount(count) ? count : 1,
    canonical,
    cloudTrail,
  };
}

function noRecord(): undefined {
  return undefined;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && value >= 1;
}
